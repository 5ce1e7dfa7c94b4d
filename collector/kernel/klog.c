/* SPDX-License-Identifier: GPL-2.0-or-later */
/* klog.c - kernel log: pick the kind of log, and print it */
#include "kernel/klog_impl.h"

#include "base/err.h"

#include <stdlib.h>

/* A kernel with a lockless ring has no records, but if both seem to exist take the ring. */
static int print_log(struct klog_job *job)
{
	const struct layout *l = &job->k->layout;

	if (known(l->sym_prb))
		return klog_ring_print(job);
	if (known(l->sym_log_buf))
		return klog_records_print(job);
	return fail(-ENOENT, "kernel log: vmcoreinfo does not say where it is");
}

int klog_print(const struct kernel *k, struct view *v, bool partial, FILE *out,
	       struct klog_counts *counts)
{
	struct klog_job *job = calloc(1, sizeof(*job));
	int rc;

	*counts = (struct klog_counts){ 0 };
	if (!job)
		return fail(-ENOMEM, "kernel log");
	job->k = k;
	job->v = v;
	job->partial = partial;
	job->out = out;
	job->counts = counts;
	job->by = deadline_in(KLOG_SECONDS);

	rc = print_log(job);
	if (rc == 0 && (fflush(out) != 0 || ferror(out)))
		rc = fail(-EIO, "write kernel log");
	free(job);
	return rc;
}
