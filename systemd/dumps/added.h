/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * added.h - files that the capture could not make are made from the saved core, after the reboot
 *
 * One row of the table in added.c for each. A mark beside the dump (kdump-added.json) is written
 * before the attempt, so that one that fails, hangs or takes the machine down is not made twice.
 * The result appears whole or not at all.
 */
#ifndef SYSTEMD_DUMPS_ADDED_H
#define SYSTEMD_DUMPS_ADDED_H

#include "systemd/ctl.h"
#include "systemd/dumps/dump_info.h"
#include "systemd/dumps/target_access.h"

#include <stdbool.h>
#include <time.h>

/* When a start that begins now is to be done with it: 120 seconds for all files of all dumps. */
time_t added_end(void);

/* Is anything missing that can be made, and was not tried yet? Not on other machines. */
bool added_wanted(const struct target_access *p, const struct dump *d);

/*
 * Make what is missing, until the time end of added_end() has come. The place is open
 * for writing. Failures are warned of, with the command to try it by hand.
 */
void added_make(const struct ctl *ctl, const struct target_access *p, const struct dump *d,
		time_t end);

#endif
