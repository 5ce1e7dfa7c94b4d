/* SPDX-License-Identifier: GPL-2.0-or-later */
/* net_restore.c - the rows of net.h become links, addresses and routes again */
#include "initramfs/net/net.h"

#include "base/clock.h"
#include "base/err.h"
#include "initramfs/net/restore.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <string.h>

static int loopback_up(struct net_restorer *r)
{
	struct ifinfomsg head = { .ifi_index = 1, .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
	int rc = rtnl_do(&r->rtnl, rtnl_new(RTM_NEWLINK, 0, &head, sizeof(head)));

	return rc < 0 ? fail(rc, "set up loopback") : 0;
}

static int bytes_of(const struct net_ip *ip)
{
	return ip->family == AF_INET6 ? 16 : 4;
}

static int address_add(struct net_restorer *r, const struct net_address *a)
{
	struct ifaddrmsg head = {
		.ifa_family = a->ip.family,
		.ifa_prefixlen = a->prefix,
		.ifa_index = (unsigned)restore_index(r, a->link),
	};
	struct nl_msg *msg =
		rtnl_new(RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, &head, sizeof(head));
	char text[NET_IP_TEXT];
	int rc = 0;

	if (msg) {
		rc |= nla_put(msg, IFA_LOCAL, bytes_of(&a->ip), a->ip.byte);
		rc |= nla_put(msg, IFA_ADDRESS, bytes_of(&a->ip), a->ip.byte);
		if (a->ip.family == AF_INET6)
			rc |= nla_put_u32(msg, IFA_FLAGS, IFA_F_NODAD);
	}
	if (rc < 0) {
		nlmsg_free(msg);
		msg = NULL;
	}
	rc = rtnl_do(&r->rtnl, msg);
	/* Kernels before 4.19 do not replace IPv4 addresses: it is there, which is enough. */
	if (rc < 0 && rc != -EEXIST)
		return fail(rc, "give %s the address %s/%u", a->link, net_ip_text(&a->ip, text),
			    a->prefix);
	return 0;
}

static int gateway_put(struct nl_msg *msg, const struct net_route *row)
{
	struct {
		uint16_t family;
		uint8_t byte[16];
	} via = { .family = row->gateway.family };

	if (row->gateway.family == row->server.family)
		return nla_put(msg, RTA_GATEWAY, bytes_of(&row->gateway), row->gateway.byte);
	memcpy(via.byte, row->gateway.byte, 16);
	return nla_put(msg, RTA_VIA, 2 + bytes_of(&row->gateway), &via);
}

/*
 * One route for this one address. "On link" because the gateway need not lie in any of our
 * networks: clouds give a /32 and a gateway beside it.
 */
static int route_add(struct net_restorer *r, const struct net_route *row)
{
	struct rtmsg head = {
		.rtm_family = row->server.family,
		.rtm_dst_len = (uint8_t)(8 * bytes_of(&row->server)),
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_STATIC,
		.rtm_scope = row->gateway.family ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK,
		.rtm_type = RTN_UNICAST,
		.rtm_flags = row->gateway.family ? RTNH_F_ONLINK : 0,
	};
	struct nl_msg *msg =
		rtnl_new(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, &head, sizeof(head));
	char text[NET_IP_TEXT];
	int rc = 0;

	if (msg) {
		rc |= nla_put(msg, RTA_DST, bytes_of(&row->server), row->server.byte);
		rc |= nla_put_u32(msg, RTA_OIF, (uint32_t)restore_index(r, row->link));
		if (row->gateway.family)
			rc |= gateway_put(msg, row);
		if (row->source.family)
			rc |= nla_put(msg, RTA_PREFSRC, bytes_of(&row->source), row->source.byte);
	}
	if (rc < 0) {
		nlmsg_free(msg);
		msg = NULL;
	}
	rc = rtnl_do(&r->rtnl, msg);
	if (rc < 0)
		return fail(rc, "route to %s by %s", net_ip_text(&row->server, text), row->link);
	return 0;
}

/* The first link that a route leaves by and that has no carrier; NULL: all have. */
static const char *silent_link(const struct net_restorer *r, const struct live_links *links)
{
	for (unsigned i = 0; i < r->net->nr_routes; i++) {
		const char *name = r->net->route[i].link;
		const struct live_link *l = live_by_index(links, restore_index(r, name));

		if (!l || !(l->flags & IFF_LOWER_UP))
			return name;
	}
	return NULL;
}

static int wait_carrier(struct net_restorer *r)
{
	const char *silent;
	bool logged = false;

	do {
		struct live_links links;
		int rc = live_links_read(&r->rtnl, &links);

		if (rc < 0)
			return rc;
		silent = silent_link(r, &links);
		live_links_fini(&links);
		if (!silent)
			return 0;
		if (!logged)
			restore_log(r, "waiting for the carrier of %s", silent);
		logged = true;
	} while (restore_nap(r));
	return fail(-ETIMEDOUT,
		    "network link %s has no carrier; cable, switch port, or the other end", silent);
}

static int restore_all(struct net_restorer *r)
{
	int rc = loopback_up(r);

	if (rc == 0)
		rc = restore_find(r);
	for (unsigned i = 0; rc == 0 && i < r->net->nr_links; i++)
		rc = restore_link(r, i);
	for (unsigned i = 0; rc == 0 && i < r->net->nr_addresses; i++)
		rc = address_add(r, &r->net->address[i]);
	if (rc == 0)
		rc = wait_carrier(r);
	for (unsigned i = 0; rc == 0 && i < r->net->nr_routes; i++)
		rc = route_add(r, &r->net->route[i]);
	return rc;
}

int net_restore(const struct net *net, uint64_t deadline_ns, net_log_fn *log, void *arg)
{
	struct net_restorer r = { .net = net, .log = log, .arg = arg };
	int rc;

	r.start = clock_ns();
	r.deadline = deadline_ns > r.start ? deadline_ns : r.start;
	rc = rtnl_open(&r.rtnl);
	if (rc == 0)
		rc = restore_all(&r);
	rtnl_close(&r.rtnl);
	return rc;
}
