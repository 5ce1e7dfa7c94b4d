/* SPDX-License-Identifier: GPL-2.0-or-later */
/* time_limit.c - the limit for the whole capture, and for each phase */
#include "initramfs/capture/capture.h"

#define LAST_SECONDS 30 /* of the total time, for logs and status after the core */

bool capture_time_over(const struct capture *c)
{
	unsigned total = c->config.timeout[CONFIG_PHASE_TOTAL];
	unsigned rest = total / 5 < LAST_SECONDS ? total / 5 : LAST_SECONDS;

	return total > 0 && now_ns() - c->status.started > (total - rest) * 1000000000ull;
}

struct deadline capture_phase(struct capture *c, unsigned seconds)
{
	unsigned longest = c->cfg.longest, total = c->config.timeout[CONFIG_PHASE_TOTAL];
	struct deadline by;

	if (longest > 0 && (seconds == 0 || seconds > longest))
		seconds = longest;
	by = deadline_limit(seconds);
	if (total > 0)
		by = deadline_min(&by,
				  (struct deadline){ c->status.started + total * 1000000000ull });
	failsafe_feed_limit(&c->failsafe, seconds);
	return by;
}
