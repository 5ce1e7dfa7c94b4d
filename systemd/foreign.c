/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * foreign.c - the plan for an initramfs of dracut or initramfs-tools
 *
 * There others bring up the devices, whatever lies below them; the plan only says by
 * which UUID the file system of the target is found. For local targets alone: the
 * network of such an initramfs is its own business.
 */
#include "systemd/foreign.h"

#include "base/err.h"
#include "initramfs/plan/plan.h"

#include <blkid/blkid.h>
#include <libmount/libmount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

/* What to mount and where the dumps go in it. */
struct foreign {
	char source[4096]; /* node */
	char fstype[64];
	char path[4096]; /* from the root of the file system */
};

/* The mount that holds a directory, and the directory from that file system's root. */
static int from_path(const char *dir, struct foreign *out)
{
	struct libmnt_table *table = mnt_new_table_from_file("/proc/self/mountinfo");
	struct libmnt_cache *cache = mnt_new_cache();
	char *at = mnt_get_mountpoint(dir);
	struct libmnt_fs *fs = NULL;
	int rc = 0;

	if (table && at) {
		mnt_table_set_cache(table, cache);
		fs = mnt_table_find_target(table, at, MNT_ITER_BACKWARD);
	}
	if (!fs || !mnt_fs_get_srcpath(fs)) {
		rc = fail(-ENOENT, "no device is mounted for %s", dir);
	} else {
		const char *root = mnt_fs_get_root(fs), *rest = dir + strlen(at);

		snprintf(out->source, sizeof(out->source), "%s", mnt_fs_get_srcpath(fs));
		snprintf(out->fstype, sizeof(out->fstype), "%s", mnt_fs_get_fstype(fs));
		if (strcmp(at, "/") == 0)
			rest = dir;
		snprintf(out->path, sizeof(out->path), "%.2000s%s%.2000s",
			 root && strcmp(root, "/") != 0 ? root : "", *rest == '/' ? "" : "/", rest);
	}
	free(at);
	mnt_unref_table(table);
	mnt_unref_cache(cache);
	return rc;
}

static int from_target(const struct ctl *ctl, const struct config_target *t, struct foreign *out)
{
	char *node;

	if (t->kind == CONFIG_TARGET_PATH)
		return from_path(ctl->config.path, out);
	if (t->kind != CONFIG_TARGET_FS && t->kind != CONFIG_TARGET_MOUNT)
		return fail(-EOPNOTSUPP,
			    "a target of kind %s needs no foreign initramfs: our own "
			    "image brings it up",
			    config_target_name(t));
	node = blkid_evaluate_spec(t->where, NULL);
	if (!node)
		return fail(-ENODEV, "no device is %s", t->where);
	snprintf(out->source, sizeof(out->source), "%s", node);
	snprintf(out->fstype, sizeof(out->fstype), "%s", t->fstype);
	snprintf(out->path, sizeof(out->path), "%s", ctl->config.path);
	free(node);
	return 0;
}

/* What lies on the device, not what a cache of blkid remembers. To be freed. */
static char *uuid_of(const char *node)
{
	blkid_probe probe = blkid_new_probe_from_filename(node);
	const char *uuid = NULL;
	char *copy = NULL;

	if (probe && blkid_do_safeprobe(probe) == 0 &&
	    blkid_probe_lookup_value(probe, "UUID", &uuid, NULL) == 0)
		copy = strdup(uuid);
	blkid_free_probe(probe);
	return copy;
}

static int add_target(struct plan *plan, const struct foreign *f)
{
	char *uuid = uuid_of(f->source), id[300];
	const char *slash = strrchr(f->source, '/');
	struct plan_device *device;
	struct plan_target *target;
	int rc;

	if (!uuid)
		return fail(-ENODEV, "%s has no UUID", f->source);
	snprintf(id, sizeof(id), "UUID=%.250s", uuid);
	free(uuid);
	rc = plan_add_device(plan, PLAN_PLAIN, &device);
	if (rc == 0)
		rc = plan_set(&device->name, slash ? slash + 1 : f->source);
	if (rc == 0)
		rc = plan_set(&device->id, id);
	if (rc == 0)
		rc = plan_add_target(plan, PLAN_FS, &target);
	if (rc == 0)
		rc = plan_set(&target->source, id);
	if (rc == 0)
		rc = plan_set(&target->fstype, f->fstype);
	if (rc == 0)
		rc = plan_set(&target->path, f->path + strspn(f->path, "/"));
	return rc < 0 ? rc : plan_add_index(&target->devices, &target->nr_devices, 0);
}

int foreign_plan(const struct ctl *ctl, char **out)
{
	struct foreign f = { .source = "" };
	struct plan plan = { 0 };
	struct utsname uts;
	size_t len;
	int rc = from_target(ctl, &ctl->config.targets[0], &f);

	uname(&uts);
	if (rc == 0)
		rc = plan_init(&plan);
	if (rc == 0)
		rc = plan_set(&plan.hostname, uts.nodename);
	if (rc == 0)
		rc = add_target(&plan, &f);
	if (rc == 0)
		rc = plan_write(&plan, out, &len);
	plan_free(&plan);
	return rc;
}
