/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * distro_crypt.h - can the capture kernel unlock an encrypted target without a person?
 *
 * An image of dracut or initramfs-tools follows /etc/crypttab. Nobody can type a passphrase after a
 * crash, and a key slot made for passphrases needs more memory (argon2) than is reserved. Both are
 * detected before the crash.
 */
#ifndef SYSTEMD_DISTRO_DISTRO_CRYPT_H
#define SYSTEMD_DISTRO_DISTRO_CRYPT_H

#include "systemd/ctl.h"

struct distro_plan;

/*
 * Check all encrypted layers of o for an image of this tool ("dracut", "mkinitramfs"). -ENOKEY,
 * with the reason, if one of them would stay locked; possible problems are warned about if warn is
 * set.
 */
int distro_crypt_check(const struct ctl *ctl, const char *tool, const struct distro_plan *o,
		       bool warn);

#endif
