/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * volume.c - an LVM volume below the target was extended or moved
 *
 *     udev rule -> _volume-event UUID: is it in the plan of the loaded image? -> reload
 * kdump.service
 *
 * The plan has the volume's table as it was. A file system that grew with it would not be mounted
 * after a crash, and after a pvmove what the table names may belong to another volume.
 */
#include "systemd/ctl.h"

#include "base/err.h"
#include "base/run.h"
#include "initramfs/image/device/dm_table.h"
#include "initramfs/image/image.h"
#include "initramfs/plan/plan.h"
#include "systemd/files.h"
#include "systemd/load/kernel_state.h"
#include "systemd/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * While it has a snapshot or is being moved, its table is of another type, for which there is no
 * image of ours: the loaded one stays until it is linear again. Unknown: it may be.
 */
static bool is_linear(const char *name)
{
	char *table = NULL, *save = NULL, type[32];
	bool linear = true;

	if (dm_table_read(name, &table) < 0)
		fail_clear();
	for (char *line = table ? strtok_r(table, "\n", &save) : NULL; line && linear;
	     line = strtok_r(NULL, "\n", &save))
		linear = sscanf(line, "%*u %*u %31s", type) == 1 && strcmp(type, "linear") == 0;
	free(table);
	return linear;
}

static bool plan_has(const struct plan *p, const char *uuid)
{
	for (size_t i = 0; i < p->nr_devices; i++) {
		if (p->devices[i].kind == PLAN_DM && strcmp(p->devices[i].uuid, uuid) == 0)
			return is_linear(p->devices[i].name);
	}
	return false;
}

/* False also for an image of dracut, which looks for the volume itself, and if it cannot be read.
 */
static bool is_armed_for(const struct ctl *ctl, const char *uuid)
{
	struct state_armed armed;
	struct plan plan = { 0 };
	char path[FILES_PATH_MAX], *text = NULL;
	size_t len;
	bool has = false;

	state_armed_read(ctl, &armed);
	if (armed.image[0] && files_path(ctl->root, armed.image, path) == 0 &&
	    image_read_file(path, PLAN_PATH, &text, &len) == 0 && plan_parse(text, len, &plan) == 0)
		has = plan_has(&plan, uuid);
	fail_clear();
	plan_free(&plan);
	free(text);
	return has;
}

int cmd_volume_event(struct ctl *ctl, int argc, char **argv)
{
	const char *const reload[] = { "systemctl", "--no-block", "reload", "kdump.service", NULL };
	struct kernel_state s;

	if (argc != 2)
		return ctl_usage("%s needs the UUID of a volume", argv[0]);
	kernel_state_read(ctl->root, &s);
	if (!s.crash_loaded || !is_armed_for(ctl, argv[1]))
		return CTL_OK;
	if (run_must(&(struct run_cfg){ .argv = reload, .timeout_ms = 10 * 1000 }) < 0)
		return ctl_fail("volume");
	return CTL_OK;
}
