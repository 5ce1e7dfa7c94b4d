/* SPDX-License-Identifier: GPL-2.0-or-later */
/* net_only.c - the part of a network that leads to one server */
#include "initramfs/net/net.h"

#include "base/err.h"

#include <errno.h>
#include <string.h>

/*
 * Rows stand after what they need, so one pass backwards marks all: a marked VLAN marks its
 * parent, a marked bond or bridge its ports.
 */
static void mark(const struct net *net, const char *top, bool *needed)
{
	for (unsigned i = net->nr_links; i-- > 0;) {
		const struct net_link *l = &net->link[i];

		needed[i] |= strcmp(l->name, top) == 0;
		if (!needed[i])
			continue;
		for (unsigned k = 0; k < i; k++)
			if (strcmp(net->link[k].master, l->name) == 0 ||
			    (l->kind == NET_VLAN && strcmp(net->link[k].name, l->parent) == 0))
				needed[k] = true;
	}
}

static void links_copy(const struct net *net, const bool *needed, struct net *out)
{
	for (unsigned i = 0; i < net->nr_links; i++)
		if (needed[i])
			out->link[out->nr_links++] = net->link[i];
	/* A link may be used as it is here, and be a port of something else there. */
	for (unsigned i = 0; i < out->nr_links; i++)
		if (out->link[i].master[0] && !net_find(out, out->link[i].master))
			out->link[i].master[0] = '\0';
}

int net_only(const struct net *net, const struct net_ip *server, struct net *out)
{
	bool needed[NET_LINKS] = { false };
	const struct net_route *r = net->route;
	char text[NET_IP_TEXT];

	net_init(out);
	while (r < net->route + net->nr_routes && !net_ip_same(&r->server, server))
		r++;
	if (r == net->route + net->nr_routes)
		return fail(-ENETUNREACH, "the image knows no way to %s; rebuild it",
			    net_ip_text(server, text));
	mark(net, r->link, needed);
	links_copy(net, needed, out);
	for (unsigned i = 0; i < net->nr_addresses; i++)
		if (strcmp(net->address[i].link, r->link) == 0)
			out->address[out->nr_addresses++] = net->address[i];
	out->route[out->nr_routes++] = *r;
	return 0;
}
