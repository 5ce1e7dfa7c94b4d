/* SPDX-License-Identifier: GPL-2.0-or-later */
/* network.c - what a remote target needs: addresses, the network as it is now, drivers */
#include "initramfs/image/network/network.h"

#include "base/err.h"
#include "config/config.h"
#include "initramfs/image/device/chain.h"
#include "initramfs/image/network/ssh.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ADDRESSES 16

/* The network that is found, and the names for /etc/hosts. */
struct server_search {
	struct builder *b;
	struct net net;
	FILE *hosts;
};

/*
 * The first address of host that there is a way to. preferred, unless "": one that is in use
 * now, tried before the rest. The message of a refusal is the one about the first address.
 */
static int find_way(struct server_search *g, const char *host, const char *preferred,
		    struct net_ip *out)
{
	struct net_ip all[ADDRESSES + 1];
	unsigned from = *preferred && net_ip_parse(preferred, &all[0]) ? 1 : 0;
	int nr = network_resolve(host, all + from, ADDRESSES), rc = -ENETUNREACH;
	char first[512] = "";

	if (nr < 0 && !from)
		return nr;
	fail_clear();
	nr = (nr < 0 ? 0 : nr) + (int)from;
	for (int i = 0; i < nr; i++) {
		int one = net_read_live(&all[i], false, &g->net);

		if (one == 0) {
			fail_clear();
			*out = all[i];
			return 0;
		}
		if (i == 0) {
			snprintf(first, sizeof(first), "%s", fail_text());
			rc = one;
		}
		fail_clear();
	}
	fail_adopt(rc, first);
	return fail(rc, "server %s", host);
}

static void note_host(struct server_search *g, const char *host, const struct net_ip *ip)
{
	struct net_ip same;
	char text[NET_IP_TEXT];

	if (!net_ip_parse(host, &same))
		fprintf(g->hosts, "%s %s\n", net_ip_text(ip, text), host);
}

static int set_address(struct server_search *g, struct plan_target *t, const char *host,
		       const char *preferred)
{
	struct net_ip ip;
	char text[NET_IP_TEXT];
	int rc = find_way(g, host, preferred, &ip);

	if (rc < 0)
		return rc;
	note_host(g, host, &ip);
	return plan_set(&t->address, net_ip_text(&ip, text));
}

/* The value of addr= in the live mount's options: the address it is reached at now. */
static void addr_of(const char *options, char out[NET_IP_TEXT])
{
	const char *p = strncmp(options, "addr=", 5) == 0 ? options : strstr(options, ",addr=");

	out[0] = '\0';
	if (!p)
		return;
	p = strchr(p, '=') + 1;
	snprintf(out, NET_IP_TEXT, "%.*s", (int)strcspn(p, ","), p);
}

static int add_nfs_modules(struct builder *b, const char *version)
{
	int rc = strlist_add(&b->required, "nfs");

	if (rc == 0 && (version[0] == '3' || !version[0]))
		rc = strlist_add(version[0] ? &b->required : &b->optional, "nfsv3");
	if (rc == 0 && version[0] != '3')
		rc = strlist_add(&b->required, "nfsv4");
	return rc;
}

static int gather_nfs(struct server_search *g, struct plan_target *t)
{
	char host[NET_HOST], address[NET_IP_TEXT], version[8], *options = NULL;
	int rc = nfs_host(t->source, host);

	addr_of(t->options, address);
	if (t->address[0])
		snprintf(address, sizeof(address), "%s", t->address);
	t->port = nfs_options_port(t->options);
	if (rc == 0)
		rc = nfs_options_clean(t->options, &options, version);
	if (rc == 0)
		rc = set_address(g, t, host, address);
	if (rc == 0)
		rc = plan_set(&t->options, options);
	if (rc == 0)
		rc = plan_set(&t->fstype, version[0] == '4' ? "nfs4" : "nfs");
	if (rc == 0)
		rc = add_nfs_modules(g->b, version);
	free(options);
	return rc < 0 ? fail(rc, "NFS target %s", t->source) : 0;
}

static int gather_ssh(struct server_search *g, struct plan_target *t)
{
	struct ssh_destination dest;
	int rc = ssh_resolve(t->source, &dest);

	if (rc == 0)
		rc = set_address(g, t, dest.host, t->address);
	t->port = dest.port;
	return rc < 0 ? fail(rc, "ssh target %s", t->source) : 0;
}

static int gather_targets(struct server_search *g, unsigned *remote)
{
	int rc = 0;

	for (size_t i = 0; i < g->b->plan.nr_targets && rc == 0; i++) {
		struct plan_target *t = &g->b->plan.targets[i];

		if (t->kind == PLAN_NFS)
			rc = gather_nfs(g, t);
		else if (t->kind == PLAN_SSH)
			rc = gather_ssh(g, t);
		else
			continue;
		++*remote;
	}
	return rc;
}

/* The nodes of the cluster, which fence_kdump notifies that a dump is being saved. */
static int gather_nodes(struct server_search *g, unsigned *remote)
{
	const char *const *nodes = g->b->cfg->fence_kdump_nodes;

	for (size_t i = 0; nodes && nodes[i]; i++) {
		struct net_ip ip;
		int rc = find_way(g, nodes[i], "", &ip);

		if (rc < 0)
			return fail(rc, "fence_kdump_nodes");
		note_host(g, nodes[i], &ip);
		++*remote;
	}
	return 0;
}

static int add_device(const char *path, void *arg)
{
	struct builder *b = arg;
	char sys[PATH_MAX];

	snprintf(sys, sizeof(sys), "%s/%s", b->sysfs, path);
	return drivers_add(b, sys);
}

/* A card whose PHY is another chip has that chip's driver beside its own. */
static int add_phys(struct builder *b, const struct net *net)
{
	int rc = 0;

	for (unsigned i = 0; i < net->nr_links && rc == 0; i++) {
		char link[PATH_MAX], *phy;

		if (net->link[i].kind != NET_PHYSICAL)
			continue;
		snprintf(link, sizeof(link), "%s/class/net/%s/phydev", b->sysfs, net->link[i].name);
		phy = realpath(link, NULL);
		if (phy)
			rc = drivers_add(b, phy);
		free(phy);
	}
	return rc;
}

static int add_modules(struct builder *b, const struct net *net)
{
	const char *module;
	int rc = net_each_device(net, add_device, b);

	if (rc == 0)
		rc = add_phys(b, net);
	for (unsigned i = 0; rc == 0 && (module = net_module(net, i)); i++)
		rc = strlist_add(&b->required, module);
	return rc;
}

static int add_text(struct builder *b, const char *path, const char *text, mode_t mode)
{
	return tree_add_data(&b->tree, PART_NETWORK, path, (struct tree_data){ text, strlen(text) },
			     mode);
}

static int add_files(struct server_search *g, const char *hosts)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	int rc = f ? net_write(&g->net, f) : fail(-ENOMEM, "network");

	if (f && fclose(f) != 0)
		rc = fail(-ENOMEM, "network");
	if (rc == 0)
		rc = add_text(g->b, NET_FILE, text, 0600);
	if (rc == 0)
		rc = add_text(g->b, "/etc/hosts", hosts, 0644);
	if (rc == 0)
		rc = add_text(g->b, "/etc/nsswitch.conf",
			      "passwd: files\ngroup: files\nhosts: files\n", 0644);
	free(text);
	return rc;
}

static int gather(struct server_search *g, char **hosts)
{
	unsigned remote = 0;
	int rc;

	fprintf(g->hosts, "127.0.0.1 localhost\n::1 localhost\n");
	rc = gather_targets(g, &remote);
	if (rc == 0)
		rc = gather_nodes(g, &remote);
	if (rc < 0 || remote == 0)
		return rc;
	g->b->network = true;
	rc = add_modules(g->b, &g->net);
	/* The stream's text is there once it was flushed. */
	if (rc == 0 && fflush(g->hosts) != 0)
		rc = fail(-ENOMEM, "network");
	return rc < 0 ? rc : add_files(g, *hosts);
}

int network_gather(struct builder *b)
{
	struct server_search *g = calloc(1, sizeof(*g));
	char *hosts = NULL;
	size_t len;
	int rc = -ENOMEM;

	if (g)
		g->hosts = open_memstream(&hosts, &len);
	if (g && g->hosts) {
		g->b = b;
		rc = gather(g, &hosts);
		fclose(g->hosts);
	}
	free(hosts);
	free(g);
	return rc == -ENOMEM ? fail(rc, "network") : rc;
}
