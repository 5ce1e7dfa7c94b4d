/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * net.h - the network as it stands now, as text, and up again in the capture kernel
 *
 *   running system:  net_init -> net_read_live (once per server) -> net_write -> image
 *   capture kernel:  net_parse -> net_restore -> net_source
 *
 * Only what leads to the servers is kept: the links on the way, their addresses,
 * one route for each server. No DHCP, no resolver, no name service: all of that was
 * settled while the machine was well. A link is known by its hardware address and its
 * position on the bus, never by its name, which may differ in the capture kernel.
 *
 * struct net has no pointers: copy it, zero it; there is nothing to free.
 */
#ifndef NET_NET_H
#define NET_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define NET_LINKS     32
#define NET_ADDRESSES 64
#define NET_ROUTES    32
#define NET_NAME      16  /* IFNAMSIZ: with the final zero */
#define NET_HOST      254 /* a DNS name with the final zero */
#define NET_BUS	      160
#define NET_IP_TEXT   46 /* INET6_ADDRSTRLEN */
#define NET_OPTIONS   32 /* numbers a bond or a bridge is set up with: net_option.def */
#define NET_TARGETS   16 /* a bond's arp_ip_target */

/* Where the image has net_write()'s text. */
#define NET_FILE      "/etc/kdump/network"

struct net_ip {
	uint8_t family; /* AF_INET, AF_INET6; 0: none */
	uint8_t byte[16];
};

enum net_kind { NET_PHYSICAL, NET_VLAN, NET_BOND, NET_BRIDGE, NET_NR_KINDS };

/* In the order they are set up: what a link needs stands before it. */
struct net_link {
	char name[NET_NAME]; /* in the running system; other rows refer to it */
	enum net_kind kind;
	bool has_mac;
	uint8_t mac[6];		/* physical: burnt in; virtual: the one in use */
	char bus[NET_BUS];	/* physical: below /sys/devices, "" if unknown */
	char driver[64];	/* physical: the module's name, "" if unknown */
	uint32_t mtu;		/* bytes */
	char master[NET_NAME];	/* the bond or bridge it is a port of, "" if none */
	char parent[NET_NAME];	/* VLAN: the link that carries it */
	uint16_t vlan_id;	/* VLAN: 0..4095 */
	uint16_t vlan_protocol; /* VLAN: 0x8100 or 0x88a8 */
	char primary[NET_NAME]; /* bond: its preferred port, "" if none */
	uint64_t given;		/* which option[] are meant: bit = row of net_option.def */
	uint32_t option[NET_OPTIONS];
	unsigned nr_targets;
	struct net_ip target[NET_TARGETS]; /* bond: arp_ip_target */
};

struct net_address {
	char link[NET_NAME];
	struct net_ip ip;
	uint8_t prefix; /* bits */
};

struct net_route {
	char link[NET_NAME];
	struct net_ip server;  /* the way to this one address */
	struct net_ip gateway; /* family 0: the server is on the link itself */
	struct net_ip source;  /* family 0: the kernel chooses */
};

struct net {
	unsigned nr_links, nr_addresses, nr_routes;
	struct net_link link[NET_LINKS];
	struct net_address address[NET_ADDRESSES];
	struct net_route route[NET_ROUTES];
};

void net_init(struct net *net);

/* "192.0.2.1", "2001:db8::1" or "[2001:db8::1]" into out; false if it is neither. */
bool net_ip_parse(const char *text, struct net_ip *out);

/* out as text; "" for family 0. Returns out. */
const char *net_ip_text(const struct net_ip *ip, char out[NET_IP_TEXT]);

bool net_ip_same(const struct net_ip *a, const struct net_ip *b);

/* The row with that name; NULL: there is none. */
const struct net_link *net_find(const struct net *net, const char *name);

/*
 * Ask the running kernel how it reaches server and add what that takes to net: links, the
 * source address, the route. What an earlier call added is not added twice. Other addresses of
 * the links stay behind: some wander (VRRP, temporary ones) and may be elsewhere by then.
 *
 * -ENETUNREACH when there is no route now; -EOPNOTSUPP when the server is this very
 * machine, or a link on the way is of a kind the capture kernel could not set up (team, Open
 * vSwitch, tunnel, wireless, VRF ...): the message names it and a remedy; -ENOSPC
 * when net is full; other negative errno when the kernel does not answer. After an error
 * net is as it was.
 *
 * virtual_too: a veth or tun link passes as a physical one (namespaces, containers).
 */
int net_read_live(const struct net_ip *server, bool virtual_too, struct net *net);

/* What the physical links need, one call of each for every one of them; stops at the first
 * non-zero, which it returns. path: below /sys, as "devices/pci0000:00/0000:00:03.0/virtio0". */
int net_each_device(const struct net *net, int (*each)(const char *path, void *arg), void *arg);

/* Kernel modules for the links that are not physical: "bonding", "8021q", "bridge". Row i,
 * NULL after the last one; static text. */
const char *net_module(const struct net *net, unsigned i);

/* The text. -EIO or the like when f fails. */
int net_write(const struct net *net, FILE *f);

/*
 * Any bytes, as a file at path has them, into out: rows that refer to links that are not there, or
 * come later, are refused, so that what was parsed can be restored without another check.
 * -EINVAL with path, line and what is wrong; out is then empty.
 */
int net_parse(const char *text, size_t len, const char *path, struct net *out);

/* The same from a file; a missing one is -ENOENT. */
int net_read_file(const char *path, struct net *out);

/*
 * Of net only what leads to server, into out: a card that died on the way to another server is no
 * reason to fail. -ENETUNREACH when net has no route to it.
 */
int net_only(const struct net *net, const struct net_ip *server, struct net *out);

/* Progress of net_restore(), for the console: a short message, no newline. */
typedef void net_log_fn(void *arg, const char *message);

/*
 * Bring up net in this network namespace. Waits for physical links to appear and for
 * their carrier until deadline_ns on CLOCK_MONOTONIC. A bond or bridge starts with the ports
 * that came; -ETIMEDOUT when a link that is needed did not come or has no carrier, in
 * a message that names it. Loopback is always brought up. Repeating it after a failure is fine:
 * what is there already stays.
 */
int net_restore(const struct net *net, uint64_t deadline_ns, net_log_fn *log, void *arg);

/* Our own address as server sees it, for the name of the dump's directory: the route's source, else
 * the first address of its link and family. False when net has no route to server. */
bool net_source(const struct net *net, const struct net_ip *server, struct net_ip *out);

#endif
