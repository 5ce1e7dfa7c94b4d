/* SPDX-License-Identifier: GPL-2.0-or-later */
/* save_log.c - the kernel log into a file */
#include "save.h"

#include "base/err.h"
#include "base/log.h"
#include "kernel/learn.h"
#include "text_out.h"

#include <inttypes.h>

static int print_log(struct save *s, bool partial, FILE *f, struct klog_counts *counts)
{
	int rc = klog_print(s->kernel, s->view, partial, f, counts);

	/* Nothing was printed: look the log up in the kernel's own symbol table. */
	if (rc == -ENOENT && s->kernel->vtop_works && !s->kernel->learned) {
		fail_clear();
		kernel_learn(s->kernel, s->view);
		rc = klog_print(s->kernel, s->view, partial, f, counts);
	}
	return rc;
}

int save_log(struct save *s, const struct save_log_cfg *cfg, struct klog_counts *counts)
{
	const struct text_out_cfg out = { cfg->path, cfg->overwrite, cfg->seal, cfg->sums };
	struct text_out o;
	int rc = text_out_open(&o, &out);

	if (rc == 0)
		rc = text_out_close(&o, print_log(s, cfg->partial, o.f, counts));
	if (rc == -ENODATA)
		rc = fail(-ENOENT, "the kernel log holds no record that can be read");
	if (rc == 0 && counts->stopped)
		log_msg(LOG_ERROR, "reading the kernel log was stopped after %d seconds",
			KLOG_SECONDS);
	if (rc == 0 && counts->lost)
		log_msg(LOG_ERROR,
			"%" PRIu64 " records of the kernel log are damaged or overwritten",
			counts->lost);
	return rc;
}
