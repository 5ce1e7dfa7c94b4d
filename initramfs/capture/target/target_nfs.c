/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * target_nfs.c - a directory of an NFS server, mounted by the kernel alone
 *
 * No helper program is needed: mount(2) takes the server's address as an option, and for version 3
 * the kernel asks the server's mountd itself. No locks: there is no statd here, and nobody else
 * writes to the dump's directory.
 */
#include "initramfs/capture/target/target_dir.h"

#include "base/err.h"
#include "base/text.h"
#include "base/util.h"
#include "config/config.h"
#include "initramfs/capture/attribute.h"
#include "initramfs/capture/target/net_up.h"
#include "initramfs/capture/target/nfs_options.h"
#include "initramfs/capture/console.h"
#include "initramfs/plan/plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define TRY_NAP_MS 1000

struct target_nfs {
	struct target_dir dir;
	struct target_ops ops;
	const struct plan_target *spec;
};

/* Well below the time after which a dump without progress is given up. */
static unsigned patience(const struct target_nfs *n)
{
	const struct config *c = n->dir.base.cfg.config;

	return c ? c->timeout[CONFIG_PHASE_STALL] / 3 : 0;
}

/* Try one version, with one mount(2). by is for this attempt only. */
static int try_version(struct target_nfs *n, const char *version, const struct deadline *by)
{
	struct nfs_wish wish = {
		.options = n->spec->options,
		.address = n->spec->address,
		.client = n->dir.base.host,
		.version = version,
		.port = n->spec->port,
		.patience = patience(n),
	};
	char data[NFS_DATA_MAX];
	struct mount_args args = {
		.source = n->spec->source,
		.dir = n->dir.base.cfg.mount_dir,
		.fstype = "nfs",
		.flags = MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME,
		.data = data,
	};
	int rc = nfs_options_make(&wish, data);

	if (rc == 0)
		rc = mount_within(&args, by);
	if (rc != -EINVAL)
		return rc;
	fail_clear();
	wish.plain_soft = true;
	rc = nfs_options_make(&wish, data);
	return rc < 0 ? rc : mount_within(&args, by);
}

/* The server does not speak this version, or the kernel has no module for it. */
static bool other_version_may_do(int rc)
{
	return rc == -EPROTONOSUPPORT || rc == -EPROTO || rc == -EINVAL || rc == -ENODEV ||
	       rc == -EPFNOSUPPORT || rc == -EOPNOTSUPP;
}

/* Trying again is useless: the server's configuration has to be changed. */
static bool final(int rc)
{
	return rc == -EACCES || rc == -EPERM || rc == -ENOENT || rc == -ENOTDIR;
}

/* 0 or the last version's failure, with a message. */
static int try_versions(struct target_nfs *n, const struct deadline *by)
{
	const char *version;
	int rc = -EPROTONOSUPPORT;

	for (unsigned i = 0; (version = nfs_options_version(n->spec->options, i)); i++) {
		fail_clear();
		rc = try_version(n, version, by);
		if (rc == 0) {
			console_log("mounted %s, NFS version %s", n->spec->source, version);
			return 0;
		}
		if (!other_version_may_do(rc))
			break;
	}
	return rc;
}

/*
 * Since 6.19 the client asks for directory delegations, which a single writer does not need. Some
 * servers answer with an error, and then everything on the mount fails with EREMOTEIO.
 */
static void no_delegations(void)
{
	(void)attribute_put("/sys/module/nfsv4/parameters/directory_delegations", "N");
}

/*
 * The server may be rebooting, or the switch port may not forward yet: try again. last: the last
 * failure that was no silence; "": there was none.
 */
static int try_until(struct target_nfs *n, const struct deadline *by, char last[ERR_MESSAGE_MAX])
{
	struct target *t = &n->dir.base;
	int rc;

	last[0] = '\0';
	for (;;) {
		rc = try_versions(n, by);
		if (rc == 0 || final(rc) || rc == -ETIMEDOUT || deadline_over(by))
			return rc;
		if (!last[0])
			console_log("%s: %s; trying again", t->address, fail_text());
		text_set(last, ERR_MESSAGE_MAX, "%s", fail_text());
		deadline_nap(by, TRY_NAP_MS);
	}
}

/* Time is over: of a server that answered, its answer tells more than its silence in the end. */
static int no_answer(const struct target_nfs *n, const char *last)
{
	const char *address = n->dir.base.address;

	if (!last[0])
		return fail(-ETIMEDOUT, "%s: the server at %s does not answer", address,
			    n->spec->address);
	fail_clear();
	fail_adopt(-ETIMEDOUT, last);
	return fail(-ETIMEDOUT, "%s: the server at %s is not ready in time", address,
		    n->spec->address);
}

static int nfs_mount(struct target_dir *d, const struct deadline *by)
{
	char last[ERR_MESSAGE_MAX];
	struct target_nfs *n = container_of(d, struct target_nfs, dir);
	struct target *t = &d->base;
	struct deadline limit = net_limit(t->cfg.config, by);
	int rc = net_up(n->spec->address, &limit, t->host, sizeof(t->host));

	if (rc < 0)
		return fail(rc, "%s", t->address);
	no_delegations();
	limit = net_login_limit(t->cfg.config, by);
	rc = try_until(n, &limit, last);
	if (rc == -EACCES || rc == -EPERM)
		return fail(rc, "%s: the server does not let %s mount it; look at its exports",
			    t->address, t->host);
	if (rc == -ETIMEDOUT)
		return no_answer(n, last);
	return rc < 0 ? fail(rc, "%s", t->address) : 0;
}

int target_nfs_new(const struct target_cfg *cfg, struct target **out)
{
	struct target_nfs *n;

	if (!cfg->spec->address[0])
		return fail(-EINVAL, "%s: the image has no address of the server; rebuild it",
			    cfg->spec->source);
	n = calloc(1, sizeof(*n));
	if (!n)
		return fail(-ENOMEM, "%s", cfg->spec->source);
	n->ops = target_dir_ops;
	n->ops.kind = "nfs";
	target_dir_init(&n->dir, cfg, &n->ops);
	n->dir.mount = nfs_mount;
	n->dir.path = cfg->spec->path;
	n->spec = cfg->spec;
	snprintf(n->dir.base.address, sizeof(n->dir.base.address), "%s", cfg->spec->source);
	*out = &n->dir.base;
	return 0;
}
