/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * findings.h - reasons why the next crash may not be saved, although the machine is armed
 *
 *     { 0 } -> findings_add ... -> findings_save        start, reload
 *     findings_read                                      status
 *
 * A mistake in the configuration is an error, not a finding. Findings are conditions that may
 * change by themselves: free space, a server, a missing disk. The record is /run/kdump/warnings,
 * one line each.
 */
#ifndef SYSTEMD_CHECK_FINDINGS_H
#define SYSTEMD_CHECK_FINDINGS_H

#include "systemd/ctl.h"
#include "systemd/message.h"

#define FINDINGS_MAX	  16
#define FINDINGS_TEXT_MAX MESSAGE_MAX

struct findings {
	unsigned nr;
	bool printed[FINDINGS_MAX]; /* already, in another message */
	char text[FINDINGS_MAX][FINDINGS_TEXT_MAX];
};

/* Add one while there is space. The text continues the sentence "armed, but". */
void findings_add(struct findings *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The last one was printed already: findings_save() does not repeat it. */
void findings_mark_printed(struct findings *f);

/*
 * The machine is armed: print all findings and write the record, or remove it if there are none. A
 * failure is only warned about.
 */
void findings_save(const struct ctl *ctl, const struct findings *f);

/* The findings recorded when this machine was armed; none if the record cannot be read. */
void findings_read(const struct ctl *ctl, struct findings *out);

#endif
