/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core_space.c - space for the core, before and while it is written */
#include "initramfs/capture/save/save_core.h"

#include "base/err.h"
#include "initramfs/capture/console.h"

#define SPACE_SECONDS 120	   /* removing large files can take long */
#define SPACE_LEAST   (2ull << 20) /* with less, starting a dump is useless */

static void make_space(struct capture *c, struct target *t, unsigned keep, uint64_t need)
{
	struct deadline by;
	unsigned removed;

	if (!t->ops->make_space)
		return;
	fail_clear();
	by = capture_step(c, STEP_space_make, SPACE_SECONDS);
	if (t->ops->make_space(t, keep, need, &by, &removed) < 0)
		console_log_failure("removing old dumps");
}

void core_make_space(struct capture *c, struct target *t, uint64_t need)
{
	if (capture_keep(c) > 0 || c->config.min_free > 0)
		make_space(c, t, ROTATION_KEEP_ALL, need);
}

/* False: unknown. The collector then notices a full disk by itself. */
static bool space_of(struct capture *c, struct target *t, uint64_t *out)
{
	struct deadline by = capture_step(c, STEP_space_get, 30);

	fail_clear();
	if (t->ops->space(t, &by, out) == 0)
		return true;
	fail_clear();
	return false;
}

int core_space_before(struct capture *c, struct target *t)
{
	uint64_t need = c->config.min_free + SPACE_LEAST, space;

	if (capture_keep(c) > 0)
		make_space(c, t, capture_keep(c) - 1, 0);
	if (!space_of(c, t, &space) || space >= need)
		return 0;
	core_make_space(c, t, need);
	if (!space_of(c, t, &space) || space >= need)
		return 0;
	fail_adopt(-ENOSPC, "the target is full");
	return fail(-ENOSPC,
		    "%s: only %llu MiB of space are free, %llu MiB must stay free; no core "
		    "was written",
		    t->address, (unsigned long long)(space >> 20),
		    (unsigned long long)(c->config.min_free >> 20));
}
