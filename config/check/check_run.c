/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_run.c - run another program, and read its output */
#include "config/check/check_impl.h"

#include "base/run.h"

#include <stdio.h>

/* Long enough for a machine that is busy booting; there is no one to answer questions. */
#define SECONDS 30

int config_check_run(const char *program, const char *const *argv, char *out, size_t size)
{
	const struct run_cfg cfg = { .argv = argv,
				     .program = program,
				     .out = RUN_KEEP,
				     .err = RUN_AS_OUT,
				     .max = size - 1,
				     .timeout_ms = SECONDS * 1000 };
	struct run_result r;
	int rc = run_program(&cfg, &r);

	snprintf(out, size, "%s", rc == 0 ? r.out.data : "");
	if (rc == 0 && r.signal)
		rc = fail_set(-EINTR, "%s was killed by signal %d", argv[0], r.signal);
	else if (rc == 0)
		rc = r.exit_code;
	run_result_fini(&r);
	return rc;
}
