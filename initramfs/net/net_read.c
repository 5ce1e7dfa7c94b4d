/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * net_read.c - from a server's address to the links on the way
 *
 *     server --route--> bond0.5 --parent--> bond0 --ports--> eth0, eth1
 *
 * Rows are added from the bottom up: the order in which they are set up again.
 */
#include "initramfs/net/net.h"

#include "base/err.h"
#include "initramfs/net/live.h"
#include "initramfs/net/net_impl.h"

#include <errno.h>
#include <limits.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEPTH_LAST 8

struct reader {
	struct rtnl rtnl;
	struct live_links links;
	bool virtual_too;
	struct net *net;
};

/* /sys/class/net/NAME/WHAT as a path below /sys/devices, or just its last part. */
static bool sysfs_link(const char *name, const char *what, bool last_part, char *out, size_t size)
{
	char path[128], real[PATH_MAX];
	const char *text;

	snprintf(path, sizeof(path), "/sys/class/net/%s/%s", name, what);
	if (!realpath(path, real) || strpbrk(real, " \t\n"))
		return false;
	if (last_part)
		text = strrchr(real, '/') + 1;
	else if (strncmp(real, "/sys/devices/", 13) == 0)
		text = real + 13;
	else
		return false;
	return (size_t)snprintf(out, size, "%s", text) < size;
}

static bool sysfs_has(const char *name, const char *what)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/class/net/%s/%s", name, what);
	return access(path, F_OK) == 0;
}

/* Why a link cannot be set up again, NULL if it can. */
static const char *obstacle(const struct reader *r, const struct live_link *l)
{
	bool hardware = !l->kind[0];

	if (l->type == ARPHRD_INFINIBAND)
		return "InfiniBand";
	if (l->type != ARPHRD_ETHER)
		return hardware ? "no Ethernet link" : l->kind;
	if (sysfs_has(l->row.name, "phy80211"))
		return "wireless";
	if (l->row.kind == NET_VLAN && l->elsewhere)
		return "a VLAN over a link of another namespace";
	if (l->row.kind == NET_BRIDGE && l->filters_vlans)
		return "a bridge that filters VLANs";
	if (hardware || l->row.kind != NET_PHYSICAL ||
	    (r->virtual_too && (strcmp(l->kind, "veth") == 0 || strcmp(l->kind, "tun") == 0)))
		return NULL;
	return l->kind;
}

static int refuse(const struct live_link *l, const char *why)
{
	return fail(-EOPNOTSUPP,
		    "network link %s: %s cannot be set up in the capture kernel; use a local "
		    "target",
		    l->row.name, why);
}

static int add_row(struct reader *r, const struct net_link *row)
{
	if (r->net->nr_links == NET_LINKS)
		return fail(-ENOSPC,
			    "network link %s: more than %d links on the way to the servers",
			    row->name, NET_LINKS);
	r->net->link[r->net->nr_links++] = *row;
	return 0;
}

static int add_link(struct reader *r, const struct live_link *l, const char *master,
		    unsigned depth);

static void option_drop(struct net_link *row, int attribute)
{
	const struct net_option *o;

	for (unsigned i = 0; (o = net_option_at(i)); i++)
		if (o->kind == row->kind && o->attribute == attribute)
			row->given &= ~(UINT64_C(1) << i);
}

/* A bridge of one port cannot be part of a loop, and without the tree nothing has to be awaited. */
static void bridge_calm(struct net_link *row, unsigned ports)
{
	const struct net_option *o;
	bool tree = false;

	if (ports < 2)
		option_drop(row, IFLA_BR_STP_STATE);
	for (unsigned i = 0; (o = net_option_at(i)); i++)
		if (o->attribute == IFLA_BR_STP_STATE && o->kind == row->kind)
			tree = row->given & (UINT64_C(1) << i);
	if (!tree)
		option_drop(row, IFLA_BR_FORWARD_DELAY);
}

/* Ports that lead to virtual machines end nowhere after the crash. */
static int add_ports(struct reader *r, const struct live_link *l, unsigned depth, unsigned *ports)
{
	const char *why = "a link without ports";

	*ports = 0;
	for (size_t i = 0; i < r->links.nr; i++) {
		const struct live_link *port = &r->links.link[i];
		const char *bad;
		int rc;

		if (port->master != l->index)
			continue;
		bad = obstacle(r, port);
		if (bad) {
			why = bad;
			continue;
		}
		rc = add_link(r, port, l->row.name, depth + 1);
		if (rc < 0)
			return rc;
		++*ports;
	}
	return *ports ? 0 : refuse(l, why);
}

static int add_physical(struct reader *r, const struct live_link *l, struct net_link *row)
{
	bool known = sysfs_link(row->name, "device", false, row->bus, sizeof(row->bus));

	if (!known)
		row->bus[0] = '\0';
	if (!sysfs_link(row->name, "device/driver/module", true, row->driver,
			sizeof(row->driver)) &&
	    !sysfs_link(row->name, "device/driver", true, row->driver, sizeof(row->driver)))
		row->driver[0] = '\0';
	if (!known && !r->virtual_too)
		return refuse(l, "a link without hardware");
	if (!known && !row->has_mac)
		return refuse(l, "a link without an address to know it by");
	return add_row(r, row);
}

static int add_stacked(struct reader *r, const struct live_link *l, struct net_link *row,
		       unsigned depth)
{
	const struct live_link *below = live_by_index(&r->links, l->below);
	const struct live_link *primary = live_by_index(&r->links, l->primary);
	unsigned ports;
	int rc;

	if (row->kind == NET_VLAN) {
		if (!below)
			return refuse(l, "a VLAN over nothing");
		memcpy(row->parent, below->row.name, sizeof(row->parent));
		rc = add_link(r, below, "", depth + 1);
		return rc < 0 ? rc : add_row(r, row);
	}
	rc = add_ports(r, l, depth, &ports);
	if (rc < 0)
		return rc;
	if (row->kind == NET_BRIDGE)
		bridge_calm(row, ports);
	/* A preferred port that was left out would be refused by net_parse(). */
	if (primary && net_find(r->net, primary->row.name))
		memcpy(row->primary, primary->row.name, sizeof(row->primary));
	return add_row(r, row);
}

/* master: the bond or bridge that wants it as a port; "" when it is reached from elsewhere. */
static int add_link(struct reader *r, const struct live_link *l, const char *master, unsigned depth)
{
	struct net_link *there = net_find_mutable(r->net, l->row.name);
	struct net_link row = l->row;
	const char *why = obstacle(r, l);

	if (there) {
		if (master[0])
			(void)net_name_set(there->master, master);
		return 0;
	}
	if (!why && depth > DEPTH_LAST)
		why = "a link so deep down";
	if (why)
		return refuse(l, why);
	if (master[0])
		(void)net_name_set(row.master, master);
	return row.kind == NET_PHYSICAL ? add_physical(r, l, &row) : add_stacked(r, l, &row, depth);
}

/* The address to send from: the kernel's choice if it lasts, else a lasting one of the link. */
struct choice {
	int index;
	const struct net_ip *source;
	struct live_address best;
	bool exact;
};

static void choose(const struct live_address *a, void *arg)
{
	struct choice *c = arg;
	bool exact = net_ip_same(&a->ip, c->source);

	/* An IPv4 address of link scope may well be the only one; a temporary one will be gone. */
	if (exact && (a->lasting || a->ip.family == AF_INET)) {
		c->best = *a;
		c->exact = true;
	} else if (!c->exact && !c->best.ip.family && a->lasting && a->index == c->index) {
		c->best = *a;
	}
}

static int add_address(struct reader *r, const struct live_link *l, const struct live_address *a)
{
	struct net *net = r->net;
	struct net_address *row = &net->address[net->nr_addresses];

	for (unsigned i = 0; i < net->nr_addresses; i++)
		if (net_ip_same(&net->address[i].ip, &a->ip))
			return 0;
	if (net->nr_addresses == NET_ADDRESSES)
		return fail(-ENOSPC, "network link %s: too many addresses", l->row.name);
	*row = (struct net_address){ .ip = a->ip, .prefix = a->prefix };
	/* The address of another link, mostly loopback's: here without its neighbourhood. */
	if (a->index != l->index)
		row->prefix = a->ip.family == AF_INET6 ? 128 : 32;
	memcpy(row->link, l->row.name, sizeof(row->link));
	net->nr_addresses++;
	return 0;
}

static int add_route(struct reader *r, const struct live_link *l, const struct net_ip *server,
		     const struct live_route *way)
{
	struct choice c = { .index = l->index, .source = &way->source };
	struct net_route row = { .server = *server, .gateway = way->gateway };
	int rc = live_addresses_each(&r->rtnl, server->family, choose, &c);

	if (rc < 0)
		return fail(rc, "list the addresses of network link %s", l->row.name);
	if (!c.best.ip.family)
		return fail(-EADDRNOTAVAIL, "network link %s has no lasting address to send from",
			    l->row.name);
	rc = add_address(r, l, &c.best);
	if (rc < 0)
		return rc;
	if (r->net->nr_routes == NET_ROUTES)
		return fail(-ENOSPC, "more than %d servers", NET_ROUTES);
	row.source = c.best.ip;
	memcpy(row.link, l->row.name, sizeof(row.link));
	r->net->route[r->net->nr_routes++] = row;
	return 0;
}

static int check_way(const struct reader *r, const struct live_link *l,
		     const struct live_route *way)
{
	const struct live_link *master = l ? live_by_index(&r->links, l->master) : NULL;

	if (way->type == RTN_LOCAL)
		return fail(-EOPNOTSUPP,
			    "that is this very machine, which cannot take its own dump "
			    "over the network; name a local target");
	if (way->type != RTN_UNICAST || !l)
		return fail(-ENETUNREACH, "the routing table has no way to it");
	if (way->tunnelled)
		return refuse(l, "a route that wraps its packets");
	if (master && strcmp(master->kind, "vrf") == 0)
		return refuse(l, "a VRF");
	return 0;
}

static int read_server(struct reader *r, const struct net_ip *server)
{
	const struct live_link *l;
	struct live_route way;
	int rc = live_route_get(&r->rtnl, server, &way);

	if (rc < 0)
		return fail(-ENETUNREACH, "the kernel finds no way to it (%s); is the network up?",
			    strerror(-rc));
	rc = live_links_read(&r->rtnl, &r->links);
	if (rc < 0)
		return rc;
	l = live_by_index(&r->links, way.index);
	rc = check_way(r, l, &way);
	if (rc == 0)
		rc = add_link(r, l, "", 0);
	return rc < 0 ? rc : add_route(r, l, server, &way);
}

static bool link_local(const struct net_ip *ip)
{
	return ip->family == AF_INET6 && ip->byte[0] == 0xfe && (ip->byte[1] & 0xc0) == 0x80;
}

static bool known(const struct net *net, const struct net_ip *server)
{
	for (unsigned i = 0; i < net->nr_routes; i++)
		if (net_ip_same(&net->route[i].server, server))
			return true;
	return false;
}

int net_read_live(const struct net_ip *server, bool virtual_too, struct net *net)
{
	struct net work = *net;
	struct reader r = { .virtual_too = virtual_too, .net = &work };
	char text[NET_IP_TEXT];
	int rc;

	if (known(net, server))
		return 0;
	if (link_local(server))
		return fail(-EOPNOTSUPP,
			    "server %s: a link-local address means nothing without its "
			    "link; use another address of it",
			    net_ip_text(server, text));
	rc = rtnl_open(&r.rtnl);
	if (rc == 0)
		rc = read_server(&r, server);
	live_links_fini(&r.links);
	rtnl_close(&r.rtnl);
	if (rc < 0)
		return fail(rc, "network to %s", net_ip_text(server, text));
	*net = work;
	return 0;
}
