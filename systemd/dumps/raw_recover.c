/* SPDX-License-Identifier: GPL-2.0-or-later */
/* raw_recover.c - move a dump from the raw device into a directory */
#include "systemd/dumps/after_crash.h"

#include "base/beneath.h"
#include "base/dumpfile.h"
#include "base/err.h"
#include "base/io.h"
#include "base/util.h"
#include "base/run.h"
#include "base/sealed_magic.h"
#include "initramfs/plan/raw_area.h"
#include "systemd/dumps/keep.h"
#include "systemd/files.h"
#include "systemd/dumps/raw_stream.h"
#include "systemd/message.h"

#include <fcntl.h>
#include <inttypes.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

/* Not the name of a dump: its content was never finished. */
#define COPY_SIZE    ((size_t)256 << 10)

/* Longer than headers and bitmaps of a dump of 1 TiB. */
#define SHORT_STREAM (64u << 20)
#define PART	     "/.kdump-raw"

/* What is on the device. */
struct raw_area {
	int fd;
	uint64_t size;
	bool known; /* the capture's trailer is there */
	struct raw_trailer trailer;
	uint64_t stream; /* at most so many bytes; 0: there is no stream */
};

static bool has_stream(int fd)
{
	char magic[sizeof(FLAT_MAGIC)] = "";

	return pread(fd, magic, sizeof(magic), 0) == sizeof(magic) &&
	       memcmp(magic, FLAT_MAGIC, sizeof(magic)) == 0;
}

/* rm -rf; keeps the message of the failure that led here. */
static void drop_dir(const struct ctl *ctl, const char *dir)
{
	char full[FILES_PATH_MAX];
	const char *const argv[] = { "rm", "-rf", "--", full, NULL };
	struct err_saved why;

	err_save(&why, 0);
	if (files_path(ctl->root, dir, full) == 0)
		(void)run_must(&(struct run_cfg){ .argv = argv });
	err_restore(&why);
}

/* Dump directories are created 0700. Remove what an interrupted start left. */
static int make_part(const struct ctl *ctl, char part[CTL_PATH_MAX])
{
	char full[FILES_PATH_MAX];
	int rc = files_mkdir(ctl->root, ctl->config.path, 0755);

	if (snprintf(part, CTL_PATH_MAX, "%s" PART, ctl->config.path) >= CTL_PATH_MAX)
		return fail(-ENAMETOOLONG, "%s", ctl->config.path);
	if (rc == 0)
		rc = files_path(ctl->root, part, full);
	if (rc == 0 && files_exist(ctl->root, part))
		drop_dir(ctl, part);
	if (rc == 0 && mkdir(full, 0700) < 0)
		rc = fail(-errno, "make directory %s", full);
	return rc;
}

/* The name in the trailer is untrusted: it must not lead out of the directory. To dir. */
static int choose_name(const struct ctl *ctl, const struct raw_trailer *t, char *dir)
{
	time_t when = t->time ? (time_t)t->time : time(NULL);
	char stamp[32] = "", name[RAW_NAME_MAX + 40];
	struct tm tm;
	int n;

	if (localtime_r(&when, &tm))
		strftime(stamp, sizeof(stamp), "%Y-%m-%d-%H:%M:%S", &tm);
	if (t->host[0] && t->host[0] != '.' && !strchr(t->host, '/'))
		snprintf(name, sizeof(name), "%s", t->host);
	else
		snprintf(name, sizeof(name), "raw-%s", stamp);
	n = snprintf(dir, CTL_PATH_MAX, "%s/%s", ctl->config.path, name);
	/* A dump of this name exists if it was saved but the device could not be wiped. */
	for (unsigned i = 1; n < CTL_PATH_MAX && files_exist(ctl->root, dir); i++)
		n = snprintf(dir, CTL_PATH_MAX, "%s/%s-%u", ctl->config.path, name, i);
	return n < CTL_PATH_MAX ? 0 : fail(-ENAMETOOLONG, "%s/%s", ctl->config.path, name);
}

static int synced(int rc, const char *what)
{
	return rc < 0 ? fail(rc, "sync %s", what) : 0;
}

static int copy_file(int fd, const struct raw_file *f, int dirfd)
{
	char *data = malloc(f->len + 1);
	int out = -1, rc = 0;

	if (!data || strchr(f->name, '/') || f->name[0] == '.')
		rc = fail(data ? -EBADMSG : -ENOMEM, "small file on the raw device");
	if (rc == 0 && pread(fd, data, f->len, (off_t)f->off) != (ssize_t)f->len)
		rc = fail(-EIO, "read %s from the device", f->name);
	if (rc == 0) {
		out = open_beneath(dirfd, f->name, O_WRONLY | O_CREAT | O_EXCL);
		rc = out < 0 ? fail(out, "create %s", f->name) : io_pwrite(out, data, f->len, 0);
	}
	if (rc == 0)
		rc = synced(io_sync(out), f->name);
	if (out >= 0)
		close(out);
	free(data);
	return rc;
}

static int copy_files(const struct raw_area *raw, int dirfd)
{
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < raw->trailer.nr_files; i++)
		rc = copy_file(raw->fd, &raw->trailer.files[i], dirfd);
	return rc;
}

/* With a trailer the size is known; a partial copy would be useless. */
static int check_space(const struct raw_area *raw, int dirfd)
{
	struct statvfs vfs;
	uint64_t available;

	if (!raw->known || fstatvfs(dirfd, &vfs) < 0)
		return 0;
	available = (uint64_t)vfs.f_bavail * vfs.f_frsize;
	if (available >= raw->stream)
		return 0;
	return fail(-ENOSPC,
		    "the dump has %" PRIu64 " MB, and %" PRIu64
		    " MB are free; free some space and run "
		    "\"kdumpctl restart\"",
		    raw->stream >> 20, available >> 20);
}

/* The stream as it is on the device, by its recorded length. */
static int copy_bytes(const struct raw_area *raw, int dirfd, const char *name)
{
	int out = openat(dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), rc = 0;
	char *buf = out < 0 ? NULL : malloc(COPY_SIZE);
	uint64_t pos = 0;

	if (!buf)
		rc = out < 0 ? fail(-errno, "create %s", name) : fail(-ENOMEM, "%s", name);
	while (rc == 0 && pos < raw->stream) {
		uint64_t left = raw->stream - pos;
		ssize_t n = pread(raw->fd, buf, left < COPY_SIZE ? (size_t)left : COPY_SIZE,
				  (off_t)pos);

		rc = n > 0 ? io_pwrite(out, buf, (size_t)n, pos)
			   : fail(n < 0 ? -errno : -EIO, "read the dump on the device");
		pos += n > 0 ? (uint64_t)n : 0;
	}
	if (rc == 0)
		rc = synced(io_sync(out), name);
	if (out >= 0)
		close(out);
	free(buf);
	return rc;
}

/* 1 if it was cut. */
static int copy_sealed(const struct raw_area *raw, int dirfd)
{
	bool whole = raw->trailer.state == RAW_COMPLETE;
	int rc = copy_bytes(raw, dirfd, whole ? "vmcore.age" : "vmcore.age-incomplete");

	return rc < 0 ? rc : !whole;
}

/*
 * A capture that died early leaves less than the headers of a dump, of which no reader makes
 * anything. Its log must not stay on the device because of that: whatever is there is copied.
 */
static bool is_short(const struct raw_area *raw)
{
	return raw->known && raw->trailer.state != RAW_COMPLETE && raw->stream <= SHORT_STREAM;
}

/* A part of the stream was saved: 1, or an error if the capture wrote all of it. */
static int salvaged(const struct raw_area *raw)
{
	char why[ERR_MESSAGE_MAX];

	snprintf(why, sizeof(why), "%s", fail_text());
	fail_clear();
	if (raw->trailer.state != RAW_COMPLETE)
		return 1;
	return fail_set(-EIO, "the dump is complete, but only a part of it could be copied: %s",
			why);
}

static int copy_stream(const struct ctl *ctl, const struct raw_area *raw, int dirfd,
		       const char *part)
{
	char full[FILES_PATH_MAX], core[FILES_PATH_MAX + 16];
	struct restore r = {
		.collector = ctl->collector, .fd = raw->fd, .len = raw->stream, .core = core
	};
	int rc = files_path(ctl->root, part, full);

	snprintf(core, sizeof(core), "%s/vmcore", full);
	if (rc == 0)
		rc = check_space(raw, dirfd);
	if (rc < 0)
		return rc;
	message_status("Saving the dump on the raw device to %s", ctl->config.path);
	message_busy(RESTORE_SECONDS);
	if (sealed_magic_of(raw->fd))
		return copy_sealed(raw, dirfd);
	rc = restore_stream(&r);
	if (rc < 0 && is_short(raw)) {
		rc = copy_bytes(raw, dirfd, "vmcore.flat-incomplete");
		return rc < 0 ? rc : 1;
	}
	return rc == 1 ? salvaged(raw) : rc;
}

/* Copy and sync everything: 1 if the stream was truncated. */
static int copy_all(const struct ctl *ctl, const struct raw_area *raw, const char *part)
{
	char full[FILES_PATH_MAX];
	int rc = files_path(ctl->root, part, full), dirfd, cut = 0;

	if (rc < 0)
		return rc;
	dirfd = open(full, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dirfd < 0)
		return fail(-errno, "open %s", full);
	rc = copy_files(raw, dirfd);
	if (rc == 0 && raw->stream)
		rc = cut = copy_stream(ctl, raw, dirfd, part);
	if (rc >= 0)
		rc = synced(io_sync_fs(dirfd), full);
	close(dirfd);
	return rc < 0 ? rc : cut;
}

/* The incomplete core in dir, by the names that copy_stream() gives. */
static const char *part_name(const struct ctl *ctl, const char *dir)
{
	static const char *const names[] = { "vmcore.flat-incomplete", "vmcore.age-incomplete" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char path[CTL_PATH_MAX + 32];

		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		if (files_exist(ctl->root, path))
			return names[i];
	}
	return "vmcore-incomplete";
}

static void warned_of_cut(const struct ctl *ctl, const struct raw_area *raw, const char *dir)
{
	if (raw->stream)
		message_warn("the dump on the device is truncated; what it has was saved as "
			     "%s/%s",
			     dir, part_name(ctl, dir));
	else
		message_warn(
			"the dump on the device is truncated near its beginning; only the logs "
			"were saved, in %s",
			dir);
}

/* keep_dumps counts the dump where it goes to; name: it is there, NULL: before. */
static void keep(const struct ctl *ctl, const struct raw_area *raw, const char *name)
{
	char full[FILES_PATH_MAX];
	int fd = files_path(ctl->root, ctl->config.path, full) < 0
			 ? -1
			 : open(full, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		fail_clear();
	else if (name)
		keep_after(ctl, fd, name);
	else
		keep_before(ctl, fd, raw->known ? raw->stream : 0);
	if (fd >= 0)
		close(fd);
}

static int take_off(struct ctl *ctl, const struct raw_area *raw, char *dir)
{
	char part[CTL_PATH_MAX];
	int rc = make_part(ctl, part), cut;

	if (rc < 0)
		return rc;
	keep(ctl, raw, NULL);
	rc = cut = copy_all(ctl, raw, part);
	if (rc >= 0)
		rc = choose_name(ctl, &raw->trailer, dir);
	if (rc == 0)
		rc = files_rename(ctl->root, part, dir);
	if (rc < 0) { /* the device still has all of it */
		drop_dir(ctl, files_exist(ctl->root, part) ? part : dir);
		return rc;
	}
	keep(ctl, raw, strrchr(dir, '/') + 1);
	if (cut || (raw->stream == 0 && raw->trailer.state != RAW_EMPTY))
		warned_of_cut(ctl, raw, dir);
	rc = raw_wipe(raw->fd, raw->size);
	return rc < 0 ? rc : 1;
}

/* Without a trailer it is the stream of another program, which has its own end mark. */
static int look_at(struct raw_area *raw)
{
	int found = raw_trailer_read(raw->fd, raw->size, &raw->trailer);

	if (found < 0)
		return found;
	raw->known = found > 0;
	if (!raw->known)
		raw->trailer = (struct raw_trailer){ .state = RAW_PARTIAL };
	/* The length of an encrypted one is recorded; without that it is not opened. */
	if (has_stream(raw->fd) || (raw->known && sealed_magic_of(raw->fd)))
		raw->stream = raw->known ? raw->trailer.stream_len : raw->size;
	return raw->stream || raw->trailer.nr_files;
}

int after_crash_raw(struct ctl *ctl, const struct target_access *access, char *dir)
{
	struct raw_area raw = { .fd = open(access->device, O_RDWR | O_EXCL | O_CLOEXEC) };
	int rc;

	if (raw.fd < 0)
		return fail(-errno, "open %s", access->device);
	if (ioctl(raw.fd, BLKGETSIZE64, &raw.size) < 0)
		rc = fail(-errno, "size of %s", access->device);
	else
		rc = look_at(&raw);
	if (rc > 0)
		rc = take_off(ctl, &raw, dir);
	close(raw.fd);
	return rc;
}
