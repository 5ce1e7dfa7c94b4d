/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * after_crash.h - on the boot after a crash: recover a raw dump, clear /boot, report the crash
 *
 * Run by start, before arming: the raw device must be free for the next dump, and the crash must be
 * reported to the journal, on terminals and in "kdumpctl status". No failure here may keep the
 * machine from being armed.
 */
#ifndef SYSTEMD_DUMPS_AFTER_CRASH_H
#define SYSTEMD_DUMPS_AFTER_CRASH_H

#include "systemd/ctl.h"
#include "systemd/dumps/target_access.h"

/* Everything below, in order. Failures are only warned about. */
void after_crash(struct ctl *ctl);

/*
 * Move a dump from the raw device into a directory below path: 1 and *dir (CTL_PATH_MAX bytes) if
 * one was saved, 0 if there was none. The directory gets its final name when everything in it is
 * synced; only then the first and last block of the device are wiped. A truncated dump is saved as
 * far as it is known to be valid.
 */
int after_crash_raw(struct ctl *ctl, const struct target_access *access, char *dir);

/* One line about a dump, for people. */
struct dump;
void after_crash_message(const struct dump *d, const char *where, char *out, size_t size);

#endif
