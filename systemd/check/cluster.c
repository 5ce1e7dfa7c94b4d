/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cluster.c - look for a fence_kdump device in Pacemaker's configuration, and for its nodes */
#include "systemd/check/cluster.h"

#include "base/err.h"
#include "base/text.h"
#include "systemd/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define CIB	 "/var/lib/pacemaker/cib/cib.xml"
#define CIB_MAX	 (16u << 20)

#define NODE_MAX 256

/* The next <name ...> at or behind *at: [*at, *end) is what stands in it. */
static bool tag_next(const char **at, const char *name, const char **end)
{
	size_t len = strlen(name);

	while ((*at = strchr(*at, '<'))) {
		++*at;
		if (strncmp(*at, name, len) != 0 || (*at)[len] != ' ')
			continue;
		*at += len;
		*end = *at + strcspn(*at, ">");
		return true;
	}
	return false;
}

/* The value of an attribute, as it stands there; false: none, or it is too long. */
static bool attribute(const char *at, const char *end, const char *name, char out[NODE_MAX])
{
	size_t len = strlen(name);

	for (; at < end && (at = memchr(at, ' ', (size_t)(end - at))); at++) {
		const char *value = at + 1 + len + 2, *quote;

		if (value >= end || strncmp(at + 1, name, len) != 0 || at[1 + len] != '=')
			continue;
		quote = memchr(value, value[-1], (size_t)(end - value));
		if (!quote || quote - value >= NODE_MAX)
			return false;
		snprintf(out, NODE_MAX, "%.*s", (int)(quote - value), value);
		return true;
	}
	return false;
}

static bool has_device(const char *cib)
{
	const char *at = cib, *end;
	char type[NODE_MAX];

	while (tag_next(&at, "primitive", &end)) {
		if (attribute(at, end, "type", type) && strcmp(type, "fence_kdump") == 0)
			return true;
	}
	return false;
}

static bool is_this(const char *node)
{
	char name[NODE_MAX] = "";
	size_t len;

	(void)gethostname(name, sizeof(name) - 1);
	len = strcspn(name, ".");
	return strcasecmp(node, name) == 0 ||
	       (strlen(node) == len && strncasecmp(node, name, len) == 0);
}

static void list_nodes(const char *cib, char *out, size_t size)
{
	const char *at = cib, *end;
	char node[NODE_MAX];

	out[0] = '\0';
	while (tag_next(&at, "node", &end)) {
		if (attribute(at, end, "uname", node) && !is_this(node))
			text_add(out, size, " %s", node);
	}
}

bool cluster_waits(const struct ctl *ctl, char text[CLUSTER_TEXT_MAX])
{
	char nodes[CLUSTER_TEXT_MAX / 2], *cib = NULL;
	bool waits;

	if (ctl->config.fence_kdump_nodes[0])
		return false;
	if (files_read(ctl->root, CIB, CIB_MAX, &cib) < 0)
		fail_clear();
	waits = cib && has_device(cib);
	if (waits) {
		list_nodes(cib, nodes, sizeof(nodes));
		text_set(text, CLUSTER_TEXT_MAX,
			 "the cluster may switch this node off while it dumps: Pacemaker has a "
			 "fence_kdump device, and nothing notifies it; write 'fence_kdump_nodes%s' "
			 "into %s, and options of FENCE_KDUMP_OPTS as fence_kdump_args",
			 *nodes ? nodes : " NODE...", ctl_config_name(ctl));
	}
	free(cib);
	return waits;
}
