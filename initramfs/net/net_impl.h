/* SPDX-License-Identifier: GPL-2.0-or-later */
/* net_impl.h - shared by the files of this folder, private to it */
#ifndef NET_NET_IMPL_H
#define NET_NET_IMPL_H

#include "initramfs/net/net.h"

struct net_option {
	enum net_kind kind;
	const char *name;
	int attribute;		/* in IFLA_INFO_DATA */
	unsigned bytes;		/* of its payload: 1, 2, 4 */
	uint32_t default_value; /* the kernel's own value */
	unsigned modes;		/* bond: bit per mode that takes it */
};

/* Row i of net_option.def, NULL after the last. Its index is the bit in net_link.given. */
const struct net_option *net_option_at(unsigned i);

/* "physical", "vlan", "bond", "bridge"; NULL for anything else. */
const char *net_kind_name(enum net_kind kind);

struct net_link *net_find_mutable(struct net *net, const char *name);

/* Copy; false for what cannot be a link's name: too long, empty, '/' (it becomes part of paths). */
bool net_name_set(char out[NET_NAME], const char *name);

#endif
