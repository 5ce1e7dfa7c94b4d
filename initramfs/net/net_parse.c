/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * net_parse.c - the network's text back into rows
 *
 * The file comes out of an image that root made, but it is checked like a stranger's: a
 * damaged image must end in one clear line on the console, not in a crash of PID 1.
 */
#include "initramfs/net/net.h"

#include "base/err.h"
#include "initramfs/net/net_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINE_LAST 2048
#define FILE_LAST (256 * 1024)

/* One line, taken apart word by word. */
struct line {
	const char *path;
	unsigned nr;
	char *rest;
};

/* Complains about the line at hand; what is what is wrong with value. */
static int wrong(const struct line *l, const char *what, const char *value)
{
	return fail(-EINVAL, "%s:%u: %s '%.80s'; rebuild the image", l->path, l->nr, what,
		    value ? value : "");
}

/* NULL at the end of the line. */
static char *word(struct line *l)
{
	char *w;

	do
		w = strsep(&l->rest, " \t");
	while (w && !*w);
	return w;
}

static bool number(const char *text, int base, uint32_t last, uint32_t *out)
{
	char *end;
	unsigned long v;

	if (!text || !*text || strlen(text) > 10 || !strchr("0123456789abcdef", *text))
		return false;
	v = strtoul(text, &end, base);
	if (*end || v > last)
		return false;
	*out = (uint32_t)v;
	return true;
}

static bool mac_parse(const char *text, uint8_t out[6])
{
	uint32_t v;

	if (strlen(text) != 17)
		return false;
	for (unsigned i = 0; i < 6; i++) {
		char pair[3] = { text[3 * i], text[3 * i + 1], 0 };

		if ((i < 5 && text[3 * i + 2] != ':') || strlen(pair) != 2 ||
		    !strchr("0123456789abcdef", pair[1]) || !number(pair, 16, 255, &v))
			return false;
		out[i] = (uint8_t)v;
	}
	return true;
}

static bool text_set(char *out, size_t size, const char *value)
{
	if (strlen(value) >= size)
		return false;
	strcpy(out, value);
	return true;
}

static bool option_set(struct net_link *link, const char *key, const char *value)
{
	const struct net_option *o;

	for (unsigned i = 0; (o = net_option_at(i)); i++) {
		uint32_t last = o->bytes == 4 ? UINT32_MAX : (1u << (8 * o->bytes)) - 1;

		if (o->kind != link->kind || strcmp(o->name, key) != 0)
			continue;
		link->given |= UINT64_C(1) << i;
		return number(value, 10, last, &link->option[i]);
	}
	return false;
}

static bool vlan_set(struct net_link *link, const char *key, const char *value)
{
	uint32_t v;

	if (strcmp(key, "parent") == 0)
		return net_name_set(link->parent, value);
	if (strcmp(key, "id") == 0 && number(value, 10, 4095, &v)) {
		link->vlan_id = (uint16_t)v;
		return true;
	}
	if (strcmp(key, "protocol") == 0 && number(value, 16, 0xffff, &v)) {
		link->vlan_protocol = (uint16_t)v;
		return v == 0x8100 || v == 0x88a8;
	}
	return false;
}

static bool bond_set(struct net_link *link, const char *key, const char *value)
{
	if (strcmp(key, "primary") == 0)
		return net_name_set(link->primary, value);
	if (strcmp(key, "arp_ip_target") == 0)
		return link->nr_targets < NET_TARGETS &&
		       net_ip_parse(value, &link->target[link->nr_targets]) &&
		       link->target[link->nr_targets++].family == AF_INET;
	return option_set(link, key, value);
}

static bool link_set(struct net_link *link, const char *key, const char *value)
{
	if (strcmp(key, "mac") == 0)
		return (link->has_mac = mac_parse(value, link->mac));
	if (strcmp(key, "mtu") == 0)
		return number(value, 10, INT_MAX, &link->mtu);
	if (strcmp(key, "master") == 0)
		return net_name_set(link->master, value);
	switch (link->kind) {
	case NET_PHYSICAL:
		/* The path is joined to /sys: it must not lead elsewhere. */
		if (strcmp(key, "bus") == 0)
			return value[0] != '/' && !strstr(value, "..") &&
			       text_set(link->bus, sizeof(link->bus), value);
		if (strcmp(key, "driver") == 0)
			return text_set(link->driver, sizeof(link->driver), value);
		return false;
	case NET_VLAN:
		return vlan_set(link, key, value);
	case NET_BOND:
		return bond_set(link, key, value);
	case NET_BRIDGE:
		return option_set(link, key, value);
	default:
		return false;
	}
}

/*
 * A port stands before its master in the order of set-up, so it is looked up the other way
 * round: by the master, when that comes. Only a VLAN's parent is looked up here.
 */
static int link_check(const struct line *l, const struct net *net, const struct net_link *link)
{
	if (link->kind == NET_PHYSICAL && !link->has_mac && !link->bus[0])
		return wrong(l, "neither a hardware address nor a bus path for", link->name);
	if (link->kind == NET_VLAN && !link->vlan_protocol)
		return wrong(l, "no protocol for VLAN", link->name);
	if (link->kind == NET_VLAN && !net_find(net, link->parent))
		return wrong(l, "no earlier link of the name", link->parent);
	return 0;
}

static int parse_link(struct line *l, struct net *net)
{
	struct net_link link = { 0 };
	const char *name = word(l), *kind = word(l), *key, *value;
	int rc;

	if (!name || !net_name_set(link.name, name) || net_find(net, name))
		return wrong(l, "bad or repeated name of a link", name);
	while (link.kind < NET_NR_KINDS && (!kind || strcmp(kind, net_kind_name(link.kind)) != 0))
		link.kind++;
	if (link.kind == NET_NR_KINDS)
		return wrong(l, "unknown kind of link", kind);
	while ((key = word(l))) {
		value = word(l);
		if (!value || !link_set(&link, key, value))
			return wrong(l, "bad value, or not for this kind of link:", key);
	}
	rc = link_check(l, net, &link);
	if (rc < 0)
		return rc;
	if (net->nr_links == NET_LINKS)
		return wrong(l, "too many links, at", name);
	net->link[net->nr_links++] = link;
	return 0;
}

static int parse_address(struct line *l, struct net *net)
{
	struct net_address a = { 0 };
	const char *link = word(l);
	char *ip = word(l), *prefix = ip ? strchr(ip, '/') : NULL;
	uint32_t bits;

	if (!link || !net_find(net, link) || !net_name_set(a.link, link))
		return wrong(l, "no link of the name", link);
	if (!prefix)
		return wrong(l, "no address with /prefix:", ip);
	*prefix++ = '\0';
	if (!net_ip_parse(ip, &a.ip) ||
	    !number(prefix, 10, a.ip.family == AF_INET ? 32 : 128, &bits))
		return wrong(l, "bad address or prefix:", ip);
	a.prefix = (uint8_t)bits;
	if (net->nr_addresses == NET_ADDRESSES)
		return wrong(l, "too many addresses, at", ip);
	net->address[net->nr_addresses++] = a;
	return 0;
}

static int parse_route(struct line *l, struct net *net)
{
	struct net_route r = { 0 };
	const char *link = word(l), *server = word(l), *key;

	if (!link || !net_find(net, link) || !net_name_set(r.link, link))
		return wrong(l, "no link of the name", link);
	if (!server || !net_ip_parse(server, &r.server))
		return wrong(l, "bad server address", server);
	while ((key = word(l))) {
		const char *value = word(l);
		struct net_ip *to = strcmp(key, "via") == 0    ? &r.gateway
				    : strcmp(key, "from") == 0 ? &r.source
							       : NULL;

		if (!to || !value || !net_ip_parse(value, to))
			return wrong(l, "bad part of a route:", key);
	}
	if (r.source.family && r.source.family != r.server.family)
		return wrong(l, "an address of the other family for", server);
	if (net->nr_routes == NET_ROUTES)
		return wrong(l, "too many routes, at", server);
	net->route[net->nr_routes++] = r;
	return 0;
}

static int parse_line(struct line *l, struct net *net)
{
	const char *what = word(l);

	if (!what || what[0] == '#')
		return 0;
	if (strcmp(what, "link") == 0)
		return parse_link(l, net);
	if (strcmp(what, "address") == 0)
		return parse_address(l, net);
	if (strcmp(what, "route") == 0)
		return parse_route(l, net);
	return wrong(l, "unknown word", what);
}

/* A master or primary port without a row would otherwise only show when the network is restored. */
static int check_names(const struct net *net, const char *path)
{
	for (unsigned i = 0; i < net->nr_links; i++) {
		const struct net_link *l = &net->link[i];
		const struct net_link *m = l->master[0] ? net_find(net, l->master) : NULL;

		if (l->master[0] && (m <= l || (m->kind != NET_BOND && m->kind != NET_BRIDGE)))
			return fail(-EINVAL, "%s: '%s' is not a bond or bridge after '%s'", path,
				    l->master, l->name);
		if (l->primary[0] && !net_find(net, l->primary))
			return fail(-EINVAL, "%s: '%s' has no port '%s'", path, l->name,
				    l->primary);
	}
	return 0;
}

/* One line, without its newline, that may hold anything. */
static int take_line(const char *text, size_t len, struct line *l, struct net *net)
{
	char buf[LINE_LAST + 1];

	if (len > LINE_LAST)
		return wrong(l, "line too long:", "");
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < ' ' && text[i] != '\t')
			return wrong(l, "control character in the line", "");
	memcpy(buf, text, len);
	buf[len] = '\0';
	l->rest = buf;
	return parse_line(l, net);
}

int net_parse(const char *text, size_t len, const char *path, struct net *out)
{
	struct line l = { .path = path };
	int rc = 0;

	net_init(out);
	while (rc == 0 && len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) : len;

		l.nr++;
		rc = take_line(text, n, &l, out);
		n += end ? 1 : 0;
		text += n;
		len -= n;
	}
	if (rc == 0)
		rc = check_names(out, path);
	if (rc < 0)
		net_init(out);
	return rc;
}

int net_read_file(const char *path, struct net *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;
	char *text = malloc(FILE_LAST);
	size_t len = 0;
	ssize_t n = 0;

	net_init(out);
	if (fd < 0 || !text) {
		rc = fail(fd < 0 ? -errno : -ENOMEM, "open %s", path);
		goto out;
	}
	while (len < FILE_LAST && (n = read(fd, text + len, FILE_LAST - len)) > 0)
		len += (size_t)n;
	if (n < 0)
		rc = fail(-errno, "read %s", path);
	else if (len == FILE_LAST)
		rc = fail(-EFBIG, "read %s: it is too large to be a network", path);
	else
		rc = net_parse(text, len, path, out);
out:
	free(text);
	if (fd >= 0)
		close(fd);
	return rc;
}
