/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * outlook.h - would a crash of now be saved? The memory of the capture kernel, the space for the
 * dump
 *
 *     outlook_dump, outlook_memory, outlook_space -> outlook_judge -> warnings
 *
 * Whatever cannot be found out is left out of the judgement; nothing is made up for it.
 */
#ifndef SYSTEMD_CHECK_OUTLOOK_H
#define SYSTEMD_CHECK_OUTLOOK_H

#include "systemd/load/measure.h"
#include "systemd/dumps/target_access.h"

#define OUTLOOK_WARNINGS 6

struct outlook_warning {
	bool memory; /* of the capture kernel; false: the target */
	bool loss;   /* a crash will probably not be saved; false: advice */
	char text[400];
};

/* Sizes are in bytes. */
struct outlook {
	bool has_memory;
	struct measure_memory memory;
	bool has_dump;
	struct measure_dump dump;
	char no_dump[400]; /* why there is none */
	bool has_free;
	uint64_t free;	    /* on the target, for dumps */
	uint64_t removable; /* older dumps that the capture would remove for a new one */
	bool others_go;	    /* it would remove some, but how much that gives is not known */
	char target[400];
	char no_target[400]; /* why it cannot be looked at now; "": it can, or there is no way to */
	uint64_t min_free;
	struct outlook_warning warning[OUTLOOK_WARNINGS];
	unsigned nr_warnings;
};

/* How large a dump would be: asks the collector, for so many seconds at most. */
void outlook_dump(const struct ctl *ctl, unsigned seconds, struct outlook *o);

/* What kernel and image need, and what is reserved. image: below the root. 0 or as measure_image.
 */
int outlook_memory(const struct ctl *ctl, const char *image, struct outlook *o);

/* The first target's free space; use as in target_access_open(). */
void outlook_space(const struct ctl *ctl, enum target_access_use use, struct outlook *o);

/* Pure: fill in the warnings, losses first. */
void outlook_judge(struct outlook *o);

/*
 * All of it for a machine that was just armed with this image: in little time, nothing is
 * changed on the target. What cannot be found out so gives no warning.
 */
void outlook_armed(const struct ctl *ctl, const char *image, struct outlook *o);

/* Is one of the warnings a loss? */
bool outlook_loses(const struct outlook *o);

#endif
