/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target.c - the kinds of targets, and the code that is the same for all */
#include "initramfs/capture/target/target.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "base/sealed_magic.h"
#include "initramfs/plan/plan.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
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
	int rc = (cfg->make ? cfg->make : makers[cfg->spec->kind])(cfg, out);

	if (rc < 0)
		return fail(rc, "target %s", cfg->spec->source);
	(*out)->cfg = *cfg;
	if (!(*out)->kind)
		(*out)->kind = (*out)->ops->kind;
	if (!(*out)->host[0])
		strcpy((*out)->host, "127.0.0.1");
	return 0;
}

int target_by_path(struct target *t, struct target_file *f, const struct deadline *by)
{
	if (t->ops->by_path)
		return t->ops->by_path(t, f, by);
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
	return unlink(f->path) < 0 && errno != ENOENT ? fail(-errno, "prepare %s", f->path) : 0;
}

int target_start(struct target *t, const struct target_file *f, const struct child_cfg *cfg,
		 const struct deadline *by, struct child *out)
{
	struct child_cfg own = *cfg;

	if (t->ops->start)
		return t->ops->start(t, f, cfg, by, out);
	if (f->fd >= 0)
		own.out = f->fd;
	return child_start(&own, out);
}

/* The size by the open descriptor, or by the name that the file has now. */
static int open_to_measure(const struct target_file *f, struct target_size *out)
{
	char final[TARGET_PATH_MAX];
	int fd;

	if (f->fd >= 0)
		return fcntl(f->fd, F_DUPFD_CLOEXEC, 3);
	if (!f->path[0])
		return -1;
	fd = open(f->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0 || errno != ENOENT)
		return fd;
	out->published = true;
	target_final_path(f, final);
	return open(final, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

int target_measure(struct target *t, const struct target_file *f, const struct deadline *by,
		   struct target_size *out)
{
	char magic[8] = "";
	struct stat st;
	int fd;

	if (t->ops->measure)
		return t->ops->measure(t, f, by, out);
	*out = (struct target_size){ 0 };
	if (f->fd < 0 && !f->path[0])
		return -EOPNOTSUPP;
	fd = open_to_measure(f, out);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return -EOPNOTSUPP;
	}
	out->bytes = (uint64_t)st.st_size;
	out->blocks = (uint64_t)st.st_blocks;
	out->readable = pread(fd, magic, sizeof(magic), 0) >= 0;
	out->ours = memcmp(magic, DUMP_SIGNATURE, sizeof(magic)) == 0 || sealed_magic_of(fd);
	close(fd);
	return 0;
}

void target_final_path(const struct target_file *f, char out[TARGET_PATH_MAX])
{
	snprintf(out, TARGET_PATH_MAX, "%.*s%s", (int)(strlen(f->path) - strlen(f->part)), f->path,
		 f->name);
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
	int rc, end;

	if (t->ops->put)
		return t->ops->put(t, name, data, len, by);
	rc = t->ops->open(t, name, FILE_REPLACE, by, &f);
	if (rc < 0)
		return rc;
	rc = write_all(f.fd, data, len);
	end = t->ops->close(t, &f, rc < 0 ? FILE_NOTHING : FILE_DONE, by);
	if (rc < 0) { /* the cause, not its consequence */
		fail_clear();
		return fail(rc, "write %s", name);
	}
	return end;
}
