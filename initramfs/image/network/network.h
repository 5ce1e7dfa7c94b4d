/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * network.h - what a remote target needs: addresses, the network as it is now, drivers
 *
 * Nothing here is for the capture kernel to find out: names are resolved and the way to
 * every server is read now, while an administrator can still correct mistakes.
 */
#ifndef INITRAMFS_IMAGE_NETWORK_NETWORK_H
#define INITRAMFS_IMAGE_NETWORK_NETWORK_H

#include "initramfs/image/builder.h"
#include "initramfs/net/net.h"

/*
 * For every NFS and ssh target of the plan, and every host of fence_kdump_nodes:
 *
 *  - the target's address, and its port if it is not the usual one: the one a live NFS mount has,
 * else of all addresses of the name the first that the kernel has a way to;
 *  - into the image: NET_FILE, /etc/hosts with those names, an /etc/nsswitch.conf that
 *    reads nothing but files;
 *  - to the required modules: the drivers of the network cards, of bonds, VLANs and bridges, and
 *    NFS as the targets' versions say;
 *  - NFS targets: options as the live mount has them lose what belongs to that mount only
 *    (addr, clientaddr, timeo...); fstype becomes "nfs" or "nfs4".
 *
 * Nothing to do: 0. -EHOSTUNREACH when a name has no address, -ENETUNREACH when there is
 * no way to any of them, -EOPNOTSUPP from net_read_live() and for Kerberos, RDMA and TLS.
 */
int network_gather(struct builder *b);

/* Live options of an NFS mount -> those to mount it with again; to be freed. *version: "4.2",
 * "3"...; "" when they have none. */
int nfs_options_clean(const char *options, char **out, char version[8]);

/* The port= among such options; 0: none, the server listens where all do. */
unsigned nfs_options_port(const char *options);

/*
 * All addresses of a name (or of an address as text), IPv4 and IPv6, in the resolver's
 * order, at most size; the number. -EHOSTUNREACH with a message when it has none.
 */
int network_resolve(const char *host, struct net_ip *out, unsigned size);

/* The host of "host:/export", "[2001:db8::1]:/export"; -EINVAL when it is neither. */
int nfs_host(const char *source, char out[NET_HOST]);

#endif
