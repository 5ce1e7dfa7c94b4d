/* SPDX-License-Identifier: GPL-2.0-or-later */
/* live.c - addresses and routes as the kernel has them now */
#include "initramfs/net/live.h"

#include "base/err.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <string.h>

#define PASSING (IFA_F_TEMPORARY | IFA_F_DEPRECATED | IFA_F_TENTATIVE | IFA_F_DADFAILED)

static void ip_get(const struct nlattr *a, int family, struct net_ip *out)
{
	int len = family == AF_INET6 ? 16 : 4;

	if (!a || nla_len(a) < len)
		return;
	out->family = (uint8_t)family;
	memcpy(out->byte, nla_data(a), (size_t)len);
}

struct each_address {
	void (*each)(const struct live_address *a, void *arg);
	void *arg;
};

static void take_address(struct nlmsghdr *h, void *arg)
{
	const struct each_address *e = arg;
	const struct ifaddrmsg *m = nlmsg_data(h);
	struct nlattr *tb[IFA_MAX + 1];
	struct live_address a = { 0 };
	uint32_t flags = m->ifa_flags;

	if (h->nlmsg_type != RTM_NEWADDR || nlmsg_parse(h, sizeof(*m), tb, IFA_MAX, NULL) < 0)
		return;
	if (tb[IFA_FLAGS])
		flags = nla_get_u32(tb[IFA_FLAGS]);
	/* With a peer, ADDRESS is the other end. */
	ip_get(tb[IFA_LOCAL] ? tb[IFA_LOCAL] : tb[IFA_ADDRESS], m->ifa_family, &a.ip);
	a.index = (int)m->ifa_index;
	a.prefix = m->ifa_prefixlen;
	a.lasting = !(flags & PASSING) && m->ifa_scope < RT_SCOPE_LINK;
	if (a.ip.family)
		e->each(&a, e->arg);
}

int live_addresses_each(struct rtnl *r, int family,
			void (*each)(const struct live_address *a, void *arg), void *arg)
{
	struct ifaddrmsg head = { .ifa_family = (uint8_t)family };
	struct each_address e = { each, arg };

	return rtnl_ask(r, rtnl_new(RTM_GETADDR, NLM_F_DUMP, &head, sizeof(head)), take_address,
			&e);
}

static void take_route(struct nlmsghdr *h, void *arg)
{
	struct live_route *out = arg;
	const struct rtmsg *m = nlmsg_data(h);
	struct nlattr *tb[RTA_MAX + 1];

	if (h->nlmsg_type != RTM_NEWROUTE || nlmsg_parse(h, sizeof(*m), tb, RTA_MAX, NULL) < 0)
		return;
	out->type = m->rtm_type;
	out->tunnelled = tb[RTA_ENCAP] != NULL;
	if (tb[RTA_OIF])
		out->index = (int)nla_get_u32(tb[RTA_OIF]);
	ip_get(tb[RTA_GATEWAY], m->rtm_family, &out->gateway);
	ip_get(tb[RTA_PREFSRC], m->rtm_family, &out->source);
	/* An IPv4 route by an IPv6 neighbour. */
	if (tb[RTA_VIA] && nla_len(tb[RTA_VIA]) == 2 + 16) {
		const struct rtvia *via = nla_data(tb[RTA_VIA]);

		out->gateway.family = AF_INET6;
		memcpy(out->gateway.byte, via->rtvia_addr, 16);
	}
}

int live_route_get(struct rtnl *r, const struct net_ip *to, struct live_route *out)
{
	int bytes = to->family == AF_INET6 ? 16 : 4;
	struct rtmsg head = { .rtm_family = to->family, .rtm_dst_len = (uint8_t)(8 * bytes) };
	struct nl_msg *msg = rtnl_new(RTM_GETROUTE, NLM_F_REQUEST, &head, sizeof(head));

	memset(out, 0, sizeof(*out));
	if (msg && nla_put(msg, RTA_DST, bytes, to->byte) < 0) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return rtnl_ask(r, msg, take_route, out);
}
