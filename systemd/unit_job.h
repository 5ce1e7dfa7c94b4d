/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unit_job.h - what systemd is doing with kdump.service
 *
 * "systemctl restart" is a stop and a start to systemd, whether the start succeeds or not. So
 * the stop of a restart leaves the machine armed and a mark, and the start that follows
 * replaces what is loaded once it has something better.
 */
#ifndef SYSTEMD_UNIT_JOB_H
#define SYSTEMD_UNIT_JOB_H

#include "systemd/ctl.h"

#include <stdbool.h>

/* Run by systemd, is this the stop of a restart? False when systemd does not answer. */
bool unit_job_is_restart(void);

/* The mark, in /run. What fails is an error of the stop. */
int unit_job_mark(const struct ctl *ctl);

/* Was there one? It is gone after that. */
bool unit_job_take_mark(const struct ctl *ctl);

#endif
