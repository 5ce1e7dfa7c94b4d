/* SPDX-License-Identifier: GPL-2.0-or-later */
/* targets.c - from the configuration's targets to the plan's */
#include "initramfs/image/device/targets.h"

#include "initramfs/image/device/chain.h"
#include "initramfs/image/device/sysfs.h"

#include "base/err.h"
#include "config/config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AUTOMOUNT_SECONDS 20 /* for a server to answer, or a disk to spin up */

/* The system path of a directory, links resolved; it must be there. */
static int find_directory(const struct builder *b, const char *path, char **out)
{
	char *missing = NULL, *real;

	fstab_missing(b, path, &missing);
	if (missing) {
		int rc = fail(-ENOENT,
			      "path %s: fstab has a file system for %s, but it is not mounted",
			      path, missing);

		free(missing);
		return rc;
	}
	real = builder_real(b, path);
	if (!real)
		return fail(-errno, "path %s: make the directory first: mkdir -p %s", path, path);
	*out = strdup(strncmp(real, b->root, strlen(b->root)) == 0 ? real + strlen(b->root) : real);
	free(real);
	return *out ? 0 : fail(-ENOMEM, "path");
}

/* No target was named: the file system that holds path. */
static int add_path(struct builder *b)
{
	char *dir = NULL;
	struct mount m;
	int rc = automounts_enter(b, b->cfg->path, NULL, AUTOMOUNT_SECONDS);

	if (rc == 0)
		rc = find_directory(b, b->cfg->path, &dir);
	/* A link may lead to another one. */
	if (rc == 0)
		rc = automounts_enter(b, dir, NULL, AUTOMOUNT_SECONDS);
	if (rc == 0)
		rc = mount_of_path(b, dir[0] ? dir : "/", &m);
	if (rc == 0) {
		size_t len = strcmp(m.target, "/") == 0 ? 0 : strlen(m.target);

		rc = target_add_mount(b, &m, dir + len, false);
		mount_free(&m);
	}
	free(dir);
	return rc;
}

/* The directory on a mounted target must exist, as the manual requires. */
static int check_path(const struct builder *b, const struct mount *m, const char *path)
{
	char full[PATH_MAX], *real;

	snprintf(full, sizeof(full), "%s/%s", m->target, path);
	real = builder_real(b, full);
	if (!real)
		return fail(-errno, "path %s is not on the target; make it: mkdir -p %s", path,
			    full);
	free(real);
	return 0;
}

static int add_mounted(struct builder *b, const struct config_target *t, const struct mount *m)
{
	if (t->fstype && strcmp(t->fstype, m->fstype) != 0)
		return fail(-EINVAL, "%s is a file system of type %s, not %s; write \"%s %s\"",
			    t->where, m->fstype, t->fstype, m->fstype, t->where);
	if (check_path(b, m, b->cfg->path) < 0)
		return -ENOENT;
	return target_add_mount(b, m, b->cfg->path, false);
}

/* Known to fstab and not mounted: something went wrong, and a dump would add to it. */
static int add_unmounted(struct builder *b, const struct config_target *t, dev_t dev)
{
	const struct target_device d = { dev, t->where, t->fstype, t->options ?: "" };
	char *sys = NULL, *type = NULL;
	bool expected;
	int rc = fstab_expects(b, t->where, dev, &expected);

	if (rc == 0 && expected)
		return fail(-ENOENT,
			    "%s is not mounted, though fstab has it; mount it, or add \"noauto\" "
			    "there",
			    t->where);
	if (rc == 0)
		rc = sys_block_dir(b, dev, &sys);
	if (rc == 0)
		rc = device_tag(b, sys_name(sys), "TYPE", &type);
	if (rc == 0 && strcmp(type, t->fstype) != 0)
		rc = fail(-EINVAL, "%s has %s%s on it, not %s", t->where,
			  type[0] ? type : "nothing", type[0] ? "" : " known", t->fstype);
	if (rc == 0)
		rc = target_add_device(b, &d, b->cfg->path);
	free(type);
	free(sys);
	return rc;
}

static int add_fs(struct builder *b, const struct config_target *t)
{
	struct mount m;
	dev_t dev;
	int rc = automounts_enter(b, "/", t->where, AUTOMOUNT_SECONDS);

	if (rc == 0)
		rc = spec_to_device(b, t->where, &dev);
	if (rc < 0)
		return rc;
	rc = mount_of_device(b, dev, &m);
	if (rc == -ENOENT)
		return add_unmounted(b, t, dev);
	if (rc < 0)
		return rc;
	rc = add_mounted(b, t, &m);
	mount_free(&m);
	return rc;
}

/* Not mounted: as it is written, and by fstab where nothing is said of its options. */
static int add_written(struct builder *b, const struct config_target *t, const char *fstype)
{
	struct mount written = {
		.source = (char *)t->where,
		.fstype = (char *)fstype,
		.options = (char *)t->options,
		.root = (char *)"/",
		.target = (char *)t->where,
	};
	char *options = NULL;
	int rc = t->options ? 0 : fstab_options(b, t->where, &options);

	if (options)
		written.options = options;
	if (rc == 0)
		rc = target_add_mount(b, &written, b->cfg->path, false);
	free(options);
	return rc;
}

static int add_share(struct builder *b, const struct config_target *t, const char *fstype)
{
	struct mount m;
	int rc = automounts_enter(b, "/", t->where, AUTOMOUNT_SECONDS);

	if (rc == 0)
		rc = mount_of_source(b, t->where, &m);
	if (rc == -ENOENT)
		return add_written(b, t, fstype);
	if (rc < 0)
		return rc;
	rc = target_add_mount(b, &m, b->cfg->path, false);
	mount_free(&m);
	return rc;
}

/* dracut_args --mount: the type decides. */
static int add_mount_line(struct builder *b, const struct config_target *t)
{
	const char *type = t->fstype ? t->fstype : "";

	if (strncmp(type, "nfs", 3) == 0 || strcmp(type, "virtiofs") == 0)
		return add_share(b, t, type);
	return add_fs(b, t);
}

static int add_ssh(struct builder *b, const struct config_target *t)
{
	struct plan_target *p;
	int rc = plan_add_target(&b->plan, PLAN_SSH, &p);

	b->network = true;
	if (rc == 0)
		rc = plan_set(&p->source, t->where);
	return rc < 0 ? rc : plan_set(&p->path, b->cfg->path);
}

static int add_target(struct builder *b, const struct config_target *t)
{
	switch (t->kind) {
	case CONFIG_TARGET_PATH:
		return add_path(b);
	case CONFIG_TARGET_FS:
		return add_fs(b, t);
	case CONFIG_TARGET_MOUNT:
		return add_mount_line(b, t);
	case CONFIG_TARGET_NFS:
		return add_share(b, t, "nfs");
	case CONFIG_TARGET_VIRTIOFS:
		return add_share(b, t, "virtiofs");
	case CONFIG_TARGET_SSH:
		return add_ssh(b, t);
	case CONFIG_TARGET_RAW:
		return target_add_raw(b, t->where);
	case NR_CONFIG_TARGET_KINDS:
		break;
	}
	return fail(-EINVAL, "target of an unknown kind");
}

/*
 * A root that is put together by overlayfs (ostree with composefs) has no device; the file system
 * that has its files is at /sysroot then.
 */
static int mount_of_rootfs(const struct builder *b, struct mount *out)
{
	struct mount below;
	int rc = mount_of_path(b, "/", out);

	if (rc < 0 || strcmp(out->fstype, "overlay") != 0)
		return rc;
	if (mount_of_path(b, "/sysroot", &below) < 0) {
		fail_clear();
		return 0;
	}
	if (strcmp(below.target, "/sysroot") != 0) {
		mount_free(&below);
		return 0;
	}
	mount_free(out);
	*out = below;
	return 0;
}

static int add_rootfs(struct builder *b)
{
	struct mount m;
	int rc;

	if (b->cfg->failure_action != CONFIG_DUMP_TO_ROOTFS)
		return 0;
	rc = mount_of_rootfs(b, &m);
	if (rc == 0) {
		rc = target_add_mount(b, &m, b->cfg->path, true);
		mount_free(&m);
	}
	return rc < 0 ? fail(rc, "failure_action dump_to_rootfs") : 0;
}

/* A virtio disk or share needs its bus, whichever way the machine has it. */
static int want_virtiofs_bus(struct builder *b)
{
	static const char *const drivers[] = { "virtiofs", "virtio_fs" };
	char dir[PATH_MAX];
	int rc = 0;

	for (size_t i = 0; i < b->plan.nr_targets; i++) {
		if (b->plan.targets[i].kind != PLAN_VIRTIOFS)
			continue;
		for (int d = 0; d < 2 && rc == 0; d++) {
			snprintf(dir, sizeof(dir), "%s/bus/virtio/drivers/%s", b->sysfs,
				 drivers[d]);
			rc = drivers_of_each(b, dir);
		}
		return rc;
	}
	return 0;
}

int targets_gather(struct builder *b)
{
	int rc = 0;

	for (unsigned i = 0; i < b->cfg->nr_targets && rc == 0; i++) {
		const struct config_target *t = &b->cfg->targets[i];

		rc = add_target(b, t);
		if (rc < 0 && t->where)
			fail(rc, "%s %s", config_target_name(t), t->where);
	}
	if (rc == 0)
		rc = add_rootfs(b);
	return rc < 0 ? rc : want_virtiofs_bus(b);
}
