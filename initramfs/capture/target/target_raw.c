/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * target_raw.c - a block device without a file system: the stream starts at its first byte
 *
 * The device is open with O_EXCL from up to down, so that it cannot be mounted while we write.
 * Small files are kept in memory until they are closed; the stream goes through a pipe to a copy of
 * this process (target_raw_pump.c). initramfs/plan/raw_area.h has the layout.
 */
#include "initramfs/capture/target/target_raw.h"

#include "base/err.h"
#include "base/io.h"
#include "base/text.h"
#include "config/config.h"
#include "initramfs/capture/child.h"
#include "initramfs/capture/device/devices.h"
#include "initramfs/capture/console.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static struct target_raw *raw_of(struct target *t)
{
	return (struct target_raw *)t;
}

static int open_device(struct target_raw *r)
{
	const char *message = "it is mounted or in use; a dump would destroy what is on it";

	r->fd = open(r->node, O_RDWR | O_EXCL | O_CLOEXEC);
	if (r->fd < 0 && errno == EBUSY)
		return fail_adopt(-EBUSY, message);
	if (r->fd < 0)
		return fail(-errno, "open %s", r->node);
	if (ioctl(r->fd, BLKGETSIZE64, &r->size) < 0)
		return fail(-errno, "size of %s", r->node);
	if (raw_files_at(r->size) == 0)
		return fail_adopt(-ENOSPC, "the device is too small for a dump");
	return 0;
}

static int check_content(struct target_raw *r)
{
	bool may = r->base.cfg.config->raw_overwrite;
	int rc = raw_signature(r);

	if (rc == -EEXIST && may) {
		console_log("%s: raw_overwrite is set: %s", r->base.address, fail_text());
		fail_clear();
		return 0;
	}
	return rc == -EEXIST ? fail(rc, "not overwritten without 'raw_overwrite yes'") : rc;
}

static int raw_up(struct target *t, const struct deadline *by)
{
	struct target_raw *r = raw_of(t);
	struct deadline device_by = deadline_limit(t->cfg.config->timeout[CONFIG_PHASE_DEVICE]);
	int rc;

	device_by = deadline_min(by, device_by);
	rc = devices_up(t->cfg.devices, t->cfg.spec->devices[0], &device_by, &r->node);
	if (rc == 0)
		rc = open_device(r);
	if (rc == 0)
		rc = check_content(r);
	return rc < 0 ? fail(rc, "%s", t->address) : 0;
}

static int raw_space(struct target *t, const struct deadline *by, uint64_t *out)
{
	(void)by;
	*out = raw_files_at(raw_of(t)->size);
	return 0;
}

/* This destroys what was on the device. */
static int raw_begin(struct target *t, const char *name, const struct deadline *by)
{
	struct target_raw *r = raw_of(t);
	struct raw_trailer *tr = &r->trailer;
	int rc;

	(void)by;
	if (t->dir[0]) /* a retry: the small files stay */
		return 0;
	snprintf(t->dir, sizeof(t->dir), "%s", name);
	*tr = (struct raw_trailer){ .version = 1, .state = RAW_EMPTY };
	memcpy(tr->magic, RAW_MAGIC, sizeof(tr->magic));
	tr->time = (uint64_t)time(NULL);
	snprintf(tr->host, sizeof(tr->host), "%s", name);
	r->files_end = raw_files_at(r->size);
	rc = raw_wipe(r->fd, r->size);
	if (rc == 0)
		rc = raw_trailer_write(r->fd, r->size, tr);
	return rc < 0 ? fail(rc, "%s", t->address) : 0;
}

static int raw_open(struct target *t, const char *name, unsigned how, const struct deadline *by,
		    struct target_file *out)
{
	struct target_raw *r = raw_of(t);

	(void)by;
	*out = (struct target_file){ .fd = -1, .how = how };
	snprintf(out->name, sizeof(out->name), "%s", name);
	target_part_name(name, out->part);
	if (how & FILE_CORE)
		return raw_pump_start(r, out);
	out->fd = memfd_create(out->part, MFD_CLOEXEC);
	return out->fd < 0 ? fail(-errno, "memory for %s", name) : 0;
}

/* The entry of this name, or a free one. */
static struct raw_file *file_entry(struct raw_trailer *tr, const char *name)
{
	for (uint32_t i = 0; i < tr->nr_files; i++) {
		if (strcmp(tr->files[i].name, name) == 0)
			return &tr->files[i];
	}
	if (tr->nr_files == RAW_FILES_MAX)
		return NULL;
	return &tr->files[tr->nr_files++];
}

static int copy_to_device(struct target_raw *r, int from, uint64_t len, uint64_t at)
{
	void *data = len ? mmap(NULL, len, PROT_READ, MAP_SHARED, from, 0) : NULL;
	int rc;

	if (data == MAP_FAILED)
		return fail(-errno, "read back");
	rc = io_pwrite(r->fd, data, len, at);
	if (len)
		munmap(data, len);
	if (rc == 0 && fdatasync(r->fd) < 0)
		rc = fail(-errno, "sync the device");
	return rc;
}

/* Write it after the files before it, in whole blocks; then write the trailer, which lists it. */
static int store(struct target_raw *r, const struct target_file *f)
{
	uint64_t size = raw_trailer_at(r->size) - r->files_end;
	struct raw_file *e = file_entry(&r->trailer, f->name);
	struct stat st;
	int rc;

	if (!e || fstat(f->fd, &st) < 0)
		return fail(-ENOSPC, "%s: no space left for it", f->name);
	if ((uint64_t)st.st_size > size) {
		console_log("%s is cut: the device keeps %ju MiB for logs", f->name,
			    (uintmax_t)(RAW_FILES >> 20));
		st.st_size = (off_t)size;
	}
	rc = copy_to_device(r, f->fd, (uint64_t)st.st_size, r->files_end);
	if (rc < 0)
		return rc;
	*e = (struct raw_file){ .off = r->files_end, .len = (uint64_t)st.st_size };
	snprintf(e->name, sizeof(e->name), "%.63s", f->name);
	r->files_end += (e->len + RAW_BLOCK - 1) / RAW_BLOCK * RAW_BLOCK;
	return raw_trailer_write(r->fd, r->size, &r->trailer);
}

static int close_core(struct target_raw *r, struct target_file *f, enum file_end end,
		      const struct deadline *by)
{
	struct raw_trailer *tr = &r->trailer;
	int rc = raw_pump_end(r, f, by), trailer;

	tr->state = end == FILE_NOTHING ? RAW_EMPTY : RAW_PARTIAL;
	if (end == FILE_DONE && rc == 0)
		tr->state = RAW_COMPLETE;
	trailer = raw_trailer_write(r->fd, r->size, tr);
	return rc < 0 ? rc : trailer;
}

static int raw_close(struct target *t, struct target_file *f, enum file_end end,
		     const struct deadline *by)
{
	struct target_raw *r = raw_of(t);
	int rc = 0;

	if (f->how & FILE_CORE) {
		rc = close_core(r, f, end, by);
	} else {
		if (end != FILE_NOTHING)
			rc = store(r, f);
		if (f->fd >= 0)
			close(f->fd);
	}
	f->fd = -1;
	return rc < 0 ? fail(rc, "%s", t->address) : 0;
}

static void raw_down(struct target *t, const struct deadline *by)
{
	struct target_raw *r = raw_of(t);

	(void)by;
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
}

static void raw_free(struct target *t)
{
	struct target_raw *r = raw_of(t);

	if (r->pumped)
		munmap(r->pumped, sizeof(*r->pumped));
	free(r);
}

static const struct target_ops raw_ops = {
	.kind = "raw",
	.stream = true,
	.fixed = true,
	.up = raw_up,
	.space = raw_space,
	.begin = raw_begin,
	.open = raw_open,
	.close = raw_close,
	.down = raw_down,
	.free = raw_free,
};

int target_raw_new(const struct target_cfg *cfg, struct target **out)
{
	struct target_raw *r;

	if (cfg->spec->nr_devices == 0)
		return fail_adopt(-EINVAL, "the image does not say which device it is; rebuild it");
	r = calloc(1, sizeof(*r));
	if (!r)
		return fail(-ENOMEM, "target");
	r->base = (struct target){ .ops = &raw_ops, .cfg = *cfg };
	r->fd = -1;
	text_set(r->base.address, sizeof(r->base.address), "%s (raw)", cfg->spec->source);
	*out = &r->base;
	return 0;
}
