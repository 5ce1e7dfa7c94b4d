/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * restore_find.c - the network cards, by their burnt-in address
 *
 * Drivers probe in their own time, so this looks again and again. A bond or bridge does not
 * need all its ports: one card that died with the machine must not cost the dump.
 */
#include "initramfs/net/restore.h"

#include "base/clock.h"
#include "base/err.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* How long to wait for the rest once one port of each bond and bridge is there. */
#define PATIENCE_NS UINT64_C(8000000000)
/* Until then a card with another address in the same slot may only be one of its neighbours. */
#define STRANGER_NS UINT64_C(3000000000)

static bool same_devpath(const struct live_link *l, const struct net_link *row)
{
	char path[128], real[PATH_MAX];

	snprintf(path, sizeof(path), "/sys/class/net/%s/device", l->row.name);
	return row->bus[0] && realpath(path, real) && strncmp(real, "/sys/devices/", 13) == 0 &&
	       strcmp(real + 13, row->bus) == 0;
}

static bool may_be_a_card(const struct live_link *l)
{
	return !l->kind[0] || strcmp(l->kind, "veth") == 0 || strcmp(l->kind, "tun") == 0;
}

/* Two links can share an address (Hyper-V shows a card twice): the slot decides then. */
static const struct live_link *by_address(const struct live_links *links,
					  const struct net_link *row)
{
	const struct live_link *best = NULL;

	for (size_t i = 0; row->has_mac && i < links->nr; i++) {
		const struct live_link *l = &links->link[i];

		if (!may_be_a_card(l) || !l->row.has_mac || memcmp(l->row.mac, row->mac, 6) != 0)
			continue;
		if (!best || same_devpath(l, row))
			best = l;
	}
	return best;
}

/* Only if it is the only one there: some cards have two ports in one slot. */
static const struct live_link *by_devpath(const struct live_links *links,
					  const struct net_link *row)
{
	const struct live_link *best = NULL;

	for (size_t i = 0; i < links->nr; i++) {
		if (!same_devpath(&links->link[i], row))
			continue;
		if (best)
			return NULL;
		best = &links->link[i];
	}
	return best;
}

static void look(struct net_restorer *r, const struct live_links *links, bool strangers_too)
{
	for (unsigned i = 0; i < r->net->nr_links; i++) {
		const struct net_link *row = &r->net->link[i];
		const struct live_link *l;

		if (row->kind != NET_PHYSICAL || r->index[i])
			continue;
		l = by_address(links, row);
		if (!l && (strangers_too || !row->has_mac))
			l = by_devpath(links, row);
		if (!l)
			continue;
		r->index[i] = l->index;
		restore_log(r, "network card %s is here (%s)", row->name, l->row.name);
	}
}

/* A port may be missing as long as its master has another one. */
static bool can_do_without(const struct net_restorer *r, const struct net_link *row)
{
	if (!row->master[0])
		return false;
	for (unsigned i = 0; i < r->net->nr_links; i++) {
		const struct net_link *other = &r->net->link[i];

		if (strcmp(other->master, row->master) == 0 &&
		    (r->index[i] || other->kind != NET_PHYSICAL))
			return true;
	}
	return false;
}

/* The first card that is missing and cannot be (or must not yet be) done without; NULL: go on. */
static const struct net_link *missing(const struct net_restorer *r, bool patient)
{
	for (unsigned i = 0; i < r->net->nr_links; i++) {
		const struct net_link *row = &r->net->link[i];

		if (row->kind == NET_PHYSICAL && !r->index[i] &&
		    (patient || !can_do_without(r, row)))
			return row;
	}
	return NULL;
}

int restore_find(struct net_restorer *r)
{
	uint64_t half = (r->deadline - r->start) / 2;
	uint64_t patience = half < PATIENCE_NS ? half : PATIENCE_NS;
	uint64_t strangers = half < STRANGER_NS ? half : STRANGER_NS;
	const struct net_link *gone;

	do {
		uint64_t passed = clock_ns() - r->start;
		struct live_links links;
		int rc = live_links_read(&r->rtnl, &links);

		if (rc < 0)
			return rc;
		look(r, &links, passed >= strangers);
		live_links_fini(&links);
		gone = missing(r, passed < patience);
		if (!gone)
			return 0;
	} while (restore_nap(r));
	return fail(-ETIMEDOUT,
		    "network card %s (%02x:%02x:%02x:%02x:%02x:%02x, driver %s) did not appear; is "
		    "its driver in the image?",
		    gone->name, gone->mac[0], gone->mac[1], gone->mac[2], gone->mac[3],
		    gone->mac[4], gone->mac[5], gone->driver[0] ? gone->driver : "unknown");
}
