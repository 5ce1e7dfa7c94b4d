/* SPDX-License-Identifier: GPL-2.0-or-later */
/* temp_dir.c - directories of one test's run, removed however it ends */
#include "temp_dir.h"

#include "check.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIRS_MAX 64

/* Those that are not dropped yet, and the process that made them: its children leave them. */
static char made[DIRS_MAX][TEMP_DIR_MAX];
static unsigned nr_made;
static pid_t maker;

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	remove(path);
	return 0;
}

/* What is mounted in it is left alone. */
static void remove_all(const char *dir)
{
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

static void remove_made(void)
{
	while (maker == getpid() && nr_made > 0)
		remove_all(made[--nr_made]);
}

static void keep_in_mind(const char *dir)
{
	if (maker != getpid()) {
		maker = getpid();
		nr_made = 0;
		atexit(remove_made);
	}
	if (nr_made < DIRS_MAX)
		strcpy(made[nr_made++], dir);
}

/* A TMPDIR that is too long for out is not used. */
static const char *base(void)
{
	const char *dir = getenv("TMPDIR");

	return dir && *dir && strlen(dir) + sizeof("/kdump-XXXXXX") <= TEMP_DIR_MAX ? dir : "/tmp";
}

char *temp_dir(char out[TEMP_DIR_MAX])
{
	snprintf(out, TEMP_DIR_MAX, "%s/kdump-XXXXXX", base());
	assert_non_null(mkdtemp(out));
	keep_in_mind(out);
	return out;
}

void temp_dir_drop(const char *dir)
{
	remove_all(dir);
	for (unsigned i = 0; i < nr_made; i++) {
		if (strcmp(made[i], dir) == 0)
			memmove(made[i], made[--nr_made], TEMP_DIR_MAX);
	}
}

const char *temp_path(const char *name, char out[TEMP_PATH_MAX])
{
	snprintf(out, TEMP_PATH_MAX, "%s/kdump-%d-%.48s", base(), (int)getpid(), name);
	return out;
}
