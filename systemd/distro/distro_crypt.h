/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * distro_crypt.h - would the capture kernel unlock an encrypted target with nobody there?
 *
 * An image of dracut or initramfs-tools does what /etc/crypttab says. A passphrase that
 * it asks for is never typed, and a key slot made for passphrases takes memory (argon2) that
 * a reservation does not have. Both can be seen before the crash.
 */
#ifndef SYSTEMD_DISTRO_DISTRO_CRYPT_H
#define SYSTEMD_DISTRO_DISTRO_CRYPT_H

#include "systemd/ctl.h"

struct distro_plan;

/*
 * For all encrypted layers of o in an image of this tool ("dracut", "mkinitramfs").
 * -ENOKEY, with all the words, when one of them would stay locked; what may go wrong is
 * told if tell is set.
 */
int distro_crypt_check(const struct ctl *ctl, const char *tool, const struct distro_plan *o,
		       bool tell);

#endif
