/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target.c - the kinds of targets, and what is the same for all */
#include "initramfs/capture/target/target.h"

#include "base/err.h"
#include "initramfs/plan/plan.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int (*const makers[])(const struct target_cfg *, struct target **) = {
	[PLAN_FS] = target_fs_new,
	[PLAN_RAW] = target_raw_new,
	[PLAN_NFS] = target_nfs_new,
	[PLAN_SSH] = target_ssh_new,
	[PLAN_VIRTIOFS] = target_virtiofs_new,
};

int target_new(const struct target_cfg *cfg, struct target **out)
{
	int rc = makers[cfg->spec->kind](cfg, out);

	if (rc < 0)
		return fail(rc, "target %s", cfg->spec->source);
	(*out)->cfg = *cfg;
	if (!(*out)->kind)
		(*out)->kind = (*out)->ops->kind;
	if (!(*out)->host[0])
		strcpy((*out)->host, "127.0.0.1");
	return 0;
}

void target_part_name(const char *name, char out[TARGET_NAME_MAX])
{
	const char *dot = strrchr(name, '.');

	/* vmcore.flat is cut short like vmcore: the kind of stream is told by what is in it. */
	if (!dot || strcmp(dot, ".flat") == 0)
		dot = name + strcspn(name, ".");
	snprintf(out, TARGET_NAME_MAX, "%.*s-incomplete%s", (int)(dot - name), name,
		 strcmp(dot, ".flat") == 0 ? "" : dot);
}

int target_file_by_path(struct target_file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
	return unlink(f->path) < 0 && errno != ENOENT ? fail(-errno, "prepare %s", f->path) : 0;
}

static int write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

int target_put(struct target *t, const char *name, const void *data, size_t len,
	       const struct deadline *by)
{
	struct target_file f;
	int rc = t->ops->open(t, name, true, by, &f), end;

	if (rc < 0)
		return rc;
	rc = write_all(f.fd, data, len);
	end = t->ops->close(t, &f, rc < 0 ? FILE_NOTHING : FILE_DONE, by);
	if (rc < 0) { /* the cause, not what came of it */
		fail_clear();
		return fail(rc, "write %s", name);
	}
	return end;
}
