/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target_fs.c - a file system as a target: its devices, its driver, its options */
#include "initramfs/image/device/targets.h"

#include "initramfs/image/device/btrfs.h"
#include "initramfs/image/device/chain.h"
#include "initramfs/image/device/sysfs.h"

#include "base/err.h"
#include "base/util.h"
#include "config/config.h"

#include <libmount/libmount.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

/* Kept with their value. Everything else is better left to the file system's defaults. */
static const char *const kept[] = { "nouuid", "degraded", "data", "sb", "norecovery" };

/* A second device that the plan does not know. */
static const char *const separate_devices[] = { "logdev", "rtdev", "journal_path", "journal_dev" };

static bool is_one_of(const char *option, size_t len, const char *const *list, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		if (strlen(list[i]) == len && strncmp(list[i], option, len) == 0)
			return true;
	}
	return false;
}

static int refuse_separate(void)
{
	return chain_refuse("a file system with its log or real-time section on a device of its "
			    "own");
}

int options_keep(const char *fstype, const char *options, char **out)
{
	size_t out_len;
	FILE *f = open_memstream(out, &out_len);
	bool first = true;
	int rc = 0;

	if (!f)
		return fail(-ENOMEM, "mount options");
	/* The whole btrfs, so that the path does not depend on the default subvolume. */
	if (strcmp(fstype, "btrfs") == 0) {
		fprintf(f, "subvolid=5");
		first = false;
	}
	while (*options && rc == 0) {
		size_t len = strcspn(options, ","), key = strcspn(options, ",=");

		if (is_one_of(options, key, separate_devices, ARRAY_SIZE(separate_devices)))
			rc = -EOPNOTSUPP;
		if (is_one_of(options, key, kept, ARRAY_SIZE(kept))) {
			fprintf(f, "%s%.*s", first ? "" : ",", (int)len, options);
			first = false;
		}
		options += len + (options[len] == ',');
	}
	if (fclose(f) != 0)
		return fail(-ENOMEM, "mount options");
	if (rc < 0) {
		free(*out);
		return refuse_separate();
	}
	return 0;
}

/* "/a/b" below a mount whose root is "/@home" -> "@home/a/b", to be freed. */
static char *path_below(const char *root, const char *dir)
{
	char *out, *to;

	root += strspn(root, "/");
	dir += strspn(dir, "/");
	if (asprintf(&out, "%s/%s", root, dir) < 0)
		return NULL;
	/* "//" and slashes at the ends go away. */
	to = out;
	for (const char *at = out; *at; at++) {
		if (*at != '/' || (to != out && to[-1] != '/'))
			*to++ = *at;
	}
	while (to != out && to[-1] == '/')
		to--;
	*to = '\0';
	return out;
}

/* vfat asks for its code page and character set at the mount; no module alias names them. */
static int like_charsets(struct builder *b)
{
	static const char *const names[] = { "nls_cp437", "nls_iso8859-1", "nls_ascii",
					     "nls_utf8" };
	int rc = 0;

	for (size_t i = 0; i < ARRAY_SIZE(names) && rc == 0; i++)
		rc = strlist_add(&b->optional, names[i]);
	return rc;
}

/* ext4 handles ext2 and ext3: by an alias, if there is no module of that name. */
static int require_fs(struct builder *b, const char *fstype)
{
	int rc = strncmp(fstype, "ext", 3) == 0 ? strlist_add(&b->required, "ext4")
						: strlist_add(&b->required, fstype);

	if (rc == 0)
		rc = strlist_addf(&b->optional, "fs-%s", fstype);
	return rc < 0 || strcmp(fstype, "vfat") != 0 ? rc : like_charsets(b);
}

/* ext4 names its journal's device by a number of this boot, and no mount option shows that. */
static int check_journal(const struct builder *b, const char *fstype, dev_t dev)
{
	char *sys = NULL, *journal = NULL;
	int rc = strncmp(fstype, "ext", 3) == 0 ? sys_block_dir(b, dev, &sys) : 0;

	if (rc == 0 && sys)
		rc = device_tag(b, sys_name(sys), "EXT_JOURNAL", &journal);
	if (rc == 0 && journal && journal[0])
		rc = refuse_separate();
	free(journal);
	free(sys);
	return rc;
}

static int fill(struct builder *b, struct plan_target *t, const struct target_device *d)
{
	int rc = plan_set(&t->source, d->source);

	if (rc == 0)
		rc = plan_set(&t->fstype, d->fstype);
	if (rc == 0)
		rc = plan_set(&t->options, d->options);
	return rc < 0 ? rc : require_fs(b, d->fstype);
}

/* options as they are to be used. */
static int add_fs(struct builder *b, const struct target_device *d, const char *below)
{
	struct plan_target *t;
	unsigned index;
	int rc = check_journal(b, d->fstype, d->dev);

	if (rc == 0)
		rc = chain_add(b, d->dev, &index);
	if (rc == 0)
		rc = plan_add_target(&b->plan, PLAN_FS, &t);
	if (rc == 0)
		rc = fill(b, t, d);
	if (rc == 0)
		rc = plan_set(&t->path, below);
	if (rc == 0)
		rc = plan_add_index(&t->devices, &t->nr_devices, index);
	if (rc == 0 && strcmp(d->fstype, "btrfs") == 0)
		rc = btrfs_add_members(b, t, d->dev);
	return rc;
}

/* The path in the whole of a btrfs, if its options name a subvolume to be mounted. */
static int path_written(const struct target_device *d, const char *dir, char **out)
{
	char *copy = strdup(d->options), *name, *root = NULL, *id = NULL;
	size_t len;
	int rc = copy ? 0 : fail(-ENOMEM, "%s", d->source);

	if (rc == 0 && strcmp(d->fstype, "btrfs") == 0) {
		if (mnt_optstr_get_option(copy, "subvol", &name, &len) == 0)
			root = strndup(name, len);
		else if (mnt_optstr_get_option(copy, "subvolid", &id, &len) == 0 &&
			 !(len == 1 && *id == '5'))
			rc = fail(-EINVAL, "subvolid=%.*s: name the subvolume, as subvol=PATH",
				  (int)len, id);
	}
	if (rc == 0 && !(*out = path_below(root ? root : "", dir)))
		rc = fail(-ENOMEM, "%s", d->source);
	free(root);
	free(copy);
	return rc;
}

int target_add_device(struct builder *b, const struct target_device *d, const char *dir)
{
	struct target_device lasting = *d;
	char *keep = NULL, *below = NULL;
	int rc = path_written(d, dir, &below);

	if (rc == 0)
		rc = options_keep(d->fstype, d->options, &keep);

	lasting.options = keep;
	if (rc == 0)
		rc = add_fs(b, &lasting, below);
	free(keep);
	free(below);
	return rc < 0 ? fail(rc, "target %s", d->source) : 0;
}

/* NFS and virtiofs: no device. NFS options go to network_gather() as they are. */
static int add_remote(struct builder *b, enum plan_target_kind kind, const struct mount *m,
		      const char *below)
{
	struct plan_target *t;
	int rc = plan_add_target(&b->plan, kind, &t);

	if (rc == 0)
		rc = plan_set(&t->source, m->source);
	if (rc == 0)
		rc = plan_set(&t->fstype, m->fstype);
	if (rc == 0 && kind == PLAN_NFS)
		rc = plan_set(&t->options, m->options);
	if (rc == 0)
		rc = plan_set(&t->path, below);
	if (rc == 0 && kind == PLAN_VIRTIOFS)
		rc = strlist_add(&b->required, "virtiofs");
	b->network |= kind == PLAN_NFS;
	return rc;
}

static bool is_share(const struct mount *m)
{
	return strncmp(m->fstype, "nfs", 3) == 0 || strcmp(m->fstype, "virtiofs") == 0;
}

/* What has no device of its own (overlay, zfs, cifs, fuse...) has a device number with major 0. */
static int check_kind(const struct mount *m)
{
	static const char *const gone[] = { "tmpfs", "ramfs", "rootfs", "devtmpfs" };

	if (is_one_of(m->fstype, strlen(m->fstype), gone, ARRAY_SIZE(gone)))
		return fail(-EOPNOTSUPP,
			    "%s is %s: in memory, gone after the crash; set another path, or name "
			    "a target in kdump.conf",
			    m->target, m->fstype);
	if (is_share(m) || strcmp(m->fstype, "btrfs") == 0 || major(m->dev) != 0)
		return 0;
	return chain_refuse("%s is a file system of type %s", m->target, m->fstype);
}

static dev_t device_of(const struct builder *b, const struct mount *m)
{
	dev_t dev = m->dev;

	if (strcmp(m->fstype, "btrfs") == 0 && spec_to_device(b, m->source, &dev) < 0)
		fail_clear();
	return dev;
}

static int add_by_type(struct builder *b, const struct mount *m, const char *below)
{
	char *keep = NULL;
	int rc;

	if (strcmp(m->fstype, "nfs") == 0 || strcmp(m->fstype, "nfs4") == 0)
		return add_remote(b, PLAN_NFS, m, below);
	if (strcmp(m->fstype, "virtiofs") == 0)
		return add_remote(b, PLAN_VIRTIOFS, m, below);
	rc = options_keep(m->fstype, m->options, &keep);
	if (rc == 0) {
		const struct target_device d = { device_of(b, m), m->source, m->fstype, keep };

		rc = add_fs(b, &d, below);
	}
	free(keep);
	return rc;
}

/* A mount that is merely written of has its source for a target. */
static int set_shown(struct plan_target *t, const struct mount *m, const char *dir)
{
	char *shown;
	int rc;

	if (m->target[0] != '/')
		return 0;
	while (*dir == '/')
		dir++;
	if (asprintf(&shown, "%s%s%s", strcmp(m->target, "/") == 0 ? "" : m->target,
		     *dir ? "/" : "", dir) < 0)
		return fail(-ENOMEM, "%s", m->target);
	rc = plan_set(&t->shown, shown);
	free(shown);
	return rc;
}

int target_add_mount(struct builder *b, const struct mount *m, const char *dir, bool rootfs)
{
	size_t before = b->plan.nr_targets;
	char *below = path_below(m->root, dir);
	int rc = below ? check_kind(m) : fail(-ENOMEM, "%s", m->target);

	if (rc == 0)
		rc = add_by_type(b, m, below);
	if (rc == 0 && b->plan.nr_targets > before) {
		b->plan.targets[before].rootfs = rootfs;
		b->plan.targets[before].keep_one = mount_dir_holds("/boot", m->target);
	}
	if (rc == 0 && b->plan.nr_targets > before)
		rc = set_shown(&b->plan.targets[before], m, dir);
	free(below);
	return rc < 0 ? fail(rc, "target %s", m->target) : 0;
}
