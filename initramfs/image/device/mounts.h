/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mounts.h - the mount table and fstab of the production system, by libmount */
#ifndef INITRAMFS_IMAGE_DEVICE_MOUNTS_H
#define INITRAMFS_IMAGE_DEVICE_MOUNTS_H

#include "initramfs/image/builder.h"

struct mount {
	char *source; /* as the kernel shows it: /dev/sda1, host:/export, a tag */
	dev_t dev;    /* of its files; btrfs and NFS have one that belongs to no device */
	char *fstype;
	char *options; /* of the file system, as the kernel shows them */
	char *root;   /* what of the file system is mounted: "/", "/@home", a bind mount's directory
		       */
	char *target; /* where */
};

/* For the files of mounts.h: the mount table as it is now, by mnt_unref_table(). */
struct libmnt_table;
int mounts_read(const struct builder *b, struct libmnt_table **out);

/* "/var" holds "/var/crash" and "/var", not "/variable". */
bool mount_dir_holds(const char *dir, const char *path);

/* The mount that an existing path (system path, links resolved) lies on. */
int mount_of_path(const struct builder *b, const char *path, struct mount *out);

/*
 * The mount of a device or of a source like host:/export. The one that shows the most is
 * taken when there are several. -ENOENT: it is not mounted.
 */
int mount_of_device(const struct builder *b, dev_t dev, struct mount *out);
int mount_of_source(const struct builder *b, const char *source, struct mount *out);

void mount_free(struct mount *m);

/*
 * Automount points that hold path, or that fstab has for this source ("UUID=...", a node,
 * host:/export) - NULL: path alone -, are entered, so that their file systems come; each gets so
 * many seconds. A mount that does not come is not reported here: mount_of_path() finds the
 * automount point itself then. 0 or a negative errno, when the mount table cannot be read.
 */
int automounts_enter(const struct builder *b, const char *path, const char *source,
		     unsigned seconds);

/* Is there an entry in fstab for this source ("UUID=...") or device that should be mounted? */
int fstab_expects(const struct builder *b, const char *source, dev_t dev, bool *out);

/* fstab's options for a source like host:/export, to be freed; "" if it has no such entry. */
int fstab_options(const struct builder *b, const char *source, char **out);

/* Is there one for this directory, and it is not mounted? *where is the entry's target, to be
 * freed. */
int fstab_missing(const struct builder *b, const char *path, char **where);

/*
 * "UUID=...", "LABEL=...", "PARTUUID=...", "PARTLABEL=..." or a node to a device.
 * -ENODEV when there is none.
 */
int spec_to_device(const struct builder *b, const char *spec, dev_t *out);

#endif
