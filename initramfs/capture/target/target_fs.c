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

/* The devices of a file system: the first one, and the others as mount options. */
struct disks {
	const char *first; /* "": none */
	char *options;
	size_t size;
	char missing[256]; /* why the last one that did not appear did not; "" */
};

/*
 * Bring up one device; *node is "" if it is missing. A btrfs may be mounted degraded, or may have
 * given the disk up since the image was built: if not, the mount fails.
 */
static int device_or_none(struct target_dir *d, unsigned index, const struct deadline *by,
			  struct disks *disks, const char **node)
{
	int rc = devices_up(d->base.cfg.devices, index, by, node);

	if (rc != -ETIMEDOUT || d->base.cfg.spec->nr_devices == 1)
		return rc;
	text_set(disks->missing, sizeof(disks->missing), "%s", fail_text());
	console_log("%s: going on with the disks that are there%s: %s", d->base.address,
		    mount_options_have(d->base.cfg.spec->options, "degraded")
			    ? ", as it is mounted degraded"
			    : "",
		    disks->missing);
	fail_clear();
	*node = "";
	return 0;
}

/* Without udev, all devices of a btrfs must be given as mount options. */
static int add_devices(struct target_dir *d, const struct deadline *by, struct disks *disks)
{
	const struct plan_target *spec = d->base.cfg.spec;
	size_t n = strlen(disks->options);
	int rc = 0;

	disks->first = "";
	for (size_t i = 0; i < spec->nr_devices && rc == 0; i++) {
		const char *node;

		rc = device_or_none(d, spec->devices[i], by, disks, &node);
		if (rc < 0 || !*node)
			continue;
		if (!*disks->first)
			disks->first = node;
		else if (n < disks->size)
			n += (size_t)snprintf(disks->options + n, disks->size - n, "%sdevice=%s",
					      n ? "," : "", node);
	}
	return rc == 0 && !*disks->first ? fail(-ETIMEDOUT, "none of its disks appeared") : rc;
}

/*
 * Mount with the options of the running system. If this kernel refuses them, mount without: an
 * option must not cost the dump.
 */
static int mount_somehow(struct target_dir *d, struct mount_args *args, const struct deadline *by)
{
	int rc = mount_within(args, by);

	/* A btrfs needs them: the path is in the whole of it, and they name its disks. */
	if (rc != -EINVAL || !args->data[0] || strcmp(args->fstype, "btrfs") == 0)
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
	struct disks disks = { .options = data, .size = sizeof(data) };
	struct mount_args args = { .dir = d->base.cfg.mount_dir,
				   .fstype = spec->fstype,
				   .data = data };
	int rc;

	device_by = deadline_min(by, device_by);
	mount_options_split(spec->options, &args.flags, data, sizeof(data));
	rc = add_devices(d, &device_by, &disks);
	args.source = disks.first;
	if (rc == 0)
		rc = mount_somehow(d, &args, by);
	if (rc < 0 && disks.missing[0])
		rc = fail(rc, "%s", disks.missing);
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
