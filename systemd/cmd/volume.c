/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * volume.c - what lies below the target was extended, moved, or got another member
 *
 *     udev rule -> _volume-event UUID: is it in the plan of the loaded image?
 *         -> leave a mark, restart the timer
 *     2 s without events, and no start is running -> kdump-hotplug.service -> _hotplug
 *         -> reload kdump.service
 *
 * The plan has an LVM volume's table and the members of an array or a btrfs as they were. A file
 * system that grew with its volume would not be mounted after a crash, what a table names may
 * belong to another volume after a pvmove, and a member that was replaced would be waited for.
 */
#include "systemd/ctl.h"

#include "base/err.h"
#include "initramfs/image/device/btrfs_sysfs.h"
#include "initramfs/image/device/dm_table.h"
#include "initramfs/image/image.h"
#include "initramfs/plan/plan.h"
#include "systemd/files.h"
#include "systemd/load/kernel_state.h"
#include "systemd/lock.h"
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

/* id: "UUID=..." or "UUID_SUB=..." of a disk or partition. */
static bool has_id(const struct plan_device *d, const char *tag, const char *uuid)
{
	size_t len = strlen(tag);

	return d->kind == PLAN_PLAIN && uuid && strncmp(d->id, tag, len) == 0 &&
	       strcmp(d->id + len, uuid) == 0;
}

/* The plan knows the devices of a btrfs by their own UUIDs: one that was added has another. */
static bool is_btrfs_of(const struct ctl *ctl, const struct plan *p, const struct plan_target *t,
			const char *uuid)
{
	char sysfs[FILES_PATH_MAX];

	if (strcmp(t->fstype, "btrfs") != 0 || files_path(ctl->root, "/sys", sysfs) < 0)
		return false;
	for (size_t i = 0; i < t->nr_devices; i++) {
		if (btrfs_has_device(sysfs, uuid, p->devices[t->devices[i]].name))
			return true;
	}
	return false;
}

struct volume {
	const char *uuid; /* of an LVM volume, an array, a file system */
	const char *sub;  /* of one member of the latter two; NULL: none */
};

static bool plan_has(const struct ctl *ctl, const struct plan *p, const struct volume *v)
{
	for (size_t i = 0; i < p->nr_devices; i++) {
		const struct plan_device *d = &p->devices[i];

		if (d->kind == PLAN_DM && strcmp(d->uuid, v->uuid) == 0)
			return is_linear(d->name);
		if ((d->kind == PLAN_MD && strcmp(d->uuid, v->uuid) == 0) ||
		    has_id(d, "UUID=", v->uuid) || has_id(d, "UUID_SUB=", v->sub))
			return true;
	}
	for (size_t i = 0; i < p->nr_targets; i++) {
		if (is_btrfs_of(ctl, p, &p->targets[i], v->uuid))
			return true;
	}
	return false;
}

/* False also for an image of dracut, which looks for the volume itself, and if it cannot be read.
 */
static bool is_armed_for(const struct ctl *ctl, const struct volume *v)
{
	struct state_armed armed;
	struct plan plan = { 0 };
	char path[FILES_PATH_MAX], *text = NULL;
	size_t len;
	bool has = false;

	state_armed_read(ctl, &armed);
	if (armed.image[0] && files_path(ctl->root, armed.image, path) == 0 &&
	    image_read_file(path, PLAN_PATH, &text, &len) == 0 && plan_parse(text, len, &plan) == 0)
		has = plan_has(ctl, &plan, v);
	fail_clear();
	plan_free(&plan);
	free(text);
	return has;
}

/* What a start that is running has in its plan already is not known here: it may be the volume. */
static bool concerns(const struct ctl *ctl, const struct volume *v)
{
	struct kernel_state s;

	kernel_state_read(ctl->root, &s);
	return s.crash_loaded ? is_armed_for(ctl, v) : lock_is_taken(ctl->root);
}

int cmd_volume_event(struct ctl *ctl, int argc, char **argv)
{
	struct volume v;

	if (argc < 2 || argc > 3 || strchr(argv[1], '/'))
		return ctl_usage("%s needs the UUID of a volume", argv[0]);
	v = (struct volume){ argv[1], argc > 2 ? argv[2] : NULL };
	if (!concerns(ctl, &v))
		return CTL_OK;
	if (files_write(ctl->root, CTL_VOLUME_MARK, 0600, "") < 0)
		fail_clear(); /* another event is writing it now */
	if (hotplug_timer_restart() < 0)
		return ctl_fail("volume");
	return CTL_OK;
}
