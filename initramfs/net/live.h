/* SPDX-License-Identifier: GPL-2.0-or-later */
/* live.h - links, addresses and routes as the kernel has them now */
#ifndef NET_LIVE_H
#define NET_LIVE_H

#include "initramfs/net/net.h"
#include "initramfs/net/netlink.h"

/* A link, before anybody asks whether it can be had again. */
struct live_link {
	int index, below, master; /* 0: none */
	int primary;		  /* bond: index of the preferred port */
	bool elsewhere;		  /* the link below is in another namespace */
	bool filters_vlans;	  /* bridge */
	unsigned flags;		  /* IFF_... */
	unsigned short type;	  /* ARPHRD_... */
	char kind[24];		  /* "vlan", "bond", "veth"...; "" for hardware */
	struct net_link row;	  /* what does not depend on other links: no names of links */
};

struct live_links {
	struct live_link *link;
	size_t nr;
};

/* All links of this network namespace. live_links_fini() frees them. */
int live_links_read(struct rtnl *r, struct live_links *out);
void live_links_fini(struct live_links *l);

/* NULL when there is none. */
const struct live_link *live_by_index(const struct live_links *l, int index);

struct live_address {
	int index; /* of its link */
	struct net_ip ip;
	uint8_t prefix;
	bool lasting; /* global, and neither temporary, deprecated nor doubtful */
};

/* Each address of family, one call. */
int live_addresses_each(struct rtnl *r, int family,
			void (*each)(const struct live_address *a, void *arg), void *arg);

struct live_route {
	int index;	/* of the link it leaves by */
	unsigned type;	/* RTN_... */
	bool tunnelled; /* wrapped into something (MPLS, SRv6...) */
	struct net_ip gateway, source;
};

/* How the kernel would send to this address now. Its errno, without a message. */
int live_route_get(struct rtnl *r, const struct net_ip *to, struct live_route *out);

#endif
