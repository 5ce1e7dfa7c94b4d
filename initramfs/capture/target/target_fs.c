/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target_fs.c - ext4, xfs, btrfs and others, on devices of the plan; virtiofs by its tag */
#include "initramfs/capture/target/target_dir.h"

#include "base/err.h"
#include "base/text.h"
#include "config/config.h"
#include "initramfs/capture/device/devices.h"
#include "initramfs/capture/target/mount_options.h"
#include "initramfs/capture/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPTIONS_MAX  2048
#define TRY_EVERY_MS 100

/* Does the production system allow a missing device? */
static bool may_miss(const struct plan_target *spec)
{
	return spec->nr_devices > 1 && mount_options_have(spec->options, "degraded");
}

/* Bring up one device; *node is "" if it is missing and may be. */
static int device_or_none(struct target_dir *d, unsigned index, const struct deadline *by,
			  const char **node)
{
	int rc = devices_up(d->base.cfg.devices, index, by, node);

	if (rc != -ETIMEDOUT || !may_miss(d->base.cfg.spec))
		return rc;
	console_log("%s: it is mounted degraded, so this disk may be missing: %s", d->base.address,
		    fail_text());
	fail_clear();
	*node = "";
	return 0;
}

/* Without udev, all devices of a btrfs must be given as mount options. */
static int add_devices(struct target_dir *d, const struct deadline *by, char *data, size_t size,
		       const char **first)
{
	const struct plan_target *spec = d->base.cfg.spec;
	size_t n = strlen(data);
	int rc = 0;

	*first = "";
	for (size_t i = 0; i < spec->nr_devices && rc == 0; i++) {
		const char *node;

		rc = device_or_none(d, spec->devices[i], by, &node);
		if (rc < 0 || !*node)
			continue;
		if (!**first)
			*first = node;
		else if (n < size)
			n += (size_t)snprintf(data + n, size - n, "%sdevice=%s", n ? "," : "",
					      node);
	}
	return rc == 0 && !**first ? fail(-ETIMEDOUT, "none of its disks appeared") : rc;
}

/*
 * Mount with the options of the running system. If this kernel refuses them, mount without: an
 * option must not cost the dump.
 */
static int mount_somehow(struct target_dir *d, struct mount_args *args, const struct deadline *by)
{
	int rc = mount_within(args, by);

	if (rc != -EINVAL || !args->data[0] || strstr(args->data, "device="))
		return rc;
	fail_clear();
	console_log("%s: the mount options %s were refused; trying without", d->base.address,
		    args->data);
	args->data = "";
	args->flags = 0;
	return mount_within(args, by);
}

static int fs_mount(struct target_dir *d, const struct deadline *by)
{
	const struct plan_target *spec = d->base.cfg.spec;
	struct deadline device_by =
		deadline_limit(d->base.cfg.config->timeout[CONFIG_PHASE_DEVICE]);
	char data[OPTIONS_MAX];
	struct mount_args args = { .dir = d->base.cfg.mount_dir,
				   .fstype = spec->fstype,
				   .data = data };
	int rc;

	device_by = deadline_min(by, device_by);
	mount_options_split(spec->options, &args.flags, data, sizeof(data));
	rc = add_devices(d, &device_by, data, sizeof(data), &args.source);
	if (rc == 0)
		rc = mount_somehow(d, &args, by);
	return rc < 0 ? fail(rc, "%s", d->base.address) : 0;
}

/* The tag appears when the driver has found the device; try until then. */
static int virtiofs_mount(struct target_dir *d, const struct deadline *by)
{
	const struct plan_target *spec = d->base.cfg.spec;
	char data[OPTIONS_MAX];
	struct mount_args args = { .source = spec->source,
				   .dir = d->base.cfg.mount_dir,
				   .fstype = "virtiofs",
				   .data = data };
	int rc;

	mount_options_split(spec->options, &args.flags, data, sizeof(data));
	for (;;) {
		fail_clear();
		rc = mount_within(&args, by);
		if ((rc != -EINVAL && rc != -ENODEV && rc != -ENOENT) || deadline_over(by))
			break;
		deadline_nap(by, TRY_EVERY_MS);
	}
	if (rc == -EINVAL || rc == -ENODEV || rc == -ENOENT)
		return fail(rc, "virtiofs tag %s: the host offers none of this name", spec->source);
	return rc;
}

static int new_dir(const struct target_cfg *cfg, const char *kind,
		   int (*mount)(struct target_dir *, const struct deadline *), struct target **out)
{
	struct target_dir *d = calloc(1, sizeof(*d));

	if (!d)
		return fail(-ENOMEM, "target");
	target_dir_init(d, cfg, &target_dir_ops);
	d->mount = mount;
	d->path = cfg->spec->path;
	d->base.kind = kind;
	text_set(d->base.address, sizeof(d->base.address), "%s (%s)", cfg->spec->source, kind);
	*out = &d->base;
	return 0;
}

int target_fs_new(const struct target_cfg *cfg, struct target **out)
{
	if (cfg->spec->nr_devices == 0)
		return fail_adopt(-EINVAL,
				  "the image does not say which disk it is on; rebuild it");
	return new_dir(cfg, cfg->spec->fstype, fs_mount, out);
}

int target_virtiofs_new(const struct target_cfg *cfg, struct target **out)
{
	return new_dir(cfg, "virtiofs", virtiofs_mount, out);
}
