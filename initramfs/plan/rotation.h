/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rotation.h - which old dumps are removed: one policy for all targets
 *
 *     rotation_add for each directory of the target -> rotation_run -> rotation_free
 *
 * The target lists its directories and removes those that it is told to; what is here decides, and
 * touches nothing. Several machines may share a target, and all may have the same address (every
 * virtiofs target has dumps of "127.0.0.1"). So a dump belongs to the machine whose ID
 * (machine-id(5) of the production system) is in its kdump-status.json, whatever its name. A dump
 * without such an ID, for example of a version that did not record it, is never removed and not
 * counted. The same holds for one in whose directory somebody put other files.
 *
 * One thread. Nothing here may hang.
 */
#ifndef INITRAMFS_PLAN_ROTATION_H
#define INITRAMFS_PLAN_ROTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROTATION_NAME_MAX 128 /* bytes of a directory's name; one that is longer is not removed */
#define ROTATION_KEEP_ALL UINT32_MAX

/* Whose dump it is. */
enum rotation_owner {
	ROTATION_MINE,
	ROTATION_MIXED,	  /* of this machine, with files that kdump did not write */
	ROTATION_OTHER,	  /* of another machine */
	ROTATION_UNKNOWN, /* there is no machine ID, or this machine has none */
};

struct rotation_dump {
	char name[ROTATION_NAME_MAX];
	size_t stamp; /* where the date begins in name */
	int64_t changed;
	bool complete;
	bool spare; /* the newest complete one, by name or by changed */
};

struct rotation {
	const char *machine; /* ID of this machine; NULL or "": none; borrowed */
	const char *current; /* name of the directory that is being written; borrowed */
	bool newer;	     /* the current dump is complete, so no old one has to be spared */
	unsigned unknown;    /* dumps that are kept because they bear no ID */
	unsigned mixed;	     /* dumps that are kept because of other files */
	struct rotation_dump *dumps;
	size_t nr, size;
};

/* A directory that the target found. It has plain files only, one of them of a dump. */
struct rotation_found {
	const char *name;
	enum rotation_owner owner;
	bool complete;	 /* it has a core with its final name */
	int64_t changed; /* by the target's clock, in any unit that grows */
};

/* What the target does. */
struct rotation_ops {
	/* Are fewer than need bytes free? False: enough, or not known. */
	bool (*full)(void *arg, uint64_t need);
	/* Remove a dump. 1: removed; 0: not, go on with the next; < 0: give up. */
	int (*remove)(void *arg, const char *name);
	/* Say it to people: a line without a newline. */
	void (*log)(const char *line);
	void *arg;
};

/* How much is to go: see rotation_run(). */
struct rotation_want {
	unsigned keep;
	uint64_t need;
	void (*log)(const char *line);
};

/* Give log() a line, cut at 255 bytes. */
void rotation_log(void (*log)(const char *line), const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Does kdump write files of this name beside a dump, now or on the next boot? */
bool rotation_is_ours(const char *file);

/* Whose dump is it? status is the text of its kdump-status.json; NULL: there is none. */
enum rotation_owner rotation_owner(const struct rotation *r, const char *status);

/* Note a directory. What has no name of a dump or is not this machine's is not kept in mind. */
void rotation_add(struct rotation *r, const struct rotation_found *found);

/*
 * Remove the dumps that are older than the newest keep complete ones (ROTATION_KEEP_ALL: none for
 * this reason), then the oldest until need bytes are free (0: none for this reason), but never the
 * newest complete one. Dumps that are kept for want of an ID or because of other files are logged.
 * Returns how many were removed, or the error of remove().
 */
int rotation_run(struct rotation *r, unsigned keep, uint64_t need, const struct rotation_ops *ops);

void rotation_free(struct rotation *r);

#endif
