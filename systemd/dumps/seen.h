/* SPDX-License-Identifier: GPL-2.0-or-later */
/* seen.h - how often a target's dumps show the same bug */
#ifndef SYSTEMD_DUMPS_SEEN_H
#define SYSTEMD_DUMPS_SEEN_H

#include "systemd/dumps/dump_list.h"

#define SEEN_TEXT 64

struct seen {
	unsigned times; /* dumps with this fingerprint up to this one, which counts; 0: it has none
			 */
	int64_t since;	/* time of the first of them; 0: not known */
};

/* d is one of the dumps. Test crashes have no bug: they are not counted. */
struct seen dumps_seen(const struct dumps *dumps, const struct dump *d);

/* "3rd time since 2026-10-02"; "" for what was seen once. */
void seen_text(const struct seen *s, char out[SEEN_TEXT]);

#endif
