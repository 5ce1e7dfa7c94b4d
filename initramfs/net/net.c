/* SPDX-License-Identifier: GPL-2.0-or-later */
/* net.c - addresses as text, links by name, and what a network needs besides itself */
#include "initramfs/net/net.h"

#include "base/err.h"
#include "base/util.h"
#include "initramfs/net/net_impl.h"

#include <arpa/inet.h>
#include <assert.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <string.h>

static const struct net_option options[] = {
#define NET_OPTION(kind, name, attribute, bytes, default_value, modes) \
	{ kind, #name, attribute, bytes, default_value, modes },
#include "initramfs/net/net_option.def"
};

static_assert(ARRAY_SIZE(options) <= NET_OPTIONS, "net_link.option has one number for each");

static const char *const kinds[] = {
	[NET_PHYSICAL] = "physical",
	[NET_VLAN] = "vlan",
	[NET_BOND] = "bond",
	[NET_BRIDGE] = "bridge",
};

const struct net_option *net_option_at(unsigned i)
{
	return i < ARRAY_SIZE(options) ? &options[i] : NULL;
}

const char *net_kind_name(enum net_kind kind)
{
	return (unsigned)kind < NET_NR_KINDS ? kinds[kind] : NULL;
}

void net_init(struct net *net)
{
	memset(net, 0, sizeof(*net));
}

bool net_ip_parse(const char *text, struct net_ip *out)
{
	char plain[NET_IP_TEXT];
	size_t len = strlen(text);

	memset(out, 0, sizeof(*out));
	if (len >= 2 && text[0] == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	}
	if (len >= sizeof(plain))
		return false;
	memcpy(plain, text, len);
	plain[len] = '\0';
	out->family = strchr(plain, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(out->family, plain, out->byte) == 1)
		return true;
	memset(out, 0, sizeof(*out));
	return false;
}

const char *net_ip_text(const struct net_ip *ip, char out[NET_IP_TEXT])
{
	out[0] = '\0';
	if (ip->family)
		inet_ntop(ip->family, ip->byte, out, NET_IP_TEXT);
	return out;
}

bool net_ip_same(const struct net_ip *a, const struct net_ip *b)
{
	return a->family == b->family &&
	       memcmp(a->byte, b->byte, a->family == AF_INET6 ? 16 : 4) == 0;
}

struct net_link *net_find_mutable(struct net *net, const char *name)
{
	for (unsigned i = 0; i < net->nr_links; i++)
		if (strcmp(net->link[i].name, name) == 0)
			return &net->link[i];
	return NULL;
}

const struct net_link *net_find(const struct net *net, const char *name)
{
	for (unsigned i = 0; i < net->nr_links; i++)
		if (strcmp(net->link[i].name, name) == 0)
			return &net->link[i];
	return NULL;
}

bool net_name_set(char out[NET_NAME], const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len >= NET_NAME || strchr(name, '/') || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0)
		return false;
	memcpy(out, name, len + 1);
	return true;
}

int net_each_device(const struct net *net, int (*each)(const char *path, void *arg), void *arg)
{
	for (unsigned i = 0; i < net->nr_links; i++) {
		const struct net_link *l = &net->link[i];
		char path[NET_BUS + 16];
		int rc;

		if (l->kind != NET_PHYSICAL || !l->bus[0])
			continue;
		snprintf(path, sizeof(path), "devices/%s", l->bus);
		rc = each(path, arg);
		if (rc != 0)
			return rc;
	}
	return 0;
}

const char *net_module(const struct net *net, unsigned i)
{
	static const struct {
		enum net_kind kind;
		const char *module;
	} rows[] = {
		{ NET_BOND, "bonding" },
		{ NET_VLAN, "8021q" },
		{ NET_BRIDGE, "bridge" },
	};

	for (unsigned row = 0; row < ARRAY_SIZE(rows); row++)
		for (unsigned k = 0; k < net->nr_links; k++)
			if (net->link[k].kind == rows[row].kind) {
				if (i-- == 0)
					return rows[row].module;
				break;
			}
	return NULL;
}

bool net_source(const struct net *net, const struct net_ip *server, struct net_ip *out)
{
	for (unsigned i = 0; i < net->nr_routes; i++) {
		const struct net_route *r = &net->route[i];

		if (!net_ip_same(&r->server, server))
			continue;
		*out = r->source;
		for (unsigned k = 0; k < net->nr_addresses && !out->family; k++)
			if (strcmp(net->address[k].link, r->link) == 0 &&
			    net->address[k].ip.family == server->family)
				*out = net->address[k].ip;
		return out->family != 0;
	}
	return false;
}
