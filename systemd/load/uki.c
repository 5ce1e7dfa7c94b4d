/* SPDX-License-Identifier: GPL-2.0-or-later */
/* uki.c - unified kernel images: one PE file with a kernel and its release in sections */
#include "systemd/load/uki.h"

#include "base/err.h"
#include "base/util.h"
#include "systemd/files.h"
#include "systemd/load/pe.h"

#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define RELEASE_MAX   128
#define RELEASE_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+~-"

static const char *const patterns[] = {
	"/boot/efi/EFI/Linux/*.efi",
	"/efi/EFI/Linux/*.efi",
	"/boot/EFI/Linux/*.efi",
	"/usr/lib/modules/*/*.efi",
};

/* As pe_section_find(), in an open file. */
static int find_section(int fd, const char *name, struct pe_section *out)
{
	struct stat st;
	char *head;
	ssize_t len;
	int rc;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -ENOEXEC;
	head = malloc(PE_HEAD_MAX);
	if (!head)
		return -ENOMEM;
	len = pread(fd, head, PE_HEAD_MAX, 0);
	rc = len < 0 ? -errno : pe_section_find(head, (size_t)len, (uint64_t)st.st_size, name, out);
	free(head);
	return rc;
}

/* Text of a section is not ended by a NUL, and may end in a newline. */
static bool read_release(const char *path, char out[RELEASE_MAX])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct pe_section s;
	ssize_t n = 0;

	if (fd < 0)
		return false;
	if (find_section(fd, ".uname", &s) == 0 && s.len < RELEASE_MAX)
		n = pread(fd, out, s.len, (off_t)s.off);
	close(fd);
	if (n <= 0)
		return false;
	out[n] = '\0';
	out[strcspn(out, " \n")] = '\0';
	/* It is printed, and becomes a part of paths. */
	return out[0] && out[0] != '.' && !out[strspn(out, RELEASE_CHARS)];
}

static bool visit_matches(const char *root, const char *pattern, uki_visit_fn *visit, void *arg)
{
	char full[FILES_PATH_MAX], release[RELEASE_MAX];
	glob_t g = { 0 };
	bool done = false;

	if (files_path(root, pattern, full) == 0 && glob(full, 0, NULL, &g) == 0) {
		for (size_t i = 0; i < g.gl_pathc && !done; i++)
			done = read_release(g.gl_pathv[i], release) &&
			       visit(arg, g.gl_pathv[i] + strlen(root), release);
	}
	globfree(&g);
	return done;
}

bool uki_visit(const char *root, uki_visit_fn *visit, void *arg)
{
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		if (visit_matches(root, patterns[i], visit, arg))
			return true;
	}
	return false;
}

struct search {
	const char *release;
	char *out;
};

static bool is_it(void *arg, const char *path, const char *release)
{
	const struct search *s = arg;

	return strcmp(release, s->release) == 0 &&
	       snprintf(s->out, CTL_PATH_MAX, "%s", path) < CTL_PATH_MAX;
}

bool uki_find(const char *root, const char *release, char out[CTL_PATH_MAX])
{
	return uki_visit(root, is_it, &(struct search){ release, out });
}

static int copy_section(int from, const struct pe_section *s, int to)
{
	off_t at = (off_t)s->off, end = at + (off_t)s->len;

	while (at < end) {
		ssize_t n = sendfile(to, from, &at, (size_t)(end - at));

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0)
			return -EBADMSG;
	}
	return 0;
}

int uki_reopen(int fd)
{
	char path[64];
	int again;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, O_RDONLY | O_CLOEXEC);
	return again < 0 ? -errno : again;
}

int uki_section_open(int fd, const struct pe_section *s)
{
	int copy = memfd_create("linux", MFD_CLOEXEC), rc;

	if (copy < 0)
		return -errno;
	rc = copy_section(fd, s, copy);
	if (rc == 0)
		rc = uki_reopen(copy);
	close(copy);
	return rc;
}

int uki_unpack(int *fd, const char *name)
{
	struct pe_section s;
	int rc = find_section(*fd, ".linux", &s);

	/* A kernel that EFI firmware starts by itself is a PE file without such a section. */
	if (rc == -ENOEXEC || rc == -ENOENT)
		return 0;
	if (rc == 0)
		rc = s.len ? uki_section_open(*fd, &s) : -EBADMSG;
	if (rc == -EBADMSG)
		return fail(rc, "the kernel in %s is cut or empty; install that kernel again",
			    name);
	if (rc < 0)
		return fail(rc, "take the kernel out of %s", name);
	close(*fd);
	*fd = rc;
	return 1;
}
