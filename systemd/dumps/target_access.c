/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target_access.c - a dump target as the running system reaches it */
#include "systemd/dumps/target_access.h"

#include "base/err.h"
#include "base/text.h"
#include "base/run.h"
#include "base/util.h"
#include "initramfs/plan/raw_area.h"
#include "systemd/dumps/dump_list.h"
#include "systemd/dumps/target_mounted.h"
#include "systemd/files.h"

#include <errno.h>
#include <fcntl.h>
#include <libmount/libmount.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

static int own_namespace(void)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return fail(-errno, "private mount namespace");
	return 0;
}

/* To read sizes do not replay the journal; writers, and readers of a new dump, do. */
static const char *peek_option(const char *fstype)
{
	static const struct {
		const char *fstype, *option;
	} options[] = {
		{ "ext3", "noload" },
		{ "ext4", "noload" },
		{ "xfs", "norecovery" },
		{ "btrfs", "rescue=nologreplay" },
	};

	for (size_t i = 0; fstype && i < ARRAY_SIZE(options); i++) {
		if (strcmp(options[i].fstype, fstype) == 0)
			return options[i].option;
	}
	return NULL;
}

/* Uses libmount for the options in fstab. */
static int mount_device(const struct config_target *t, const char *source, const char *options)
{
	struct libmnt_context *cxt = mnt_new_context();
	char why[MESSAGE_MAX] = "";
	int rc;

	if (!cxt)
		return fail(-ENOMEM, "mount");
	mnt_context_set_source(cxt, source);
	mnt_context_set_target(cxt, ACCESS_MOUNT);
	mnt_context_set_fstype(cxt, t->fstype);
	mnt_context_set_options(cxt, options);
	mnt_context_disable_mtab(cxt, 1);
	rc = mnt_context_mount(cxt);
	if (rc)
		mnt_context_get_excode(cxt, rc, why, sizeof(why));
	mnt_free_context(cxt);
	if (rc == 0)
		return 0;
	fail_clear();
	return fail(-EIO, "mount %s (%s): %s", t->where, t->fstype, *why ? why : "it failed");
}

/* An unresponsive server blocks mount(8), which can be killed, and not us. */
static int mount_share(const struct config_target *t, const char *source, const char *options,
		       int64_t network_end)
{
	const char *const argv[] = { "mount", "-t",   t->fstype,    "-o", options,
				     "--",    source, ACCESS_MOUNT, NULL };
	unsigned seconds = ctl_network_left(network_end, 60);
	int rc;

	if (seconds == 0)
		return fail(-EHOSTUNREACH, "mount %s: not tried: no time left for the network",
			    t->where);
	rc = run_must(&(struct run_cfg){ .argv = argv, .timeout_ms = seconds * 1000 });
	return rc < 0 ? fail(rc, "mount %s (%s)", t->where, t->fstype) : 0;
}

static int mount_there(const struct config_target *t, const char *source,
		       enum target_access_use use, int64_t network_end)
{
	const char *more = use == ACCESS_PEEK ? peek_option(t->fstype) : NULL;
	/* The whole of it, as in the capture, whatever its default subvolume is. */
	bool part = t->options && strstr(t->options, "subvol=");
	const char *all =
		t->fstype && strcmp(t->fstype, "btrfs") == 0 && !part ? ",subvolid=5" : "";
	bool nfs = t->kind == CONFIG_TARGET_NFS;
	char options[1024];

	if (snprintf(options, sizeof(options), "%s%s%s%s%s%s%s", use == ACCESS_WRITE ? "rw" : "ro",
		     t->options ? "," : "", t->options ? t->options : "", all, more ? "," : "",
		     more ? more : "",
		     nfs ? ",soft,timeo=100,retrans=1,retry=0,nolock" : "") >= (int)sizeof(options))
		return fail(-ENAMETOOLONG, "mount options of %s", t->where);
	return nfs ? mount_share(t, source, options, network_end)
		   : mount_device(t, source, options);
}

static int open_mount(const struct ctl *ctl, const struct config_target *t,
		      enum target_access_use use, struct target_access *p)
{
	char source[CTL_PATH_MAX], at[CTL_PATH_MAX];
	int rc = 0;

	target_node(t->where, source);
	if (use == ACCESS_PEEK && *ctl->root && !target_mounted(source, false, at))
		return -EOPNOTSUPP; /* root is not this system, so nothing is mounted for it
				     */
	if (!target_mounted(source, use == ACCESS_WRITE, at)) {
		if (use == ACCESS_MOUNTED)
			return fail(-ENODEV, "%s is not mounted", t->where);
		snprintf(at, sizeof(at), "%s", ACCESS_MOUNT);
		rc = own_namespace();
		if (rc == 0)
			rc = files_mkdir("", ACCESS_MOUNT, 0700);
		if (rc == 0)
			rc = mount_there(t, source, use, ctl->network_end);
		p->mounted = rc == 0;
		p->source = t->where;
		p->fstype = t->fstype;
	}
	if (rc == 0 && snprintf(p->dir, CTL_PATH_MAX, "%s%s", strcmp(at, "/") == 0 ? "" : at,
				ctl->config.path) >= CTL_PATH_MAX)
		rc = fail(-ENAMETOOLONG, "%s", ctl->config.path);
	if (p->mounted)
		text_set(p->shown, sizeof(p->shown), "%s:%s", t->where, ctl->config.path);
	else
		text_set(p->shown, sizeof(p->shown), "%s", p->dir);
	return rc;
}

int target_access_open(const struct ctl *ctl, const struct config_target *t,
		       enum target_access_use use, struct target_access *out)
{
	int rc = 0;

	*out = (struct target_access){ .kind = ACCESS_DIR,
				       .network_end = ctl->network_end,
				       .ids = ctl->ids,
				       .ids_file = ctl->ids_file };
	text_set(out->name, sizeof(out->name), "%s%s%s%s%s", config_target_name(t),
		 t->where ? " " : "", t->where ? t->where : "",
		 t->kind == CONFIG_TARGET_RAW ? "" : ", ",
		 t->kind == CONFIG_TARGET_RAW ? "" : ctl->config.path);
	switch (t->kind) {
	case CONFIG_TARGET_PATH:
		rc = files_path(ctl->root, ctl->config.path, out->dir);
		text_set(out->shown, sizeof(out->shown), "%s", ctl->config.path);
		break;
	case CONFIG_TARGET_SSH:
		out->kind = ACCESS_SSH;
		out->user_host = t->where;
		out->key = ctl->config.sshkey;
		snprintf(out->dir, sizeof(out->dir), "%s", ctl->config.path);
		text_set(out->shown, sizeof(out->shown), "%s:%s", t->where, ctl->config.path);
		break;
	case CONFIG_TARGET_RAW:
		out->kind = ACCESS_RAW;
		target_node(t->where, out->device);
		text_set(out->shown, sizeof(out->shown), "%s", t->where);
		break;
	default:
		rc = open_mount(ctl, t, use, out);
		break;
	}
	return rc < 0 ? fail(rc, "target %s", out->name) : 0;
}

void target_access_close(struct target_access *p)
{
	/* Lazily: a dead server must not block us. */
	if (p->mounted)
		umount2(ACCESS_MOUNT, MNT_DETACH);
	p->mounted = false;
}

static int free_ssh(const struct target_access *p, uint64_t *out)
{
	char quoted[CTL_PATH_MAX], command[CTL_PATH_MAX + 64], *text = NULL;
	unsigned long long kib = 0;
	size_t len;
	int rc = dumps_quote(p->dir, quoted, sizeof(quoted));

	if (rc < 0)
		return rc;
	snprintf(command, sizeof(command),
		 "df -Pk -- %s 2>/dev/null | { read a; read a b c d e; echo $d; }", quoted);
	rc = target_access_ssh(p, &(struct target_access_command){ .command = command, .max = 256 },
			       &text, &len);
	if (rc == 0 && sscanf(text, "%llu", &kib) != 1)
		rc = -EOPNOTSUPP;
	free(text);
	*out = kib << 10;
	return rc;
}

/* The capture also writes a trailer after the dump. */
static int free_raw(const struct target_access *p, uint64_t *out)
{
	int fd = open(p->device, O_RDONLY | O_CLOEXEC);
	off_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
	int rc = size < 0 ? fail(-errno, "size of %s", p->device) : 0;

	if (fd >= 0)
		close(fd);
	*out = rc == 0 ? raw_files_at((uint64_t)size) : 0;
	return rc;
}

int target_access_free(const struct target_access *p, uint64_t *out)
{
	struct statvfs vfs;

	if (p->kind == ACCESS_SSH)
		return free_ssh(p, out);
	if (p->kind == ACCESS_RAW)
		return free_raw(p, out);
	if (statvfs(p->dir, &vfs) < 0)
		return fail(-errno, "free space of %s", p->shown);
	*out = (uint64_t)vfs.f_bavail * vfs.f_frsize;
	return 0;
}
