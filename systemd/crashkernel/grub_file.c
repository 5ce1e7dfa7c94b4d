/* SPDX-License-Identifier: GPL-2.0-or-later */
/* grub_file.c - change /etc/default/grub, or say what to change by hand */
#include "systemd/crashkernel/bootloader.h"

#include "base/err.h"
#include "base/run.h"
#include "systemd/files.h"
#include "systemd/crashkernel/grub_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (256 << 10)

/* If a shell refuses the file, the system gets no new boot entries: check it before writing. */
static int ask_shell(const char *text)
{
	const char *const argv[] = { "sh", "-n", NULL };
	struct run_result r;
	char reason[RUN_LINE_MAX];
	int rc = run_program(&(struct run_cfg){ .argv = argv,
						.timeout_ms = 30 * 1000,
						.out = RUN_KEEP,
						.err = RUN_AS_OUT,
						.input = text,
						.input_len = strlen(text) },
			     &r);

	if (rc == 0 && r.exit_code != 0)
		rc = fail_set(-ENOTSUP, "\"sh -n\" refuses the result: %s", run_reason(&r, reason));
	run_result_fini(&r);
	return rc;
}

static int refuse(int rc, const struct bootloader_change *c, const char *value)
{
	bool fadump = c->fadump && strcmp(c->fadump, "off") != 0;

	if (!value)
		return fail(rc, "%s is not changed; remove crashkernel= from it by hand",
			    GRUB_DEFAULT_FILE);
	return fail(
		rc,
		"%s is not changed; by hand, replace any crashkernel= in GRUB_CMDLINE_LINUX and "
		"GRUB_CMDLINE_LINUX_DEFAULT by crashkernel=%s%s%s",
		GRUB_DEFAULT_FILE, value, fadump ? " fadump=" : "", fadump ? c->fadump : "");
}

int grub_file_change(const struct bootloader_change *c, const char *value, bool *changed)
{
	char *text, *new;
	int rc = files_read(c->root, GRUB_DEFAULT_FILE, FILE_MAX, &text);

	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	rc = boottext_grub_default(text, c, &new);
	if (rc == 0 && strcmp(text, new) != 0) {
		rc = ask_shell(new);
		if (rc == 0)
			rc = files_replace(c->root, GRUB_DEFAULT_FILE, new);
		*changed = *changed || rc == 0;
	}
	if (rc == -ENOTSUP)
		rc = refuse(-EINVAL, c, value);
	free(new);
	free(text);
	return rc;
}
