/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trust.c - may root run this file, or let it decide something? */
#include "config/check/trust.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINKS_MAX 40 /* as the kernel has it */

struct walk {
	const char *root;
	uid_t owner;	     /* of the root: counts as 0 */
	char done[PATH_MAX]; /* without links, below root; "" is the root itself */
	char rest[PATH_MAX]; /* still to go */
	unsigned links;
	char *why;
};

static bool in_buffer(int n, size_t size)
{
	return n >= 0 && (size_t)n < size;
}

static int judge(const struct walk *w, const char *path, const struct stat *sb)
{
	const char *name = *path ? path : "/";
	mode_t writable = S_IWOTH | (sb->st_gid == 0 ? 0 : S_IWGRP);

	if (sb->st_uid != 0 && sb->st_uid != w->owner) {
		snprintf(w->why, CONFIG_TRUST_MAX,
			 "%s belongs to user %u, not to root; run: chown root %s", name, sb->st_uid,
			 name);
		return -EPERM;
	}
	if (S_ISLNK(sb->st_mode) || !(sb->st_mode & writable))
		return 0;
	if (S_ISDIR(sb->st_mode) && sb->st_mode & S_ISVTX)
		return 0;
	snprintf(w->why, CONFIG_TRUST_MAX, "other users may write to %s; run: chmod %s %s", name,
		 sb->st_gid == 0 ? "o-w" : "go-w", name);
	return -EPERM;
}

/* The target of the link at w->done/name goes in front of the rest. */
static int follow(struct walk *w, const char *full)
{
	char target[PATH_MAX], rest[PATH_MAX];
	ssize_t n = readlink(full, target, sizeof(target) - 1);

	if (n < 0)
		return -errno;
	target[n] = '\0';
	if (++w->links > LINKS_MAX)
		return -ELOOP;
	if (!in_buffer(snprintf(rest, sizeof(rest), "%s/%s", target, w->rest), sizeof(rest)))
		return -ENAMETOOLONG;
	strcpy(w->rest, rest);
	if (*target == '/')
		w->done[0] = '\0';
	return 0;
}

/* One component: ".." and "." are as the kernel takes them, since done has no links. */
static int step(struct walk *w, const char *name)
{
	char path[PATH_MAX], full[PATH_MAX];
	struct stat sb;
	int rc;

	if (strcmp(name, ".") == 0)
		return 0;
	if (strcmp(name, "..") == 0) {
		char *slash = strrchr(w->done, '/');

		if (slash)
			*slash = '\0';
		return 0;
	}
	if (!in_buffer(snprintf(path, sizeof(path), "%s/%s", w->done, name), sizeof(path)) ||
	    !in_buffer(snprintf(full, sizeof(full), "%s%s", w->root, path), sizeof(full)))
		return -ENAMETOOLONG;
	if (lstat(full, &sb) < 0)
		return -errno;
	rc = judge(w, path, &sb);
	if (rc < 0)
		return rc;
	if (S_ISLNK(sb.st_mode))
		return follow(w, full);
	strcpy(w->done, path);
	return 0;
}

static int begin(struct walk *w, const char *path)
{
	struct stat sb;

	if (stat(*w->root ? w->root : "/", &sb) < 0)
		return -errno;
	if (!in_buffer(snprintf(w->rest, sizeof(w->rest), "%s", path), sizeof(w->rest)))
		return -ENAMETOOLONG;
	if (!*w->root)
		return judge(w, "", &sb);
	w->owner = sb.st_uid;
	return 0;
}

int config_trusted(const char *root, const char *path, char why[CONFIG_TRUST_MAX])
{
	struct walk w = { .root = root, .why = why };
	int rc;

	why[0] = '\0';
	rc = begin(&w, path);
	while (rc == 0 && w.rest[strspn(w.rest, "/")]) {
		char name[NAME_MAX + 1];
		const char *from = w.rest + strspn(w.rest, "/");
		size_t n = strcspn(from, "/");

		if (n > NAME_MAX)
			return -ENAMETOOLONG;
		memcpy(name, from, n);
		name[n] = '\0';
		memmove(w.rest, from + n, strlen(from + n) + 1);
		rc = step(&w, name);
	}
	return rc;
}
