/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * restore.h - one run of net_restore(), shared by the files that bring the network up
 *
 *     restore_find (physical links appear)  ->  restore_link, row by row
 *
 * One thread. Errors are negative errnos with a message in the trail; -ETIMEDOUT when the
 * deadline passed. What was set up before an error stays: another run goes on from there.
 */
#ifndef INITRAMFS_NET_RESTORE_H
#define INITRAMFS_NET_RESTORE_H

#include "initramfs/net/live.h"

struct net_restorer {
	const struct net *net;
	struct rtnl rtnl;
	uint64_t start, deadline; /* as clock_ns() counts */
	net_log_fn *log;
	void *arg;
	int index[NET_LINKS]; /* of each row here; 0: not there */
};

/* The kernel's index of the link for the row with that name; 0: there is none yet. */
int restore_index(const struct net_restorer *r, const char *name);

/* A message for the console, without newline. */
void restore_log(const struct net_restorer *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Sleep for a fraction of a second; false when the deadline has passed. */
bool restore_nap(const struct net_restorer *r);

/*
 * Find the link of every physical row, and fill index. Waits for all of them up to the
 * deadline; for ports of a bond or bridge only a short time once one port is there.
 */
int restore_find(struct net_restorer *r);

/* Restore the link of row i: create it unless it is physical, add its ports, set it up. */
int restore_link(struct net_restorer *r, unsigned i);

#endif
