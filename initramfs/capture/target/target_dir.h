/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * target_dir.h - shared by all targets that are a mounted directory
 *
 * ext4, xfs, btrfs, virtiofs and NFS differ only in how they are mounted. Each embeds
 * struct target_dir as its first member, sets it up with target_dir_init() and supplies
 * mount(); every operation of struct target_ops is here.
 */
#ifndef INITRAMFS_CAPTURE_TARGET_TARGET_DIR_H
#define INITRAMFS_CAPTURE_TARGET_TARGET_DIR_H

#include "initramfs/capture/target/target.h"

struct target_dir {
	struct target base;

	/*
	 * Mount the target, read-write, at base.cfg.mount_dir. Makes calls that can hang in
	 * child_call(). Sets base.host if it knows an address.
	 */
	int (*mount)(struct target_dir *d, const struct deadline *by);

	/*
	 * Free what mount() and the constructor allocated besides the struct itself; may be NULL.
	 */
	void (*release)(struct target_dir *d);

	const char *path; /* directory of all dumps, below the mount; borrowed */
	bool mounted;	  /* by us: down() unmounts it */
	dev_t dev;	  /* of the mount, once it is verified */
	int basefd;	  /* path below the mount; -1 before begin */
	int dirfd;	  /* the dump's directory in it; -1 before begin */
	int reserve;	  /* a file without a name that reserves space for the status; -1: none */
};

/* Operations for such a target; copy it and set kind. */
extern const struct target_ops target_dir_ops;

/* Initialise d: ops, cfg, host, no directory yet. The caller sets address and path. */
void target_dir_init(struct target_dir *d, const struct target_cfg *cfg,
		     const struct target_ops *ops);

/*
 * Operations: target_dir.c has up, begin and down; target_dir_file.c has open and close;
 * target_dir_space.c has space and make_space.
 */
int target_dir_open(struct target *t, const char *name, unsigned how, const struct deadline *by,
		    struct target_file *out);
int target_dir_close(struct target *t, struct target_file *f, enum file_end end,
		     const struct deadline *by);
int target_dir_space(struct target *t, const struct deadline *by, uint64_t *out);
int target_dir_make_space(struct target *t, unsigned keep, uint64_t need, const struct deadline *by,
			  unsigned *removed);

/* Still the mount that up() verified, and the directory of begin() in it? */
int target_dir_verify(const struct target_dir *d);

/*
 * mount(2) in a child with a deadline. what: for messages. -ETIMEDOUT: the call did not return; the
 * child is left behind, and the mount may still appear later.
 */
struct mount_args {
	const char *source, *dir, *fstype;
	unsigned long flags;
	const char *data; /* may be NULL */
};
int mount_within(const struct mount_args *args, const struct deadline *by);

#endif
