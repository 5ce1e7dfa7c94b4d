/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * programs.c - a program in the image, with all it needs to run
 *
 * Nothing is run to find that out: what ldd would execute may be anybody's.
 * Libraries that the linker finds by its cache or its default directories are all put
 * beside libc, where it looks without a cache.
 */
#include "initramfs/image/program/programs.h"

#include "initramfs/image/program/elf.h"
#include "initramfs/image/program/scripts.h"

#include "base/err.h"
#include "config/check/trust.h"
#include "base/util.h"

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* An object being added, and who asked for it: RPATHs of those count too. */
struct object {
	const struct object *above;
	enum tree_part part;
	const char *path; /* system path, links resolved */
	const struct elf_needs *needs;
};

static int add_library(struct builder *b, const struct object *by, const char *soname);

static char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash != path ? strndup(path, (size_t)(slash - path)) : strdup("/");
}

int program_check_owner(const struct builder *b, const char *path)
{
	char why[CONFIG_TRUST_MAX];
	int rc = config_trusted(b->root, path, why);

	return rc == -EPERM ? fail_adopt(rc, why) : rc < 0 ? fail(rc, "%s", path) : 0;
}

/*
 * The system path behind links: what is left of the real path without root. All that is resolved
 * here is run as root in the capture kernel. When only root may change the whole way to it, nobody
 * else can replace it before it is read.
 */
static int resolve(const struct builder *b, const char *path, char **real, const char **logical)
{
	size_t root = strlen(b->root);
	int rc;

	*real = builder_real(b, path);
	if (!*real)
		return fail(-errno, "%s%s", b->root, path);
	rc = program_check_owner(b, path);
	if (rc < 0) {
		free(*real);
		*real = NULL;
		return rc;
	}
	*logical = strncmp(*real, b->root, root) == 0 ? *real + root : *real;
	return 0;
}

static int add_needed(struct builder *b, const struct object *o)
{
	int rc = 0;

	for (size_t i = 0; i < o->needs->needed.nr && rc == 0; i++)
		rc = add_library(b, o, o->needs->needed.at[i]);
	return rc;
}

/* In the linker's order: RPATHs from here up, this one's RUNPATH, cache, default directories. */
static int find_library(struct builder *b, const struct object *by, const char *soname,
			bool *by_path, char **out)
{
	struct elf_search rpath, runpath;
	int rc = 0;

	*out = NULL;
	*by_path = true;
	for (const struct object *o = by; o && rc == 0 && !*out; o = o->above) {
		char *origin = directory_of(o->path);

		if (!origin)
			return fail(-ENOMEM, "%s", soname);
		rpath = (struct elf_search){ o->needs->rpath, origin };
		runpath = (struct elf_search){ o->needs->runpath, origin };
		rc = elf_find_by_path(b, by->needs, &rpath, soname, out);
		if (rc == 0 && !*out && o == by)
			rc = elf_find_by_path(b, by->needs, &runpath, soname, out);
		free(origin);
	}
	if (rc < 0 || *out)
		return rc;
	*by_path = false;
	rc = elf_find_by_default(b, by->needs, soname, out);
	if (rc == 0 && !*out)
		rc = fail(-ENOENT, "%s needs library %s, which is not on this system", by->path,
			  soname);
	return rc;
}

/* The image path beside libc. */
static int path_beside_libc(struct builder *b, const struct object *by, const char *found,
			    const char *soname, char **out)
{
	char *libc = NULL, *dir;
	int rc = elf_find_by_default(b, by->needs, "libc.so.6", &libc);

	if (rc < 0)
		return rc;
	dir = directory_of(libc ? libc : found);
	if (!dir || asprintf(out, "%s/%s", dir, soname) < 0)
		rc = fail(-ENOMEM, "%s", soname);
	free(dir);
	free(libc);
	return rc;
}

static int add_object(struct builder *b, const struct object *by, const char *image_path,
		      const char *found)
{
	struct elf_needs needs;
	const char *logical;
	char *real;
	struct object o = { .above = by, .part = by->part, .needs = &needs };
	int rc = resolve(b, found, &real, &logical);

	if (rc < 0)
		return rc;
	rc = tree_add_file(&b->tree, by->part, image_path, real, 0755);
	if (rc == 0)
		rc = elf_read(real, &needs);
	if (rc == 0) {
		o.path = logical;
		rc = add_needed(b, &o);
		elf_free(&needs);
	}
	free(real);
	return rc;
}

static int copy_path(const char *path, char **out)
{
	*out = strdup(path);
	return *out ? 0 : fail(-ENOMEM, "%s", path);
}

/* The interpreter is a library too ("ld-linux-x86-64.so.2"), and in already. */
static int add_library(struct builder *b, const struct object *by, const char *soname)
{
	char *found = NULL, *image_path = NULL;
	bool by_path;
	int rc;

	if (strncmp(soname, "ld-linux", 8) == 0 || strncmp(soname, "ld64.so", 7) == 0)
		return 0;
	rc = find_library(b, by, soname, &by_path, &found);
	if (rc == 0)
		rc = by_path ? copy_path(found, &image_path)
			     : path_beside_libc(b, by, found, soname, &image_path);
	if (rc == 0 && !tree_find(&b->tree, image_path))
		rc = add_object(b, by, image_path, found);
	free(image_path);
	free(found);
	return rc;
}

/* The dynamic linker lies where the program names it, even if that is a link. */
static int add_interp(struct builder *b, enum tree_part part, const char *interp)
{
	const char *logical;
	char *real;
	int rc;

	if (tree_find(&b->tree, interp))
		return 0;
	rc = resolve(b, interp, &real, &logical);
	if (rc < 0)
		return fail(rc, "dynamic linker");
	rc = tree_add_file(&b->tree, part, interp, real, 0755);
	free(real);
	return rc;
}

static int add_elf(struct builder *b, enum tree_part part, const char *real, const char *logical)
{
	struct elf_needs needs;
	struct object o = { .part = part, .path = logical, .needs = &needs };
	int rc = elf_read(real, &needs);

	if (rc < 0)
		return rc;
	if (needs.interp)
		rc = add_interp(b, part, needs.interp);
	if (rc == 0)
		rc = add_needed(b, &o);
	elf_free(&needs);
	return rc;
}

/* The first bytes decide what it is, as they do in the kernel. */
static int add_needs(struct builder *b, enum tree_part part, const char *real, const char *logical)
{
	char head[256] = "";
	int fd = open(real, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, head, sizeof(head) - 1) : -1;

	if (fd < 0)
		return fail(-errno, "%s", real);
	close(fd);
	if (n >= SELFMAG && memcmp(head, ELFMAG, SELFMAG) == 0)
		return add_elf(b, part, real, logical);
	if (n < 2 || memcmp(head, "#!", 2) != 0)
		return fail(-ENOEXEC, "%s is neither a program nor a script with a #! line",
			    logical);
	head[strcspn(head, "\n")] = '\0';
	return script_add_needs(b, part, head + 2, logical);
}

int program_add(struct builder *b, enum tree_part part, const char *path)
{
	const char *logical;
	const struct tree_node *there;
	char *real;
	int rc;

	if (tree_find(&b->tree, path))
		return 0;
	rc = resolve(b, path, &real, &logical);
	if (rc < 0)
		return rc;
	there = tree_find(&b->tree, logical);
	if (!there)
		rc = tree_add_file(&b->tree, part, logical, real, 0755);
	if (rc == 0)
		rc = tree_add_link(&b->tree, path, logical); /* no effect if both are the same */
	if (rc == 0 && !there)
		rc = add_needs(b, part, real, logical);
	free(real);
	return rc;
}

int program_find(const struct builder *b, const char *name, char **out)
{
	static const char *const dirs[] = { "/usr/local/sbin", "/usr/local/bin", "/usr/sbin",
					    "/usr/bin",	       "/sbin",		 "/bin" };
	char path[PATH_MAX], *real;

	snprintf(path, sizeof(path), "%s", name);
	for (size_t i = 0; i < ARRAY_SIZE(dirs) && !strchr(name, '/'); i++) {
		snprintf(path, sizeof(path), "%s/%s", dirs[i], name);
		real = builder_real(b, path);
		free(real);
		if (real)
			break;
		path[0] = '\0';
	}
	if (!path[0])
		return fail(-ENOENT, "no program \"%s\" on this system", name);
	*out = strdup(path);
	return *out ? 0 : fail(-ENOMEM, "%s", name);
}

int program_add_name(struct builder *b, enum tree_part part, const char *name)
{
	char *path = NULL;
	int rc = program_find(b, name, &path);

	if (rc == 0)
		rc = program_add(b, part, path);
	free(path);
	return rc;
}

/* For the machine that /bin/sh is for: the system's own. */
int program_add_library(struct builder *b, enum tree_part part, const char *soname)
{
	struct elf_needs needs;
	const char *logical;
	char *real, *found = NULL;
	struct object o = { .part = part, .path = "/bin/sh", .needs = &needs };
	int rc = resolve(b, "/bin/sh", &real, &logical);

	if (rc < 0)
		return rc;
	rc = elf_read(real, &needs);
	free(real);
	if (rc < 0)
		return rc;
	rc = elf_find_by_default(b, &needs, soname, &found);
	if (rc == 0 && found)
		rc = add_library(b, &o, soname);
	free(found);
	elf_free(&needs);
	return rc;
}
