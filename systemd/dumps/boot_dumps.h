/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * boot_dumps.h - encrypted dumps leave /boot, so that there is space for the next one
 *
 * On a machine whose disks are all encrypted the capture can write to /boot alone, and encrypts
 * what it writes (encrypt_to). start moves it to BOOT_DUMPS_DIR, which is where dumps are looked
 * for.
 */
#ifndef SYSTEMD_DUMPS_BOOT_DUMPS_H
#define SYSTEMD_DUMPS_BOOT_DUMPS_H

#include "systemd/ctl.h"

#define BOOT_DUMPS_DIR "/var/crash"

/* The targets whose dumps are moved: those on /boot, with encrypt_to. */
bool boot_dumps_of(const struct ctl *ctl, const struct config_target *target);

/*
 * Move all dumps of these targets. Each gets its name in BOOT_DUMPS_DIR when every file of it is
 * synced and was compared with the original; only then the original is removed. A dump that cannot
 * be moved stays as it is, and a warning says why. Returns how many were moved.
 */
unsigned boot_dumps_move(struct ctl *ctl);

/* ctl for BOOT_DUMPS_DIR as a target of kind PATH: a copy that borrows everything but path. */
struct ctl boot_dumps_ctl(const struct ctl *ctl);

#endif
