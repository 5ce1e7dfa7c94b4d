/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unit_job.h - is systemd restarting kdump.service?
 *
 * systemd runs "systemctl restart" as a stop and a start, whether the start succeeds or not. So the
 * stop of a restart keeps the machine armed and leaves a mark; the start that follows replaces what
 * is loaded when it has built the new image.
 */
#ifndef SYSTEMD_UNIT_JOB_H
#define SYSTEMD_UNIT_JOB_H

#include "systemd/ctl.h"

#include <stdbool.h>

/* Is this the stop of a restart, run by systemd? False if systemd does not answer. */
bool unit_job_is_restart(void);

/* Leave the mark, in /run. A failure is an error of the stop. */
int unit_job_mark(const struct ctl *ctl);

/* Was there a mark? Removes it. */
bool unit_job_take_mark(const struct ctl *ctl);

#endif
