/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * boot_record.h - how each boot was armed and how it ended
 *
 *     /var/lib/kdump/boot.json       this boot
 *     /var/lib/kdump/last-boot.json  the boot before it, until somebody has looked at it
 *
 * kdump-boot.service notes that a boot runs, and at shutdown that it ended properly. A record
 * that is still "running" when another boot begins is of a machine that crashed, hung, or lost
 * its power. Without that unit (an older installation, no systemd) a record begins when the
 * machine is armed and ends when it is disarmed.
 *
 * The functions that write survive failures: a person gets a warning. One process at a time.
 */
#ifndef SYSTEMD_BOOT_RECORD_H
#define SYSTEMD_BOOT_RECORD_H

#include "systemd/ctl.h"
#include "systemd/message.h"

#include <stdbool.h>
#include <stdint.h>

enum boot_end {
	BOOT_RUNNING, /* the boot goes on; of an earlier boot: nobody noted its end */
	BOOT_CLEAN,   /* it ended in good order */
	BOOT_OPEN,    /* armed, and nobody was there to note its end */
};

struct boot_record {
	char id[64];  /* boot_id of the kernel */
	int64_t time; /* when the record was begun or armed, seconds since 1970 */
	enum boot_end end;
	bool watched; /* kdump-boot.service notes the end */
	bool armed;
	char why_not[MESSAGE_MAX]; /* not armed: why; "" if nobody tried */
};

/* kdump-boot.service: this boot has begun; and it ends in good order. */
void boot_record_begin(const struct ctl *ctl);
void boot_record_end(const struct ctl *ctl);

/* This boot is armed. */
void boot_record_armed(const struct ctl *ctl);

/* This boot could not be armed, or is not any more. Noted in a watched boot only. */
void boot_record_not_armed(const struct ctl *ctl, const char *why);

/* Disarmed on purpose: the end in good order, where nobody watches the boot. */
void boot_record_disarmed(const struct ctl *ctl);

/* Armed, but the service will not be there to disarm it: its end will be noted by nobody. */
void boot_record_open(const struct ctl *ctl);

/* The boot before this one, if nobody has looked at it yet. */
bool boot_record_last(const struct ctl *ctl, struct boot_record *out);

/* Somebody has. */
void boot_record_last_done(const struct ctl *ctl);

#endif
