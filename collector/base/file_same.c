/* SPDX-License-Identifier: GPL-2.0-or-later */
/* file_same.c - do two names stand for one file? */
#include "base/file.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool same_inode(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Neither is there: one directory, and one name in it? */
static bool same_when_made(const char *a, const char *b)
{
	char *copy_a = strdup(a), *copy_b = strdup(b);
	struct stat dir_a, dir_b;
	bool same = copy_a && copy_b && strcmp(basename(copy_a), basename(copy_b)) == 0;

	/* basename() may have cut the copies; what dirname() gives is the same then. */
	same = same && stat(dirname(copy_a), &dir_a) == 0 && stat(dirname(copy_b), &dir_b) == 0 &&
	       same_inode(&dir_a, &dir_b);
	free(copy_a);
	free(copy_b);
	return same;
}

bool file_same(const char *a, const char *b)
{
	struct stat st_a, st_b;
	bool there_a = stat(a, &st_a) == 0, there_b = stat(b, &st_b) == 0;

	if (there_a != there_b)
		return false;
	if (!there_a)
		return same_when_made(a, b);
	return same_inode(&st_a, &st_b) && (S_ISREG(st_a.st_mode) || S_ISBLK(st_a.st_mode));
}
