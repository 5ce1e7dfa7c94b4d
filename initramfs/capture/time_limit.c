/* SPDX-License-Identifier: GPL-2.0-or-later */
/* time_limit.c - the limit for everything */
#include "initramfs/capture/capture.h"

#define LAST_SECONDS 30 /* of the total time, for what comes behind the core */

bool capture_time_over(const struct capture *c)
{
	unsigned total = c->config.timeout[CONFIG_PHASE_TOTAL];
	unsigned rest = total / 5 < LAST_SECONDS ? total / 5 : LAST_SECONDS;

	return total > 0 && now_ns() - c->status.started > (total - rest) * 1000000000ull;
}
