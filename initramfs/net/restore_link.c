/* SPDX-License-Identifier: GPL-2.0-or-later */
/* restore_link.c - one link as it was: created, its ports taken in, its size, up */
#include "initramfs/net/restore.h"

#include "base/err.h"
#include "initramfs/net/net_impl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct nl_msg *link_msg(int type, int flags, int index, unsigned up)
{
	struct ifinfomsg head = { .ifi_family = AF_UNSPEC, .ifi_index = index };

	head.ifi_flags = up;
	head.ifi_change = up ? IFF_UP : 0;
	return rtnl_new(type, flags, &head, sizeof(head));
}

/* One attribute of a link that is there. */
static int link_change(struct net_restorer *r, int index, int attribute, const void *data, int len)
{
	struct nl_msg *msg = link_msg(RTM_NEWLINK, 0, index, 0);

	if (msg && nla_put(msg, attribute, len, data) < 0) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return rtnl_do(&r->rtnl, msg);
}

static int link_up(struct net_restorer *r, int index)
{
	return rtnl_do(&r->rtnl, link_msg(RTM_NEWLINK, 0, index, IFF_UP));
}

static int option_put(struct nl_msg *msg, const struct net_option *o, uint32_t value)
{
	if (o->bytes == 1)
		return nla_put_u8(msg, o->attribute, (uint8_t)value);
	if (o->bytes == 2)
		return nla_put_u16(msg, o->attribute, (uint16_t)value);
	return nla_put_u32(msg, o->attribute, value);
}

static int targets_put(struct nl_msg *msg, const struct net_link *row)
{
	struct nlattr *list = nla_nest_start(msg, IFLA_BOND_ARP_IP_TARGET);

	for (unsigned i = 0; list && i < row->nr_targets; i++)
		if (nla_put(msg, (int)i, 4, row->target[i].byte) < 0)
			return -ENOMEM;
	return list ? nla_nest_end(msg, list) : -ENOMEM;
}

/* IFLA_INFO_DATA of the row's kind. */
static int data_put(struct nl_msg *msg, const struct net_link *row)
{
	struct nlattr *data = nla_nest_start(msg, IFLA_INFO_DATA);
	const struct net_option *o;
	int rc = data ? 0 : -ENOMEM;

	if (row->kind == NET_VLAN) {
		rc |= nla_put_u16(msg, IFLA_VLAN_ID, row->vlan_id);
		rc |= nla_put_u16(msg, IFLA_VLAN_PROTOCOL, htons(row->vlan_protocol));
	}
	for (unsigned i = 0; (o = net_option_at(i)); i++)
		if (row->given & (UINT64_C(1) << i))
			rc |= option_put(msg, o, row->option[i]);
	if (row->nr_targets)
		rc |= targets_put(msg, row);
	if (rc < 0)
		return -ENOMEM;
	nla_nest_end(msg, data);
	return 0;
}

static int info_put(struct nl_msg *msg, const struct net_link *row, int parent)
{
	struct nlattr *info;
	int rc = nla_put_string(msg, IFLA_IFNAME, row->name);

	if (parent)
		rc |= nla_put_u32(msg, IFLA_LINK, (uint32_t)parent);
	if (row->has_mac)
		rc |= nla_put(msg, IFLA_ADDRESS, 6, row->mac);
	info = nla_nest_start(msg, IFLA_LINKINFO);
	if (!info || rc < 0)
		return -ENOMEM;
	rc |= nla_put_string(msg, IFLA_INFO_KIND, net_kind_name(row->kind));
	rc |= data_put(msg, row);
	nla_nest_end(msg, info);
	return rc < 0 ? -ENOMEM : 0;
}

static int link_create(struct net_restorer *r, const struct net_link *row, int parent)
{
	struct nl_msg *msg = link_msg(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0, 0);

	if (msg && info_put(msg, row, parent) < 0) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return rtnl_do(&r->rtnl, msg);
}

/*
 * There is a link of that name. One that is up is ours, from an earlier attempt. Loading the
 * bonding module makes a bond0 of its own, with other options: it goes.
 */
static int link_take_over(struct net_restorer *r, const struct net_link *row, int parent,
			  bool *ours)
{
	struct live_links links;
	const struct live_link *l;
	int rc = live_links_read(&r->rtnl, &links);

	if (rc < 0)
		return rc;
	l = live_by_index(&links, (int)if_nametoindex(row->name));
	if (!l || l->row.kind != row->kind)
		rc = fail(-EEXIST, "the name is taken by a link of another kind");
	*ours = rc == 0 && l->flags & IFF_UP;
	if (rc == 0 && !*ours)
		rc = rtnl_do(&r->rtnl, link_msg(RTM_DELLINK, 0, l->index, 0));
	live_links_fini(&links);
	return rc < 0 || *ours ? rc : link_create(r, row, parent);
}

static int link_make(struct net_restorer *r, const struct net_link *row, int *index)
{
	int parent = row->kind == NET_VLAN ? restore_index(r, row->parent) : 0;
	bool ours = false;
	int rc = link_create(r, row, parent);

	if (rc == -EEXIST)
		rc = link_take_over(r, row, parent, &ours);
	if (rc == -EOPNOTSUPP)
		return fail(
			rc,
			"create it: this kernel has no such links; is the module in the image?");
	if (rc < 0)
		return fail(rc, "create it");
	*index = (int)if_nametoindex(row->name);
	return *index ? 0 : fail(-ENODEV, "create it: it is not there afterwards");
}

/*
 * No waiting for duplicates of our address and no advertised routers: the one address we have
 * must work at once, and nothing else may come in.
 */
static void ipv6_calm(int index)
{
	static const char *const rows[][2] = { { "accept_dad", "0" },
					       { "accept_ra", "0" },
					       { "autoconf", "0" } };
	char name[IF_NAMESIZE], path[128];

	if (!if_indextoname((unsigned)index, name))
		return;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int fd;

		snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/%s", name, rows[i][0]);
		fd = open(path, O_WRONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		/* A kernel without IPv6, or an older one: the address then takes a second more. */
		(void)!write(fd, rows[i][1], strlen(rows[i][1]));
		close(fd);
	}
}

static bool is_port_of(const struct live_links *links, int index, int master)
{
	const struct live_link *l = live_by_index(links, index);

	return l && l->master == master;
}

/* A port that will not join is one port less; none at all is a failure. */
static int ports_take(struct net_restorer *r, const struct net_link *row, int master)
{
	struct live_links links;
	unsigned taken = 0;
	int rc = live_links_read(&r->rtnl, &links), last = -ENODEV;

	if (rc < 0)
		return rc;
	for (unsigned i = 0; i < r->net->nr_links; i++) {
		const struct net_link *port = &r->net->link[i];

		if (!r->index[i] || strcmp(port->master, row->name) != 0)
			continue;
		rc = 0;
		if (!is_port_of(&links, r->index[i], master))
			rc = link_change(r, r->index[i], IFLA_MASTER, &master, sizeof(master));
		if (rc == 0)
			rc = link_up(r, r->index[i]);
		if (rc == 0)
			taken++;
		else
			restore_log(r, "port %s did not join %s: %s", port->name, row->name,
				    strerror(-rc));
		last = rc < 0 ? rc : last;
	}
	live_links_fini(&links);
	return taken ? 0 : fail(last, "not one port joined");
}

/* A bond's primary port can only be set once it is a port; the bond works without it, too. */
static void primary_set(struct net_restorer *r, const struct net_link *row, int index)
{
	struct nl_msg *msg = link_msg(RTM_NEWLINK, 0, index, 0);
	int primary = restore_index(r, row->primary);
	struct nlattr *info, *data;

	if (!primary || !msg) {
		nlmsg_free(msg);
		return;
	}
	info = nla_nest_start(msg, IFLA_LINKINFO);
	if (info && nla_put_string(msg, IFLA_INFO_KIND, "bond") == 0 &&
	    (data = nla_nest_start(msg, IFLA_INFO_DATA))) {
		(void)nla_put_u32(msg, IFLA_BOND_PRIMARY, (uint32_t)primary);
		nla_nest_end(msg, data);
		nla_nest_end(msg, info);
	}
	if (rtnl_do(&r->rtnl, msg) < 0)
		restore_log(r, "%s takes another port than its preferred one", row->name);
}

static int link_settle(struct net_restorer *r, const struct net_link *row, int index)
{
	int rc = 0;

	if (row->kind == NET_BOND || row->kind == NET_BRIDGE)
		rc = ports_take(r, row, index);
	if (rc == 0 && row->primary[0])
		primary_set(r, row, index);
	/* Go on if the link does not take this size (another driver has another limit). */
	if (rc == 0 && row->mtu && link_change(r, index, IFLA_MTU, &row->mtu, sizeof(row->mtu)) < 0)
		restore_log(r, "%s does not take packets of %u bytes", row->name, row->mtu);
	/* Ports go up when they have joined: a bond takes in only links that are down. */
	if (rc == 0 && !row->master[0]) {
		rc = link_up(r, index);
		if (rc < 0)
			rc = fail(rc, "set it up");
	}
	return rc;
}

int restore_link(struct net_restorer *r, unsigned i)
{
	const struct net_link *row = &r->net->link[i];
	int rc = 0;

	if (row->kind != NET_PHYSICAL)
		rc = link_make(r, row, &r->index[i]);
	else if (!r->index[i])
		return 0; /* a port that was given up */
	if (rc == 0) {
		ipv6_calm(r->index[i]);
		rc = link_settle(r, row, r->index[i]);
	}
	if (rc < 0)
		return fail(rc, "network link %s", row->name);
	return 0;
}
