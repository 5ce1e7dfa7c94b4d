/* SPDX-License-Identifier: GPL-2.0-or-later */
/* live_links.c - the kernel's data about each link, kept as rows of net.h */
#include "initramfs/net/live.h"

#include "base/err.h"
#include "initramfs/net/net_impl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t number_get(const struct nlattr *a, unsigned bytes)
{
	if (nla_len(a) < (int)bytes)
		return 0;
	return bytes == 1 ? nla_get_u8(a) : bytes == 2 ? nla_get_u16(a) : nla_get_u32(a);
}

/* Keep what differs from the kernel's own; what this bond's mode does not take is not meant. */
static void options_get(struct nlattr *const *tb, int last, struct net_link *row)
{
	const struct net_option *o;
	unsigned mode = 0;

	for (unsigned i = 0; (o = net_option_at(i)); i++) {
		if (o->kind != row->kind || o->attribute > last || !tb[o->attribute])
			continue;
		row->option[i] = number_get(tb[o->attribute], o->bytes);
		if (o->kind == NET_BOND && o->attribute == IFLA_BOND_MODE)
			mode = row->option[i];
		if (row->option[i] != o->default_value && (!o->modes || o->modes & (1u << mode)))
			row->given |= UINT64_C(1) << i;
		else
			row->option[i] = 0;
	}
}

static void bond_get(const struct nlattr *data, struct live_link *l)
{
	struct nlattr *tb[IFLA_BOND_MAX + 1], *a;
	int left;

	if (nla_parse_nested(tb, IFLA_BOND_MAX, (struct nlattr *)(uintptr_t)data, NULL) < 0)
		return;
	options_get(tb, IFLA_BOND_MAX, &l->row);
	if (tb[IFLA_BOND_PRIMARY])
		l->primary = (int)nla_get_u32(tb[IFLA_BOND_PRIMARY]);
	if (!tb[IFLA_BOND_ARP_IP_TARGET])
		return;
	nla_for_each_nested(a, tb[IFLA_BOND_ARP_IP_TARGET], left)
	{
		if (nla_len(a) < 4 || l->row.nr_targets == NET_TARGETS)
			continue;
		l->row.target[l->row.nr_targets].family = AF_INET;
		memcpy(l->row.target[l->row.nr_targets++].byte, nla_data(a), 4);
	}
}

static void vlan_get(const struct nlattr *data, struct net_link *row)
{
	struct nlattr *tb[IFLA_VLAN_MAX + 1];

	if (nla_parse_nested(tb, IFLA_VLAN_MAX, (struct nlattr *)(uintptr_t)data, NULL) < 0)
		return;
	if (tb[IFLA_VLAN_ID])
		row->vlan_id = nla_get_u16(tb[IFLA_VLAN_ID]);
	row->vlan_protocol =
		tb[IFLA_VLAN_PROTOCOL] ? ntohs(nla_get_u16(tb[IFLA_VLAN_PROTOCOL])) : 0x8100;
}

/* Without the spanning tree its delay is of no use, and nothing is filtered by default. */
static void bridge_get(const struct nlattr *data, struct live_link *l)
{
	struct nlattr *tb[IFLA_BR_MAX + 1];

	if (nla_parse_nested(tb, IFLA_BR_MAX, (struct nlattr *)(uintptr_t)data, NULL) < 0)
		return;
	l->filters_vlans = tb[IFLA_BR_VLAN_FILTERING] && nla_get_u8(tb[IFLA_BR_VLAN_FILTERING]);
	options_get(tb, IFLA_BR_MAX, &l->row);
}

static void kind_get(const struct nlattr *info, struct live_link *l)
{
	struct nlattr *tb[IFLA_INFO_MAX + 1];

	if (nla_parse_nested(tb, IFLA_INFO_MAX, (struct nlattr *)(uintptr_t)info, NULL) < 0 ||
	    !tb[IFLA_INFO_KIND])
		return;
	snprintf(l->kind, sizeof(l->kind), "%.*s", nla_len(tb[IFLA_INFO_KIND]),
		 (const char *)nla_data(tb[IFLA_INFO_KIND]));
	if (strcmp(l->kind, "vlan") == 0)
		l->row.kind = NET_VLAN;
	else if (strcmp(l->kind, "bond") == 0)
		l->row.kind = NET_BOND;
	else if (strcmp(l->kind, "bridge") == 0)
		l->row.kind = NET_BRIDGE;
	if (!tb[IFLA_INFO_DATA])
		return;
	if (l->row.kind == NET_VLAN)
		vlan_get(tb[IFLA_INFO_DATA], &l->row);
	else if (l->row.kind == NET_BOND)
		bond_get(tb[IFLA_INFO_DATA], l);
	else if (l->row.kind == NET_BRIDGE)
		bridge_get(tb[IFLA_INFO_DATA], l);
}

/* A bond gives its ports its own address; it knows theirs, also where the kernel (before 5.6) does
 * not tell it of every card. */
static struct nlattr *port_mac(struct nlattr *info)
{
	struct nlattr *tb[IFLA_INFO_MAX + 1], *port[IFLA_BOND_SLAVE_MAX + 1];

	if (!info || nla_parse_nested(tb, IFLA_INFO_MAX, info, NULL) < 0 ||
	    !tb[IFLA_INFO_SLAVE_KIND] || !tb[IFLA_INFO_SLAVE_DATA] ||
	    strncmp(nla_data(tb[IFLA_INFO_SLAVE_KIND]), "bond",
		    (size_t)nla_len(tb[IFLA_INFO_SLAVE_KIND])) != 0 ||
	    nla_parse_nested(port, IFLA_BOND_SLAVE_MAX, tb[IFLA_INFO_SLAVE_DATA], NULL) < 0)
		return NULL;
	return port[IFLA_BOND_SLAVE_PERM_HWADDR];
}

static void mac_get(struct nlattr *const *tb, struct live_link *l)
{
	struct nlattr *a = NULL;

	if (l->row.kind == NET_PHYSICAL)
		a = tb[IFLA_PERM_ADDRESS] ? tb[IFLA_PERM_ADDRESS] : port_mac(tb[IFLA_LINKINFO]);
	if (!a)
		a = tb[IFLA_ADDRESS];
	if (!a || nla_len(a) != 6)
		return;
	l->row.has_mac = true;
	memcpy(l->row.mac, nla_data(a), 6);
}

static int index_get(const struct nlattr *a)
{
	return a ? (int)nla_get_u32(a) : 0;
}

struct link_search {
	struct live_links *out;
	bool no_memory;
};

static void take_link(struct nlmsghdr *h, void *arg)
{
	struct link_search *g = arg;
	const struct ifinfomsg *m = nlmsg_data(h);
	struct nlattr *tb[IFLA_MAX + 1];
	struct live_link *grown, *l;

	if (h->nlmsg_type != RTM_NEWLINK || nlmsg_parse(h, sizeof(*m), tb, IFLA_MAX, NULL) < 0 ||
	    !tb[IFLA_IFNAME])
		return;
	grown = realloc(g->out->link, (g->out->nr + 1) * sizeof(*grown));
	if (!grown) {
		g->no_memory = true;
		return;
	}
	g->out->link = grown;
	l = &grown[g->out->nr++];
	*l = (struct live_link){ .index = m->ifi_index,
				 .flags = m->ifi_flags,
				 .type = m->ifi_type };
	snprintf(l->row.name, sizeof(l->row.name), "%s", nla_get_string(tb[IFLA_IFNAME]));
	l->below = index_get(tb[IFLA_LINK]);
	l->master = index_get(tb[IFLA_MASTER]);
	l->elsewhere = tb[IFLA_LINK_NETNSID] != NULL;
	if (tb[IFLA_MTU])
		l->row.mtu = nla_get_u32(tb[IFLA_MTU]);
	if (tb[IFLA_LINKINFO])
		kind_get(tb[IFLA_LINKINFO], l);
	mac_get(tb, l);
}

int live_links_read(struct rtnl *r, struct live_links *out)
{
	struct ifinfomsg head = { .ifi_family = AF_UNSPEC };
	struct link_search g = { .out = out };
	int rc;

	*out = (struct live_links){ 0 };
	rc = rtnl_ask(r, rtnl_new(RTM_GETLINK, NLM_F_DUMP, &head, sizeof(head)), take_link, &g);
	if (rc == 0 && g.no_memory)
		rc = -ENOMEM;
	if (rc < 0) {
		live_links_fini(out);
		return fail(rc, "list the network links");
	}
	return 0;
}

void live_links_fini(struct live_links *l)
{
	free(l->link);
	*l = (struct live_links){ 0 };
}

const struct live_link *live_by_index(const struct live_links *l, int index)
{
	for (size_t i = 0; i < l->nr; i++)
		if (index && l->link[i].index == index)
			return &l->link[i];
	return NULL;
}
