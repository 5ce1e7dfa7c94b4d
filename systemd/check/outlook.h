/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * outlook.h - would a crash right now be saved? Checks memory of the capture kernel and space for
 * the dump
 *
 *     outlook_dump, outlook_memory, outlook_space -> outlook_judge -> warnings
 *
 * A value that cannot be determined is left out of the judgement; it is never guessed.
 */
#ifndef SYSTEMD_CHECK_OUTLOOK_H
#define SYSTEMD_CHECK_OUTLOOK_H

#include "systemd/load/measure.h"
#include "systemd/dumps/target_access.h"

#define OUTLOOK_WARNINGS 6

struct outlook_warning {
	bool memory; /* about the capture kernel's memory; false: about the target */
	bool loss;   /* a crash will probably not be saved; false: advice */
	char text[MESSAGE_MAX + 512]; /* has space for the longest target and the words around it */
};

/* Sizes are in bytes. */
struct outlook {
	bool has_memory;
	struct measure_memory memory;
	bool has_dump;
	struct measure_dump dump;
	char no_dump[ERR_MESSAGE_MAX]; /* why its size is unknown */
	bool has_free;
	uint64_t free;	    /* on the target, for dumps */
	uint64_t removable; /* older dumps that the capture would remove for a new one */
	bool removes_some; /* old dumps are removed for it, but how many bytes that frees is unknown
			    */
	char target[MESSAGE_MAX];
	char no_target[ERR_MESSAGE_MAX]; /* why it cannot be checked now; "": it can, or cannot be
				checked at all */
	uint64_t min_free;
	struct outlook_warning warning[OUTLOOK_WARNINGS];
	unsigned nr_warnings;
};

/* How large a dump would be: runs the collector for at most this many seconds. */
void outlook_dump(const struct ctl *ctl, unsigned seconds, struct outlook *o);

/*
 * What kernel and image need, and what is reserved. image: path below the root. 0 or an error of
 * measure_image().
 */
int outlook_memory(const struct ctl *ctl, const char *image, struct outlook *o);

/* The first target's free space; use as in target_access_open(). */
void outlook_space(const struct ctl *ctl, enum target_access_use use, struct outlook *o);

/* Pure: fill in the warnings, losses first. */
void outlook_judge(struct outlook *o);

/*
 * All of it for a machine that was just armed with this image. Takes little time and changes
 * nothing on the target; what cannot be determined that way gives no warning.
 */
void outlook_armed(const struct ctl *ctl, const char *image, struct outlook *o);

/* Is one of the warnings a loss? */
bool outlook_loses(const struct outlook *o);

#endif
