/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * earlier.h - targets that this system was armed with before the configuration changed
 *
 *     /var/lib/kdump/targets.json   [{"fstype": "ext4" or null, "where": ..., "path": ...}]
 *
 * Their dumps still exist. list shows those it can read without mounting or contacting anything: in
 * directories of this system and on mounted file systems.
 */
#ifndef SYSTEMD_DUMPS_EARLIER_H
#define SYSTEMD_DUMPS_EARLIER_H

#include "systemd/dumps/target_access.h"

#define EARLIER_FILE "/var/lib/kdump/targets.json"

/* Remember the targets of the configuration just loaded. Failures are only warned about. */
void earlier_remember(const struct ctl *ctl);

/* Called with a target that is open; it is closed when the function returns. */
typedef void earlier_fn(const struct target_access *p, void *arg);

/* Call fn for all remembered targets that are not targets now, newest first. Never fails. */
void earlier_each(const struct ctl *ctl, earlier_fn *fn, void *arg);

#endif
