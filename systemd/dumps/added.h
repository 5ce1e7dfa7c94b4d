/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * added.h - make files that the capture could not save, from the saved core, after the reboot
 *
 * One row of the table in added.c for each. Before the attempt a record is written beside the dump
 * (kdump-added.json), so an attempt that fails, hangs or crashes the machine is not repeated. The
 * file appears complete or not at all.
 */
#ifndef SYSTEMD_DUMPS_ADDED_H
#define SYSTEMD_DUMPS_ADDED_H

#include "systemd/ctl.h"
#include "systemd/dumps/dump_info.h"
#include "systemd/dumps/target_access.h"

#include <stdbool.h>
#include <time.h>

/* The deadline for a start that begins now: 120 seconds for all files of all dumps. */
time_t added_end(void);

/* Is a file missing that can be made and was not tried yet? Always false for a server. */
bool added_missing(const struct target_access *p, const struct dump *d);

/*
 * Make the missing files until end (from added_end()). p must be open for writing. A failure is
 * warned about, with the command to retry by hand.
 */
void added_make(const struct ctl *ctl, const struct target_access *p, const struct dump *d,
		time_t end);

#endif
