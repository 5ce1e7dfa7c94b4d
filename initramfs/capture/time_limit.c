/* SPDX-License-Identifier: GPL-2.0-or-later */
/* time_limit.c - the limit for the whole capture, and for each step */
#include "initramfs/capture/capture.h"

#define LAST_SECONDS	      30 /* of the total time, for logs and status after the core */
#define ANSWER_SECONDS	      60
#define STALL_DEFAULT	      300 /* seconds, of config/parse/keys.def */

#define STEP_TEXT(name, text) text,
static const char *const step_text[STEP_COUNT] = { CAPTURE_STEPS(STEP_TEXT) };
#undef STEP_TEXT

bool capture_time_over(const struct capture *c)
{
	unsigned total = c->config.timeout[CONFIG_PHASE_TOTAL];
	unsigned rest = total / 5 < LAST_SECONDS ? total / 5 : LAST_SECONDS;

	return total > 0 && clock_ns() - c->status.started > (total - rest) * CLOCK_NS_PER_S;
}

struct deadline capture_step(struct capture *c, enum capture_step step, unsigned seconds)
{
	unsigned longest = c->cfg.longest, total = c->config.timeout[CONFIG_PHASE_TOTAL];
	struct deadline by;

	if (longest > 0 && (seconds == 0 || seconds > longest))
		seconds = longest;
	by = deadline_limit(seconds);
	if (total > 0)
		by = deadline_min(&by,
				  (struct deadline){ c->status.started + total * CLOCK_NS_PER_S });
	failsafe_feed_limit(&c->failsafe, seconds, step_text[step]);
	if (c->cfg.at_step)
		c->cfg.at_step(c, step);
	return by;
}

unsigned capture_answer_limit(const struct capture *c)
{
	unsigned stall = c->config.timeout[CONFIG_PHASE_STALL];

	return stall == 0 || stall > STALL_DEFAULT ? stall : ANSWER_SECONDS;
}
