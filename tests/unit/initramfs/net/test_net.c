/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_net.c - the network's text: what is written is read back, and nothing else is taken */
#include "base/err.h"
#include "base/util.h"
#include "initramfs/net/net.h"

#include "check.h"

#include <string.h>

static const char whole[] =
	"# The way to the servers, as it was when this image was built.\n"
	"link eth0 physical mac 52:54:00:12:34:56 bus pci0000:00/0000:00:03.0/virtio0 driver "
	"virtio_net mtu 1500 master bond0\n"
	"link eth1 physical mac 52:54:00:12:34:57 mtu 9000 master bond0\n"
	"link bond0 bond mac 52:54:00:12:34:56 mtu 1500 mode 1 arp_interval 100 fail_over_mac 2 "
	"primary eth1 arp_ip_target 192.0.2.1 arp_ip_target 192.0.2.2\n"
	"link bond0.5 vlan mac 52:54:00:12:34:56 mtu 1500 master br0 parent bond0 id 5 protocol "
	"8100\n"
	"link br0 bridge mac 52:54:00:12:34:56 mtu 1500 stp_state 1 forward_delay 200\n"
	"address br0 192.0.2.7/24\n"
	"address br0 2001:db8::7/64\n"
	"route br0 198.51.100.9 via 192.0.2.1 from 192.0.2.7\n"
	"route br0 2001:db8::9 from 2001:db8::7\n"
	"route br0 203.0.113.4 via fe80::1 from 192.0.2.7\n";

static int parse(const char *text, struct net *out)
{
	fail_clear();
	return net_parse(text, strlen(text), "network", out);
}

TEST(round_trip)
{
	struct net net;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	CHECK_EQ(parse(whole, &net), 0);
	CHECK_EQ(net.nr_links, 5);
	CHECK_EQ(net.link[2].nr_targets, 2);
	CHECK_EQ(net.link[3].vlan_id, 5);
	CHECK_EQ(net_write(&net, f), 0);
	fclose(f);
	CHECK_STR(text, whole);
	free(text);
}

TEST(what_it_needs)
{
	struct net net;
	struct net_ip server, source;
	char text[NET_IP_TEXT];

	CHECK_EQ(parse(whole, &net), 0);
	CHECK_STR(net_module(&net, 0), "bonding");
	CHECK_STR(net_module(&net, 1), "8021q");
	CHECK_STR(net_module(&net, 2), "bridge");
	CHECK(!net_module(&net, 3));

	CHECK(net_ip_parse("[2001:db8::9]", &server));
	CHECK(net_source(&net, &server, &source));
	CHECK_STR(net_ip_text(&source, text), "2001:db8::7");
	CHECK(net_ip_parse("192.0.2.99", &server));
	CHECK(!net_source(&net, &server, &source));
}

/* The first one stops the walk, and its answer comes back. */
static int note_path(const char *path, void *arg)
{
	snprintf(arg, 200, "%s", path);
	return 7;
}

TEST(devices)
{
	struct net net;
	char path[200] = "";

	CHECK_EQ(parse(whole, &net), 0);
	CHECK_EQ(net_each_device(&net, note_path, path), 7);
	CHECK_STR(path, "devices/pci0000:00/0000:00:03.0/virtio0");
}

TEST(addresses)
{
	static const char *const bad[] = { "",
					   "1.2.3",
					   "::g",
					   "[::1",
					   "host",
					   "1.2.3.4/24",
					   "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa" };
	struct net_ip ip;

	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
		CHECK(!net_ip_parse(bad[i], &ip));
		CHECK_EQ(ip.family, 0);
	}
	CHECK(net_ip_parse("::ffff:1.2.3.4", &ip));
}

/* Each is one mistake; the words must say where. */
TEST(refused)
{
	static const char *const rows[][2] = {
		{ "nonsense\n", "network:1: unknown word 'nonsense'" },
		{ "link a physical\n", "network:1: neither a hardware address" },
		{ "link a physical mac 52:54:00:12:34:5\n", "bad value" },
		{ "link a physical mac 52:54:00:12:34:5g\n", "bad value" },
		{ "link a physical mac 52:54:00:12:34:56 bus ../../etc\n", "bad value" },
		{ "link a physical mac 52:54:00:12:34:56 mode 1\n", "bad value" },
		{ "link ../a physical mac 52:54:00:12:34:56\n", "bad or repeated name" },
		{ "link name-that-is-too-long physical\n", "bad or repeated name" },
		{ "link a bridge\nlink a bridge\n", "network:2: bad or repeated name" },
		{ "link a team\n", "unknown kind of link 'team'" },
		{ "link v vlan parent a id 5 protocol 8100\n", "no earlier link of the name 'a'" },
		{ "link a bridge\nlink v vlan parent a id 5\n", "no protocol" },
		{ "link a bridge\nlink v vlan parent a id 4096 protocol 8100\n", "bad value" },
		{ "link a bridge master b\n", "'b' is not a bond or bridge after 'a'" },
		{ "link a bridge\nlink b bridge master a\n",
		  "'a' is not a bond or bridge after 'b'" },
		{ "link a bond primary x\n", "'a' has no port 'x'" },
		{ "link a bond arp_ip_target ::1\n", "bad value" },
		{ "link a bond mode 256\n", "bad value" },
		{ "link a bond mode -1\n", "bad value" },
		{ "address a 192.0.2.1/24\n", "no link of the name 'a'" },
		{ "link a bridge\naddress a 192.0.2.1\n", "no address with /prefix" },
		{ "link a bridge\naddress a 192.0.2.1/33\n", "bad address or prefix" },
		{ "link a bridge\nroute a host\n", "bad server address" },
		{ "link a bridge\nroute a 192.0.2.1 via\n", "bad part of a route" },
		{ "link a bridge\nroute a 192.0.2.1 from ::1\n", "other family" },
		{ "link a \001bridge\n", "control character" },
	};
	struct net net;

	for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
		CHECK_EQ(parse(rows[i][0], &net), -EINVAL);
		if (!strstr(fail_text(), rows[i][1]))
			print_error("'%s' is answered: %s\n", rows[i][0], fail_text());
		CHECK(strstr(fail_text(), rows[i][1]));
		CHECK_EQ(net.nr_links, 0);
	}
	fail_clear();
}

TEST(too_many)
{
	struct net net;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	for (unsigned i = 0; i <= NET_LINKS; i++)
		fprintf(f, "link b%u bridge\n", i);
	fclose(f);
	CHECK_EQ(parse(text, &net), -EINVAL);
	CHECK(strstr(fail_text(), "too many links"));
	free(text);
	fail_clear();
}

/* What leads elsewhere is left out, so that its dead card cannot keep us from this server. */
TEST(only_one_way)
{
	static const char two[] = "link eth0 physical mac 52:54:00:12:34:56 master bond0\n"
				  "link eth1 physical mac 52:54:00:12:34:57 master bond0\n"
				  "link eth2 physical mac 52:54:00:12:34:58 master br0\n"
				  "link bond0 bond mode 1\n"
				  "link bond0.5 vlan parent bond0 id 5 protocol 8100\n"
				  "link br0 bridge\n"
				  "address bond0.5 192.0.2.7/24\n"
				  "address br0 198.51.100.7/24\n"
				  "route bond0.5 192.0.2.1\n"
				  "route br0 198.51.100.1\n";
	struct net net, part;
	struct net_ip ip;

	CHECK_EQ(parse(two, &net), 0);
	CHECK(net_ip_parse("192.0.2.1", &ip));
	CHECK_EQ(net_only(&net, &ip, &part), 0);
	CHECK_EQ(part.nr_links, 4);
	CHECK(net_find(&part, "eth1") && net_find(&part, "bond0") && !net_find(&part, "eth2"));
	CHECK_EQ(part.nr_addresses, 1);
	CHECK_EQ(part.nr_routes, 1);
	CHECK(net_ip_parse("198.51.100.1", &ip));
	CHECK_EQ(net_only(&net, &ip, &part), 0);
	CHECK_EQ(part.nr_links, 2);
	CHECK_STR(part.link[0].name, "eth2");
	CHECK(net_ip_parse("203.0.113.1", &ip));
	CHECK_EQ(net_only(&net, &ip, &part), -ENETUNREACH);
	fail_clear();
}

TEST(missing_file)
{
	struct net net;

	CHECK_EQ(net_read_file("/var/tmp/no/such/file", &net), -ENOENT);
	fail_clear();
}

RUN(round_trip, what_it_needs, devices, addresses, refused, too_many, only_one_way, missing_file)
