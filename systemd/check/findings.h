/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * findings.h - what speaks against the next crash being saved, though the machine is armed
 *
 *     { 0 } -> findings_add ... -> findings_save        start, reload
 *     findings_read                                      status
 *
 * A mistake in the configuration is refused and is no finding. What may change by itself is:
 * space, a server, a disk that is away. The record is /run/kdump/warnings, a line each.
 */
#ifndef SYSTEMD_CHECK_FINDINGS_H
#define SYSTEMD_CHECK_FINDINGS_H

#include "systemd/ctl.h"

#define FINDINGS_MAX	  16
#define FINDINGS_TEXT_MAX 400

struct findings {
	unsigned nr;
	bool told[FINDINGS_MAX]; /* already, in other words */
	char text[FINDINGS_MAX][FINDINGS_TEXT_MAX];
};

/* Add one, as long as there is space. The words go on after "armed, but". */
void findings_add(struct findings *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The last one needs no telling any more. */
void findings_told(struct findings *f);

/*
 * The machine is armed: tell them all and put them into the record, which goes if there are
 * none. Failures are only told.
 */
void findings_save(const struct ctl *ctl, const struct findings *f);

/* What was saved when this machine was armed; none if nothing can be read. */
void findings_read(const struct ctl *ctl, struct findings *out);

#endif
