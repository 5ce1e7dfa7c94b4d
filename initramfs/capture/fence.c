/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fence.c - notify the cluster that this node is dumping, so that it is not fenced */
#include "initramfs/capture/capture.h"

#include "base/err.h"
#include "base/util.h"
#include "initramfs/capture/child.h"
#include "initramfs/capture/target/net_up.h"
#include "initramfs/capture/console.h"
#include "initramfs/plan/fence.h"

#include <stdio.h>
#include <unistd.h>

#define ARGS_MAX    128
#define NET_REST_NS 500000000ull /* of the time: for the error of what does not come up */

static const char *find_sender(const struct capture *c, char path[300])
{
	for (size_t i = 0; i < ARRAY_SIZE(fence_senders); i++) {
		snprintf(path, 300, "%.200s%s", c->cfg.root, fence_senders[i]);
		if (access(path, X_OK) == 0)
			return path;
	}
	return NULL;
}

static size_t add_args(const char **argv, size_t n, const char *const *args)
{
	while (*args && n + 1 < ARGS_MAX)
		argv[n++] = *args++;
	return n;
}

static int bring_up_net(void *by)
{
	return net_up(NULL, by, NULL, 0);
}

/*
 * Bring up the whole network: we do not know which link leads to the other nodes. Wait for it,
 * because two processes must not configure the same links at once. The kernel may hang over a
 * link, so it is another process that calls it.
 */
static void start_net(const struct deadline *by)
{
	struct deadline net = { by->at - NET_REST_NS };

	fail_clear();
	if (child_call(bring_up_net, &net, "network", by) < 0)
		console_log_failure("fence_kdump");
}

void fence_start(struct capture *c)
{
	const struct config *config = &c->config;
	struct deadline by;
	const char *argv[ARGS_MAX + 1] = { NULL };
	struct child_cfg cfg = { .argv = argv, .in = -1, .out = -1, .err = -1 };
	struct child child;
	char path[300];
	size_t n;

	if (!config->fence_kdump_nodes[0])
		return;
	argv[0] = find_sender(c, path);
	if (!argv[0]) {
		console_log("fence_kdump: the sender is not in the image; the cluster may switch "
			    "this node off while it dumps");
		return;
	}
	n = add_args(argv, 1, config->fence_kdump_args);
	(void)add_args(argv, n, config->fence_kdump_nodes);
	by = capture_step(c, STEP_fence, config->timeout[CONFIG_PHASE_NETWORK]);
	start_net(&by);
	if (child_start(&cfg, &child) < 0)
		console_log_failure("fence_kdump");
	else
		console_log("fence_kdump: the cluster's nodes are notified");
}
