/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kexec_symbols.c - kexec-tools with the symbol that they need and the kernel does not show */
#include "systemd/load/kexec_symbols.h"

#include "base/err.h"
#include "systemd/files.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define KALLSYMS     "/proc/kallsyms"
#define KALLSYMS_MAX ((size_t)256 << 20)
#define IOMEM_MAX    ((size_t)4 << 20)
#define IMAGE_MAX    ((uint64_t)1 << 30) /* of a kernel's code; more is no answer to rely on */

struct shown {
	const char *const *argv;
	char program[PATH_MAX];
	char file[FILES_PATH_MAX]; /* what is shown */
	char over[FILES_PATH_MAX]; /* in place of this */
};

/* The line "ADDRESS T NAME": its address, 0 if there is none or if the kernel hides addresses. */
static uint64_t symbol(const char *kallsyms, const char *name, bool *there)
{
	size_t len = strlen(name);

	*there = false;
	for (const char *at = kallsyms; (at = strstr(at, name)); at += len) {
		const char *line = at;

		if (at - kallsyms < 3 || at[-1] != ' ' || at[-3] != ' ' ||
		    (at[len] != '\n' && at[len] != '\0'))
			continue;
		while (line > kallsyms && line[-1] != '\n')
			line--;
		*there = true;
		return strtoull(line, NULL, 16);
	}
	return 0;
}

/* Bytes of "40210000-4158ffff : Kernel code"; 0 if there is none. */
static uint64_t code_size(const char *iomem)
{
	const char *line = strstr(iomem, " : Kernel code\n");
	uint64_t first, last;

	if (!line)
		return 0;
	while (line > iomem && line[-1] != '\n')
		line--;
	if (sscanf(line, " %" SCNx64 "-%" SCNx64, &first, &last) != 2 || last < first)
		return 0;
	return last - first + 1;
}

/*
 * "Kernel code" ends at __init_begin and begins, by the age of the kernel, at _text or at _stext.
 * In the second case its begin stands for _text, so that address and physical address fit together.
 */
int kexec_symbols_missing(const char *kallsyms, const char *iomem, uint64_t *out)
{
	bool has_text, has_stext, has_end;
	uint64_t stext = symbol(kallsyms, "_stext", &has_stext);
	uint64_t end = symbol(kallsyms, "__init_begin", &has_end);
	uint64_t size = code_size(iomem);

	(void)symbol(kallsyms, "_text", &has_text);
	if (has_text || !stext || end <= stext || size < end - stext || size > IMAGE_MAX)
		return 0;
	*out = end - size;
	return 1;
}

/* A file with the kernel's symbols and one more. Its name goes to path, which is empty before. */
static int write_symbols(const char *root, const char *kallsyms, uint64_t text, char *path)
{
	int rc = files_path(root, "/run/kdump-kallsyms-XXXXXX", path), fd;
	FILE *f;

	if (rc < 0)
		return rc;
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0) {
		rc = fail(-errno, "create %s", path);
		path[0] = '\0';
		return rc;
	}
	f = fdopen(fd, "w");
	if (!f) {
		rc = fail(-errno, "write %s", path);
		close(fd);
		return rc;
	}
	fprintf(f, "%016" PRIx64 " T _text\n", text);
	fputs(kallsyms, f);
	rc = ferror(f) ? -EIO : 0;
	if (fclose(f) != 0 && rc == 0)
		rc = -errno;
	return rc < 0 ? fail(rc, "write %s", path) : 0;
}

/* 1: s->file is there to be shown. 0: the kernel's own is fine. */
static int prepare(const char *root, struct shown *s)
{
	char *kallsyms = NULL, *iomem = NULL;
	uint64_t text;
	int rc = files_read(root, KALLSYMS, KALLSYMS_MAX, &kallsyms);

	if (rc >= 0)
		rc = files_read(root, "/proc/iomem", IOMEM_MAX, &iomem);
	if (rc == -ENOENT) {
		fail_clear();
		rc = 0;
	} else if (rc >= 0) {
		rc = kexec_symbols_missing(kallsyms, iomem, &text);
	}
	if (rc > 0) {
		rc = write_symbols(root, kallsyms, text, s->file);
		if (rc == 0)
			rc = files_path(root, KALLSYMS, s->over);
		rc = rc < 0 ? rc : 1;
	}
	free(kallsyms);
	free(iomem);
	return rc;
}

/* In a forked copy of the process: what is mounted is seen by the program alone. */
static int show(void *arg)
{
	const struct shown *s = arg;

	if (unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount(s->file, s->over, NULL, MS_BIND, NULL) == 0)
		execv(s->program, (char *const *)s->argv);
	fprintf(stderr, "start %s with the symbol _text, which this kernel does not show: %s\n",
		s->program, strerror(errno));
	return 127;
}

int kexec_symbols_run(const char *root, const struct run_cfg *cfg)
{
	struct shown s = { .argv = cfg->argv };
	struct run_cfg with = *cfg;
	int rc = 0;

	if (run_find(cfg->argv[0], s.program))
		rc = prepare(root, &s);
	if (rc > 0) {
		with.call = show;
		with.arg = &s;
	}
	if (rc >= 0)
		rc = run_must(&with);
	if (s.file[0])
		(void)unlink(s.file);
	return rc;
}
