/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_net_live.c - a network of namespaces: read, taken down as a crash does, replayed
 *
 *     machine                            server
 *     a0 (port of br0, 10.9.0.2/24) ---- s0 (10.9.0.1/24), 10.77.0.1 and 2001:db8:77::1
 *
 * Needs root and veth; links of kinds that this kernel has only as modules are tried in a VM.
 */
#include "base/err.h"
#include "base/util.h"
#include "initramfs/net/net.h"

#include "check.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct net net;

/* In these namespaces nothing can hurt the machine that runs the tests. */
static int enter(void **state)
{
	(void)state;
	if (unshare(CLONE_NEWNET | CLONE_NEWNS) < 0 ||
	    mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("sysfs", "/sys", "sysfs", 0, NULL) < 0 ||
	    mount("run", "/run", "tmpfs", 0, NULL) < 0)
		return -1;
	return 0;
}

static void sh(const char *command)
{
	int rc = system(command);

	if (rc != 0)
		print_error("%s: status %d\n", command, rc);
	CHECK_EQ(rc, 0);
}

/* The wire, and everything behind it. What the last test left goes with its namespace. */
static void server_start(void)
{
	sh("ip link set lo up; ip netns del server 2>/dev/null; ip netns add server");
	sh("ip link add a0 address 52:54:00:00:09:02 mtu 1400 type veth peer name s0 netns server");
	sh("ip -n server addr add 10.9.0.1/24 dev s0; "
	   "ip -n server addr add 2001:db8:9::1/64 dev s0 nodad; "
	   "ip -n server addr add 10.77.0.1/32 dev lo; "
	   "ip -n server addr add 2001:db8:77::1/128 dev lo nodad; "
	   "ip -n server link set lo up; ip -n server link set s0 mtu 1400 up");
}

static void machine_plain(void)
{
	sh("ip link set a0 up; ip addr add 10.9.0.2/24 dev a0; ip addr add 10.9.0.99/32 dev a0; "
	   "ip addr add 2001:db8:9::2/64 dev a0 nodad; ip route add default via 10.9.0.1; "
	   "ip -6 route add default via 2001:db8:9::1");
}

static void machine_bridge(void)
{
	sh("ip link add br0 type bridge stp_state 1; ip link set a0 master br0; "
	   "ip tuntap add mode tap vm0; ip link set vm0 master br0; ip link set a0 up; "
	   "ip link set br0 up; ip addr add 10.9.0.2/24 dev br0; "
	   "ip route add 10.77.0.0/16 via 10.9.0.1; "
	   "ip addr add 2001:db8:9::2/64 dev br0 nodad; "
	   "ip -6 route add default via 2001:db8:9::1");
}

/* Afterwards only the card is there, down, under another name, as a kernel finds it. */
static void crash(void)
{
	sh("ip link set a0 down; ip addr flush dev a0; ip link set a0 nomaster; "
	   "ip link del br0 2>/dev/null; ip link set a0 mtu 1500 name k7");
}

static void read_way(const char *server)
{
	struct net_ip ip;

	fail_clear();
	CHECK(net_ip_parse(server, &ip));
	if (net_read_live(&ip, true, &net) < 0)
		print_error("%s: %s\n", server, fail_text());
	CHECK_STR(fail_text(), "");
}

static void say(void *arg, const char *words)
{
	(void)arg;
	print_message("# %s\n", words);
}

static int replay(double seconds)
{
	struct timespec ts;

	fail_clear();
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return net_restore(&net,
			   (uint64_t)((double)ts.tv_sec * 1e9 + (double)ts.tv_nsec + seconds * 1e9),
			   say, NULL);
}

/* The image carries text, not the struct. */
static void through_text(void)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	CHECK_EQ(net_write(&net, f), 0);
	fclose(f);
	CHECK_EQ(net_parse(text, len, "text", &net), 0);
	free(text);
}

static void check_reached(const char *server)
{
	char command[200];

	snprintf(command, sizeof(command), "ping -c 1 -W 5 -q %s >/dev/null", server);
	sh(command);
}

TEST(plain)
{
	struct net_ip server, source;
	char text[NET_IP_TEXT];

	net_init(&net);
	server_start();
	machine_plain();
	read_way("10.77.0.1");
	read_way("10.77.0.1");
	read_way("2001:db8:77::1");
	CHECK_EQ(net.nr_links, 1);
	CHECK_EQ(net.nr_routes, 2);
	/* The one that is spoken from, not the one that may wander. */
	CHECK_EQ(net.nr_addresses, 2);
	CHECK_EQ(net.link[0].mtu, 1400);
	CHECK(net_ip_parse("10.77.0.1", &server) && net_source(&net, &server, &source));
	CHECK_STR(net_ip_text(&source, text), "10.9.0.2");

	crash();
	through_text();
	CHECK_EQ(replay(5), 0);
	check_reached("10.77.0.1");
	check_reached("2001:db8:77::1");
	sh("ip link show k7 | grep -q 'mtu 1400'");
	CHECK_EQ(replay(5), 0);
	check_reached("10.77.0.1");
}

TEST(bridge)
{
	net_init(&net);
	server_start();
	machine_bridge();
	/* The spanning tree listens for a while before it forwards. */
	sh("ip link set br0 type bridge forward_delay 200");
	read_way("10.77.0.1");
	read_way("2001:db8:77::1");
	/* Its other port leads to a virtual machine (here a tun, which a namespace lets pass). */
	CHECK_STR(net.link[net.nr_links - 1].name, "br0");
	CHECK_STR(net_module(&net, 0), "bridge");

	sh("ip link del vm0");
	crash();
	through_text();
	CHECK_EQ(replay(40), 0);
	check_reached("10.77.0.1");
	check_reached("2001:db8:77::1");
	CHECK_EQ(replay(5), 0);
	check_reached("10.77.0.1");
}

/* A cloud's way: our address is a network of one, the gateway lies beside it. */
TEST(gateway_outside)
{
	net_init(&net);
	server_start();
	sh("ip link set a0 up; ip addr add 172.31.5.5/32 dev a0; "
	   "ip route add 10.9.0.1/32 dev a0; ip route add default via 10.9.0.1; "
	   "ip -n server route add 172.31.5.5/32 dev s0");
	read_way("10.77.0.1");
	crash();
	through_text();
	CHECK_EQ(replay(5), 0);
	check_reached("10.77.0.1");
}

/* The address of the other family as gateway, and loopback's as our own. */
TEST(gateway_of_the_other_family)
{
	net_init(&net);
	server_start();
	sh("ip link set a0 up; ip addr add 172.31.5.5/32 dev lo; "
	   "ip addr add 2001:db8:9::2/64 dev a0 nodad; "
	   "ip route add 10.77.0.1 via inet6 2001:db8:9::1 src 172.31.5.5; "
	   "ip -n server route add 172.31.5.5/32 via inet6 2001:db8:9::2");
	read_way("10.77.0.1");
	read_way("2001:db8:9::1");
	CHECK_EQ(net.address[0].prefix, 32);
	crash();
	sh("ip addr del 172.31.5.5/32 dev lo");
	through_text();
	CHECK_EQ(replay(5), 0);
	check_reached("10.77.0.1");
}

static void refused(const char *server, bool virtual_too, int rc, const char *words)
{
	struct net_ip ip;

	fail_clear();
	net_init(&net);
	CHECK(net_ip_parse(server, &ip));
	CHECK_EQ(net_read_live(&ip, virtual_too, &net), rc);
	if (!strstr(fail_text(), words))
		print_error("'%s' is not in: %s\n", words, fail_text());
	CHECK(strstr(fail_text(), words));
	CHECK_EQ(net.nr_links + net.nr_routes + net.nr_addresses, 0);
	fail_clear();
}

TEST(not_possible)
{
	server_start();
	refused("192.0.2.1", true, -ENETUNREACH, "network to 192.0.2.1: the kernel finds no way");
	refused("2001:db8:5::1", true, -ENETUNREACH, "no way");
	refused("fe80::1", true, -EOPNOTSUPP, "link-local");
	machine_plain();
	refused("10.9.0.2", true, -EOPNOTSUPP, "this very machine");
	refused("10.77.0.1", false, -EOPNOTSUPP, "a0: veth cannot be set up");
	sh("ip route add unreachable 192.0.2.0/24");
	refused("192.0.2.1", true, -ENETUNREACH, "no way");
	sh("ip link add mv0 link a0 type macvlan mode bridge; ip link set mv0 up; "
	   "ip route add 198.51.100.0/24 dev mv0 src 10.9.0.2");
	refused("198.51.100.1", true, -EOPNOTSUPP, "mv0: macvlan cannot be set up");
	sh("ip link del mv0");
}

/* Both end at their time, with words that say what to look for. */
TEST(card_gone)
{
	server_start();
	machine_plain();
	net_init(&net);
	read_way("10.77.0.1");
	sh("ip link del a0");
	CHECK_EQ(replay(0.4), -ETIMEDOUT);
	CHECK(strstr(fail_text(),
		     "network card a0 (52:54:00:00:09:02, driver unknown) did not appear"));
}

TEST(no_carrier)
{
	server_start();
	machine_plain();
	net_init(&net);
	read_way("10.77.0.1");
	crash();
	sh("ip -n server link set s0 down");
	CHECK_EQ(replay(0.4), -ETIMEDOUT);
	CHECK(strstr(fail_text(), "a0 has no carrier"));
	/* It comes back while somebody waits. */
	sh("(sleep 1; ip -n server link set s0 up) &");
	CHECK_EQ(replay(10), 0);
	check_reached("10.77.0.1");
	fail_clear();
}

/* A bridge with two ports of which one died: the other is enough, after a while. */
TEST(half_of_it)
{
	struct timespec before, after;

	server_start();
	machine_bridge();
	sh("ip link set br0 type bridge stp_state 0");
	net_init(&net);
	read_way("10.77.0.1");
	CHECK_EQ(net.nr_links, 3);
	sh("ip link del vm0");
	crash();
	clock_gettime(CLOCK_MONOTONIC, &before);
	CHECK_EQ(replay(12), 0);
	clock_gettime(CLOCK_MONOTONIC, &after);
	CHECK_OP(after.tv_sec - before.tv_sec, <, 10);
	check_reached("10.77.0.1");
}

/* Each test begins in namespaces of its own: nothing of the last one is there. */
#define IN_NAMESPACE(name) cmocka_unit_test_setup(test_##name, enter)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_NAMESPACE(plain),	       IN_NAMESPACE(bridge),
		IN_NAMESPACE(gateway_outside), IN_NAMESPACE(gateway_of_the_other_family),
		IN_NAMESPACE(not_possible),    IN_NAMESPACE(card_gone),
		IN_NAMESPACE(no_carrier),      IN_NAMESPACE(half_of_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
