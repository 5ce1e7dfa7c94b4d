/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * net_write.c - the network as text
 *
 *     link eth0 physical mac 52:54:00:12:34:56 bus pci0000:00/... driver virtio_net mtu 1500
 *     link bond0.5 vlan mac 52:54:00:12:34:56 mtu 1500 parent bond0 id 5 protocol 8100
 *     address bond0.5 192.0.2.7/24
 *     route bond0.5 198.51.100.9 via 192.0.2.1 from 192.0.2.7
 */
#include "initramfs/net/net.h"

#include "base/err.h"
#include "initramfs/net/net_impl.h"

#include <errno.h>
#include <string.h>

static void write_word(FILE *f, const char *key, const char *value)
{
	if (value[0])
		fprintf(f, " %s %s", key, value);
}

static void write_ip(FILE *f, const char *key, const struct net_ip *ip)
{
	char text[NET_IP_TEXT];

	write_word(f, key, net_ip_text(ip, text));
}

static void write_link(FILE *f, const struct net_link *l)
{
	const struct net_option *o;

	fprintf(f, "link %s %s", l->name, net_kind_name(l->kind));
	if (l->has_mac)
		fprintf(f, " mac %02x:%02x:%02x:%02x:%02x:%02x", l->mac[0], l->mac[1], l->mac[2],
			l->mac[3], l->mac[4], l->mac[5]);
	write_word(f, "bus", l->bus);
	write_word(f, "driver", l->driver);
	if (l->mtu)
		fprintf(f, " mtu %u", l->mtu);
	write_word(f, "master", l->master);
	if (l->kind == NET_VLAN)
		fprintf(f, " parent %s id %u protocol %x", l->parent, l->vlan_id, l->vlan_protocol);
	for (unsigned i = 0; (o = net_option_at(i)); i++)
		if (l->given & (UINT64_C(1) << i))
			fprintf(f, " %s %u", o->name, l->option[i]);
	write_word(f, "primary", l->primary);
	for (unsigned i = 0; i < l->nr_targets; i++)
		write_ip(f, "arp_ip_target", &l->target[i]);
	fputc('\n', f);
}

int net_write(const struct net *net, FILE *f)
{
	char text[NET_IP_TEXT];

	fputs("# The way to the servers, as it was when this image was built.\n", f);
	for (unsigned i = 0; i < net->nr_links; i++)
		write_link(f, &net->link[i]);
	for (unsigned i = 0; i < net->nr_addresses; i++) {
		const struct net_address *a = &net->address[i];

		fprintf(f, "address %s %s/%u\n", a->link, net_ip_text(&a->ip, text), a->prefix);
	}
	for (unsigned i = 0; i < net->nr_routes; i++) {
		const struct net_route *r = &net->route[i];

		fprintf(f, "route %s %s", r->link, net_ip_text(&r->server, text));
		write_ip(f, "via", &r->gateway);
		write_ip(f, "from", &r->source);
		fputc('\n', f);
	}
	if (fflush(f) != 0 || ferror(f))
		return fail(-EIO, "write the network's text");
	return 0;
}
