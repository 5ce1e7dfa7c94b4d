/* SPDX-License-Identifier: GPL-2.0-or-later */
/* file_names.c - no file of a command line is written over another one */
#include "file_names.h"

#include "base/err.h"
#include "base/file.h"
#include "base/io.h"
#include "base/util.h"
#include "output/sink.h"
#include "save.h"
#include "verify.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct named {
	const char *path; /* NULL or "-": no file */
	const char *role;
};

/* Parts, or members of a split dump, and the few others. */
#define NAMES_MAX (OPTIONS_PARTS + OPTIONS_RECIPIENTS + 4)

struct names {
	struct named at[NAMES_MAX];
	unsigned nr;
	char beside[SAVE_PATH_SIZE]; /* the JSON of a report, when nobody names it */
};

static void add(struct names *n, const char *path, const char *role)
{
	if (path && strcmp(path, "-") != 0)
		n->at[n->nr++] = (struct named){ path, role };
}

static void list_inputs(const struct options *o, struct names *in)
{
	for (unsigned i = 0; o->mode != MODE_REARRANGE && i < o->nr_parts; i++)
		add(in, o->part[i], "the input");
	add(in, o->vmcoreinfo, "the file of -i");
	add(in, o->identity, "the file with the key");
	add(in, o->vmlinux, "the file of -x");
	for (unsigned i = 0; i < o->nr_encrypt_to; i++)
		add(in, o->encrypt_to[i], "the file of --encrypt-to");
}

static void list_outputs(const struct options *o, struct names *out)
{
	if (!o->dry_run && o->nr_members == 0)
		add(out, o->dump, "the output");
	for (unsigned i = 0; !o->dry_run && i < o->nr_members; i++)
		add(out, o->member[i], "an output");
	if (o->mode == MODE_REPORT && o->dump && !o->json_path &&
	    save_report_beside(o->dump, out->beside) == 0)
		add(out, out->beside, "the JSON beside the report");
	add(out, o->generate, "the file of -g");
	add(out, o->json_path, "the file of --json");
	add(out, o->checksums, "the file of --checksums");
}

/* Until it is complete the file of out is NAME-incomplete, which is removed first: not other? */
static int check_meanwhile(const struct named *out, const struct named *other)
{
	char meanwhile[PATH_MAX];
	struct stat st;

	if (sink_file_marked(out->path) ||
	    snprintf(meanwhile, sizeof(meanwhile), "%s" SINK_FILE_MARK, out->path) >=
		    (int)sizeof(meanwhile))
		return 0;
	if (stat(out->path, &st) == 0 && !S_ISREG(st.st_mode)) /* written as it is */
		return 0;
	return file_same(meanwhile, other->path)
		       ? fail_set(-EINVAL,
				  "'%s' is %s, and the name of '%s' until that is complete; "
				  "rename one of them",
				  other->path, other->role, out->path)
		       : 0;
}

static int check_pair(const struct named *out, const struct named *other)
{
	if (file_same(out->path, other->path) && strcmp(out->role, other->role) == 0)
		return fail_set(-EINVAL,
				"'%s' and '%s' are one file; give one of them another name",
				out->path, other->path);
	if (file_same(out->path, other->path))
		return fail_set(-EINVAL, "'%s' is %s and %s; give one of them another name",
				out->path, other->role, out->role);
	return check_meanwhile(out, other);
}

/* Is it what an earlier --verify DIR --json=FILE wrote? */
static bool is_earlier_check(const char *path)
{
	static const char begin[] = VERIFY_JSON_BEGIN;
	char head[sizeof(begin)] = "";
	size_t got = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd >= 0) {
		(void)io_pread(fd, head, sizeof(begin) - 1, 0, &got);
		close(fd);
	}
	return strcmp(head, begin) == 0;
}

/* Has the directory this file, under any name? */
static bool holds(const char *dir, const struct stat *file)
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	struct stat st;
	bool found = false;

	while (d && !found && (e = readdir(d)))
		found = fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			st.st_dev == file->st_dev && st.st_ino == file->st_ino;
	if (d)
		closedir(d);
	return found;
}

/* All files of a directory that is verified are read, but for the JSON of an earlier check. */
static int check_verified(const struct options *o)
{
	struct stat st;

	if (o->mode != MODE_VERIFY || !o->json_path || stat(o->json_path, &st) < 0 ||
	    !S_ISREG(st.st_mode) || !holds(o->vmcore, &st) || is_earlier_check(o->json_path))
		return 0;
	return fail_set(-EINVAL,
			"'%s' is a file of the directory that is verified, and the file of "
			"--json; give another name",
			o->json_path);
}

int file_names_check(const struct options *o)
{
	struct names in = { 0 }, out = { 0 };
	int rc = 0;

	if (o->check_params || o->mode == MODE_HELP || o->mode == MODE_VERSION)
		return 0;
	list_inputs(o, &in);
	list_outputs(o, &out);
	for (unsigned i = 0; i < out.nr; i++) {
		for (unsigned n = 0; rc == 0 && n < in.nr; n++)
			rc = check_pair(&out.at[i], &in.at[n]);
		for (unsigned n = 0; rc == 0 && n < out.nr; n++)
			if (n != i)
				rc = check_pair(&out.at[i], &out.at[n]);
	}
	return rc < 0 ? rc : check_verified(o);
}
