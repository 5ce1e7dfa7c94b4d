/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * earlier.h - targets that this system was armed with before the configuration changed
 *
 *     /var/lib/kdump/targets.json   [{"fstype": "ext4" or null, "where": ..., "path": ...}]
 *
 * Their dumps are still there, and list still shows them as long as nothing must be
 * mounted or asked for that: directories of this system and mounted file systems.
 */
#ifndef SYSTEMD_DUMPS_EARLIER_H
#define SYSTEMD_DUMPS_EARLIER_H

#include "systemd/dumps/target_access.h"

#define EARLIER_FILE "/var/lib/kdump/targets.json"

/* The targets of the configuration that was loaded now. Failures are only warned about. */
void earlier_remember(const struct ctl *ctl);

/* One that can be looked at, open; it is closed when the function returns. */
typedef void earlier_fn(const struct target_access *p, void *arg);

/* All that are remembered and not targets now, the newest first. Never fails. */
void earlier_each(const struct ctl *ctl, earlier_fn *fn, void *arg);

#endif
