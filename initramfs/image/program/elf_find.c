/* SPDX-License-Identifier: GPL-2.0-or-later */
/* elf_find.c - where the dynamic linker would find a library */
#include "initramfs/image/program/elf.h"

#include "initramfs/image/program/ldcache.h"

#include "base/err.h"
#include "base/util.h"

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Is there a library for the same machine? 32-bit ones may have the same name. */
static bool fits(const struct builder *b, const struct elf_needs *n, const char *path)
{
	char *real = builder_real(b, path);
	Elf64_Ehdr eh; /* the fields used lie at the same offset in both classes */
	int fd = real ? open(real, O_RDONLY | O_CLOEXEC) : -1;
	bool ok = fd >= 0 && pread(fd, &eh, sizeof(eh), 0) == (ssize_t)sizeof(eh) &&
		  memcmp(eh.e_ident, ELFMAG, SELFMAG) == 0 && eh.e_ident[EI_CLASS] == n->class &&
		  eh.e_machine == n->machine;

	if (fd >= 0)
		close(fd);
	free(real);
	return ok;
}

/* One directory of a search path, $ORIGIN and $LIB replaced. */
static bool expand_origin(const char *dir, size_t len, const char *origin, char *out)
{
	static const char *const names[] = { "$ORIGIN", "${ORIGIN}" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		size_t n = strlen(names[i]);

		if (len >= n && strncmp(dir, names[i], n) == 0)
			return snprintf(out, PATH_MAX, "%s%.*s", origin, (int)(len - n), dir + n) <
			       PATH_MAX;
	}
	if (memchr(dir, '$', len) || len == 0 || dir[0] != '/')
		return false;
	return snprintf(out, PATH_MAX, "%.*s", (int)len, dir) < PATH_MAX;
}

static int try_dir(const struct builder *b, const struct elf_needs *n, const char *dir,
		   const char *soname, char **out)
{
	char path[PATH_MAX * 2];

	snprintf(path, sizeof(path), "%s/%s", dir, soname);
	if (!fits(b, n, path))
		return 0;
	*out = strdup(path);
	return *out ? 0 : fail(-ENOMEM, "%s", soname);
}

int elf_find_by_path(const struct builder *b, const struct elf_needs *n,
		     const struct elf_search *search, const char *soname, char **out)
{
	const char *paths = search->paths;
	char dir[PATH_MAX];
	int rc = 0;

	*out = NULL;
	while (paths && *paths && rc == 0 && !*out) {
		size_t len = strcspn(paths, ":");

		if (expand_origin(paths, len, search->origin, dir))
			rc = try_dir(b, n, dir, soname, out);
		paths += len + (paths[len] == ':');
	}
	return rc;
}

static const char *const default_dirs[] = {
	"/lib/x86_64-linux-gnu",
	"/usr/lib/x86_64-linux-gnu",
	"/lib/aarch64-linux-gnu",
	"/usr/lib/aarch64-linux-gnu",
	"/lib64",
	"/usr/lib64",
	"/lib",
	"/usr/lib",
};

struct library_search {
	const struct builder *b;
	const struct elf_needs *needs;
	char **out;
};

static int try_cached(const char *path, void *arg)
{
	struct library_search *s = arg;

	if (*s->out || !fits(s->b, s->needs, path))
		return 0;
	*s->out = strdup(path);
	return *s->out ? 0 : fail(-ENOMEM, "%s", path);
}

int elf_find_by_default(const struct builder *b, const struct elf_needs *n, const char *soname,
			char **out)
{
	struct library_search s = { b, n, out };
	int rc;

	*out = NULL;
	rc = ldcache_each(b, soname, try_cached, &s);
	for (size_t i = 0; i < ARRAY_SIZE(default_dirs) && rc == 0 && !*out; i++)
		rc = try_dir(b, n, default_dirs[i], soname, out);
	return rc;
}
