/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keep.c - keep_dumps and min_free in a directory that start moves dumps to */
#include "systemd/dumps/keep.h"

#include "base/err.h"
#include "initramfs/plan/rotation_dir.h"
#include "systemd/files.h"
#include "systemd/message.h"

#include <stdlib.h>
#include <string.h>

#define SPACE_LEAST (UINT64_C(1) << 20) /* what files take beside their bytes */

static void log_line(const char *line)
{
	message_info("%s", line);
}

/* This machine's ID, to be freed; NULL: none, and no dump is known to be its own. */
static char *machine_id(const struct ctl *ctl)
{
	char *text = NULL;

	if (files_read(ctl->root, "/etc/machine-id", 256, &text) < 0) {
		fail_clear();
		return NULL;
	}
	text[strcspn(text, " \t\r\n")] = '\0';
	return text;
}

static void keep(const struct ctl *ctl, int dirfd, const char *current, uint64_t need)
{
	const unsigned n = ctl->config.keep_dumps;
	char *machine = machine_id(ctl);
	struct rotation r = { .machine = machine, .current = current };
	const struct rotation_want want = { n ? n - 1 : ROTATION_KEEP_ALL, need, log_line };
	int rc = rotation_dir_run(&r, dirfd, &want);

	free(machine);
	if (rc < 0)
		message_warn("remove old dumps: %s", strerror(-rc));
}

void keep_before(const struct ctl *ctl, int dirfd, uint64_t bytes)
{
	if (ctl->config.keep_dumps || ctl->config.min_free)
		keep(ctl, dirfd, NULL, ctl->config.min_free + bytes + SPACE_LEAST);
}

void keep_after(const struct ctl *ctl, int dirfd, const char *name)
{
	if (ctl->config.keep_dumps)
		keep(ctl, dirfd, name, 0);
}
