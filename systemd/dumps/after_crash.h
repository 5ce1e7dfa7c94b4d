/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * after_crash.h - what the boot after a crash owes to people
 *
 * Run by start, before arming: the raw device must be free for the next dump, and
 * whoever looks at the journal, at a terminal or at "kdumpctl status" must learn
 * that there was a crash. Nothing here may keep the machine from being armed.
 */
#ifndef SYSTEMD_DUMPS_AFTER_CRASH_H
#define SYSTEMD_DUMPS_AFTER_CRASH_H

#include "systemd/ctl.h"
#include "systemd/dumps/target_access.h"

/* Everything below, in order. Survives all failures, with a warning each. */
void after_crash(struct ctl *ctl);

/*
 * A dump on the raw device goes into a directory below path: 1 and *dir (of
 * CTL_PATH_MAX) when one was saved, 0 when there was none. The directory has its name
 * when all is in it and synced; only then the first and last block are wiped. A dump
 * that was cut short is saved as far as it surely goes.
 */
int after_crash_raw(struct ctl *ctl, const struct target_access *place, char *dir);

/* The one-line words about a dump, for people. */
struct dump;
void after_crash_message(const struct dump *d, const char *where, char *out, size_t room);

#endif
