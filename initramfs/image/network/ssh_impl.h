/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ssh_impl.h - what the ssh files of the builder share */
#ifndef INITRAMFS_IMAGE_NETWORK_SSH_IMPL_H
#define INITRAMFS_IMAGE_NETWORK_SSH_IMPL_H

#include "initramfs/image/network/ssh.h"

#include <stdio.h>

/*
 * The host keys that dest.known has for the host, as lines of a known_hosts file under the
 * name dest.alias. root: in front of the files' names. -ENOENT when there is none.
 */
int ssh_known_write(const struct ssh_destination *dest, const char *root, FILE *out);

/*
 * Is the private key at real usable by a machine alone? -ENOENT it does not exist, -EACCES other
 * users may read it, -EKEYREJECTED it has a passphrase or needs a token, -EINVAL it is not a
 * private key.
 */
int ssh_key_check(const char *real);

/* The part of the image's ssh configuration for one target; address: where to connect to. */
void ssh_config_host(const struct ssh_destination *dest, unsigned target, const char *address,
		     FILE *out);

/* The part for all of them. */
void ssh_config_common(FILE *out);

#endif
