/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ssh.h - what an ssh target needs in the image
 *
 * The system's OpenSSH client with its libraries, the key, the server's host keys and a
 * configuration of our own. All that the user's configuration has for the host (an
 * alias, a port, algorithms) is resolved now by "ssh -G"; nothing else of it goes into the image.
 */
#ifndef INITRAMFS_IMAGE_NETWORK_SSH_H
#define INITRAMFS_IMAGE_NETWORK_SSH_H

#include "initramfs/image/builder.h"

/*
 * For every ssh target of the plan, after network_gather():
 *
 *  /usr/bin/ssh with libraries   /etc/kdump/ssh/config       one Host per target
 *  /etc/passwd of root alone     /etc/kdump/ssh/id           the key, 0600
 *  NSS libraries                 /etc/kdump/ssh/known_hosts  only these hosts' keys
 *
 * Nothing to do: 0. -ENOENT when the program, the key or the host's key is missing
 * ("kdumpctl propagate" is the remedy), -EACCES when other users may read the key, -EKEYREJECTED
 * when it has a passphrase, -EINVAL when the destination is not USER@HOST.
 */
int ssh_gather(struct builder *b);

/* The output of "ssh -G" for a destination. */
struct ssh_destination {
	char user[64];
	char host[254];	 /* the real name or address, no brackets */
	char alias[254]; /* HostKeyAlias, or the name under which known_hosts has it */
	unsigned port;
	char known[4][512]; /* files with known host keys, "" at the end */
	/* What both ends must agree on, as lines of ssh_config: a server may take nothing else. */
	char algorithms[8192];
};

/*
 * Ask the system's ssh what destination means: "root@host", aliases of root's configuration
 * included. -EINVAL when it is not USER@HOST; -EOPNOTSUPP when it goes through a proxy;
 * -ENOENT when there is no ssh; -EIO when it fails.
 */
int ssh_resolve(const char *destination, struct ssh_destination *out);

#endif
