/* SPDX-License-Identifier: GPL-2.0-or-later */
/* restore.h - what the files that bring the network up share */
#ifndef INITRAMFS_NET_RESTORE_H
#define INITRAMFS_NET_RESTORE_H

#include "initramfs/net/live.h"

struct net_restorer {
	const struct net *net;
	struct rtnl rtnl;
	uint64_t start, deadline; /* ns, CLOCK_MONOTONIC */
	net_log_fn *log;
	void *arg;
	int index[NET_LINKS]; /* of each row here; 0: not there */
};

/* The index here of the row of that name, 0 if it is not there. */
int restore_index(const struct net_restorer *r, const char *name);

/* A message for the console, without newline. */
void restore_log(const struct net_restorer *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Sleep a moment; false when the deadline has passed. */
bool restore_nap(const struct net_restorer *r);
uint64_t restore_now(void);

/* Find every physical row's link here, waiting as long as it takes and makes sense. */
int restore_find(struct net_restorer *r);

/* Make the i-th row's link as it was: create it, take its ports in, set it up. */
int restore_link(struct net_restorer *r, unsigned i);

#endif
