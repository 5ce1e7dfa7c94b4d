/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netlink.h - questions and orders to the kernel's routing netlink, over libnl
 *
 *     rtnl_open -> (rtnl_new -> nla_put... -> rtnl_do or rtnl_ask)... -> rtnl_close
 */
#ifndef NET_NETLINK_H
#define NET_NETLINK_H

#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

struct rtnl {
	struct nl_sock *sock;
};

int rtnl_open(struct rtnl *out);
void rtnl_close(struct rtnl *r);

/* A message of type with flags (NLM_F_...) that begins with head. NULL: no memory. */
struct nl_msg *rtnl_new(int type, int flags, const void *head, size_t len);

/*
 * Send msg, wait for the answer, call each for every message of it. Takes msg over, NULL too
 * (-ENOMEM). 0, or the kernel's negative errno without a message: the caller adds one.
 * each may not ask the kernel anything itself.
 */
int rtnl_ask(struct rtnl *r, struct nl_msg *msg, void (*each)(struct nlmsghdr *h, void *arg),
	     void *arg);

/* The same for an order: done is all that comes back. */
int rtnl_do(struct rtnl *r, struct nl_msg *msg);

#endif
