/* SPDX-License-Identifier: GPL-2.0-or-later */
/* net_up.c - bring up the network as the image describes it, as far as one server needs it */
#include "initramfs/capture/target/net_up.h"

#include "base/err.h"
#include "config/config.h"
#include "initramfs/capture/console.h"
#include "initramfs/net/net.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct deadline net_limit(const struct config *config, const struct deadline *by)
{
	unsigned card = config ? config->timeout[CONFIG_PHASE_DEVICE] : 0;
	unsigned network = config ? config->timeout[CONFIG_PHASE_NETWORK] : 0;

	return card && network ? deadline_min(by, deadline_in(card + network)) : *by;
}

struct deadline net_login_limit(const struct config *config, const struct deadline *by)
{
	unsigned mount = config ? config->timeout[CONFIG_PHASE_MOUNT] : 0;

	return mount ? deadline_min(by, deadline_in(mount)) : *by;
}

static void log_line(void *arg, const char *message)
{
	(void)arg;
	console_log("%s", message);
}

/*
 * whole: an array of two, the second for the part that one server needs; too large for our stack.
 */
static int up(struct net *whole, const char *address, const struct deadline *by, char *host,
	      size_t size)
{
	struct net *part = whole + 1;
	struct net_ip server, own;
	char text[NET_IP_TEXT];
	int rc = net_read_file(NET_FILE, whole);

	if (rc == -ENOENT) {
		fail_clear();
		return 0;
	}
	if (rc < 0)
		return rc;
	if (!address)
		return net_restore(whole, by->at, log_line, NULL);
	if (!net_ip_parse(address, &server))
		return fail(-EINVAL, "server address '%s'", address);
	rc = net_only(whole, &server, part);
	if (rc == 0)
		rc = net_restore(part, by->at, log_line, NULL);
	if (rc == 0 && net_source(part, &server, &own))
		snprintf(host, size, "%s", net_ip_text(&own, text));
	return rc;
}

int net_up(const char *address, const struct deadline *by, char *host, size_t size)
{
	struct net *whole = calloc(2, sizeof(*whole));
	int rc = whole ? up(whole, address, by, host, size) : -ENOMEM;

	free(whole);
	return rc < 0 ? fail(rc, "network") : 0;
}
