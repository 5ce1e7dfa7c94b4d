/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unit_job.c - is systemd restarting kdump.service? */
#include "systemd/unit_job.h"

#include "base/err.h"
#include "base/run.h"
#include "systemd/files.h"

#include <stdlib.h>
#include <string.h>

#define UNIT	  "kdump.service"
#define MARK_FILE CTL_RUN_DIR "/restarting"

/* A line "NUMBER UNIT TYPE STATE", in columns. */
static bool has_restart(char *text)
{
	char *save = NULL;

	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		char *at = strstr(l, UNIT);

		if (!at || at == l || at[-1] != ' ')
			continue;
		at += strlen(UNIT);
		at += strspn(at, " ");
		if (strncmp(at, "restart", 7) == 0 && (at[7] == ' ' || !at[7]))
			return true;
	}
	return false;
}

bool unit_job_is_restart(void)
{
	const char *const argv[] = { "systemctl",  "list-jobs", "--no-legend", "--plain",
				     "--no-pager", UNIT,	NULL };
	struct run_result r;
	bool restart = false;

	if (!getenv("INVOCATION_ID"))
		return false;
	if (run_program(&(struct run_cfg){ .argv = argv, .timeout_ms = 10 * 1000, .out = RUN_KEEP },
			&r) == 0)
		restart = r.exit_code == 0 && has_restart(r.out.data);
	else
		fail_clear();
	run_result_fini(&r);
	return restart;
}

int unit_job_mark(const struct ctl *ctl)
{
	return files_write(ctl->root, MARK_FILE, 0600, "");
}

bool unit_job_take_mark(const struct ctl *ctl)
{
	bool there = files_exist(ctl->root, MARK_FILE);

	if (there && files_remove(ctl->root, MARK_FILE) < 0)
		fail_clear();
	return there;
}
