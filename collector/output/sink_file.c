/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sink_file.c - a file in a mounted directory, a block device, /dev/null
 *
 * A regular file is born as <path>-incomplete and renamed at commit. The other
 * kinds are written as they are: there is nothing to rename.
 */
#include "output/sink.h"

#include "base/err.h"
#include "base/io.h"
#include "base/util.h"

#include <fcntl.h>
#include <libgen.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

/* Dirty pages take scarce memory: at most two such pieces of them. */
#define PIECE	   (4u << 20)

#define FIFO_TRIES 150 /* of 20 ms */

struct file_sink {
	struct sink base;
	int fd;
	int dirfd;  /* -1 unless it is a regular file */
	char *path; /* as given */
	char *tmp;  /* where the bytes are until commit; path itself if they stay */
	bool overwrite;
	bool writeback;	  /* sync_file_range is of use */
	uint64_t leaving; /* start of the piece being written back */
	uint64_t piece;	  /* of the one being filled */
	uint64_t next;	  /* the end of that */
	bool remote;	  /* a server: an error may be about bytes it took long ago */
	bool doubtful;	  /* bytes from leaving on may be lost */
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool sink_file_marked(const char *path)
{
	size_t len = strlen(path), mark = strlen(SINK_FILE_MARK);

	return len >= mark && strcmp(path + len - mark, SINK_FILE_MARK) == 0;
}

/*
 * Wait for the piece before the last one and forget its pages; by then the
 * disk has had time for it. The only errors that matter are lost writes.
 */
static int retire(struct file_sink *f, uint64_t off, uint64_t len)
{
	const unsigned all =
		SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;

	if (sync_file_range(f->fd, (off_t)off, (off_t)len, all) < 0) {
		if (errno == EIO || errno == ENOSPC || errno == EDQUOT) {
			f->doubtful = true;
			f->leaving = off;
			return fail(-errno, "%s: write back", f->tmp);
		}
		f->writeback = false;
	}
	(void)posix_fadvise(f->fd, (off_t)off, (off_t)len, POSIX_FADV_DONTNEED);
	return 0;
}

static void start_write_back(const struct file_sink *f, uint64_t off, uint64_t len)
{
	(void)sync_file_range(f->fd, (off_t)off, (off_t)len, SYNC_FILE_RANGE_WRITE);
}

/* A gap of the size of a piece: what lies before it is waited for, as nothing else would do so. */
static int skip_gap(struct file_sink *f, uint64_t off)
{
	uint64_t leaving = f->leaving, len = f->next - f->leaving;

	f->leaving = f->piece = f->next = off;
	return len > 0 ? retire(f, leaving, len) : 0;
}

/*
 *     ... on disk | being written back | being filled |
 *                 leaving              piece          next
 *
 * Pages of zeros leave gaps in an ELF core: small ones are part of a piece.
 */
static int write_back(struct file_sink *f, uint64_t off, uint64_t len)
{
	uint64_t leaving;

	if (off < f->next) { /* a block of descriptors between the data */
		start_write_back(f, off, len);
		return 0;
	}
	if (off - f->piece >= PIECE && off > f->next) {
		int rc = skip_gap(f, off);

		if (rc < 0)
			return rc;
	}
	f->next = off + len;
	if (f->next - f->piece < PIECE)
		return 0;
	start_write_back(f, f->piece, f->next - f->piece);
	len = f->piece - f->leaving;
	leaving = f->leaving;
	f->leaving = f->piece;
	f->piece = f->next;
	return len > 0 ? retire(f, leaving, len) : 0;
}

static int file_write_at(struct sink *s, uint64_t off, const void *buf, size_t len)
{
	struct file_sink *f = container_of(s, struct file_sink, base);
	int rc = io_pwrite_some(f->fd, buf, len, off, &s->taken);

	if (rc < 0) {
		f->doubtful |= f->remote;
		return fail(rc, "%s", f->tmp);
	}
	return f->writeback ? write_back(f, off, len) : 0;
}

static int file_reserve(struct sink *s, uint64_t off, uint64_t len)
{
	struct file_sink *f = container_of(s, struct file_sink, base);
	int rc;

	if (f->dirfd < 0 || len == 0)
		return 0;
	do
		rc = fallocate(f->fd, 0, (off_t)off, (off_t)len) < 0 ? -errno : 0;
	while (rc == -EINTR);
	if (rc == -ENOSPC || rc == -EDQUOT || rc == -EFBIG || rc == -EIO)
		return fail(rc, "%s: reserve %ju bytes", f->tmp, (uintmax_t)len);
	return 0; /* not every file system can */
}

/* /dev/null has nothing to sync and says EINVAL. */
static int file_sync(struct sink *s)
{
	struct file_sink *f = container_of(s, struct file_sink, base);

	int rc = io_sync_data(f->fd);

	if (rc < 0 && rc != -EINVAL) {
		f->doubtful = true;
		return fail(rc, "%s: sync", f->tmp);
	}
	f->leaving = f->piece = f->next;
	return 0;
}

/* UINT64_MAX: unknown, since the file system cannot write back a range; see cut_lost. */
static uint64_t file_sure(const struct sink *s)
{
	const struct file_sink *f = container_of(s, const struct file_sink, base);

	return f->dirfd >= 0 && f->writeback ? f->leaving : UINT64_MAX;
}

static int file_cut_lost(struct sink *s, uint64_t *out)
{
	struct file_sink *f = container_of(s, struct file_sink, base);
	struct stat sb;

	if (fstat(f->fd, &sb) < 0)
		return -errno;
	if (!S_ISREG(sb.st_mode))
		return -EOPNOTSUPP;
	*out = (uint64_t)sb.st_size;
	/* The kernel reports lost bytes only once, and does not say where they were. */
	if (f->doubtful && f->writeback && f->leaving < *out) {
		*out = f->leaving;
		(void)!ftruncate(f->fd, (off_t)*out);
	}
	return 0;
}

/* Another file got this name meanwhile: keep both it and the dump. */
static int publish_new(struct file_sink *f, const char *tmp, const char *name)
{
	int rc = io_publish_new(f->fd, f->dirfd, tmp, name);

	if (rc != -EEXIST)
		return rc;
	fail_adopt(rc, "somebody made a file of that name meanwhile");
	return fail(rc, "%s is complete, but cannot be named %s", f->tmp, f->path);
}

static int file_commit(struct sink *s)
{
	struct file_sink *f = container_of(s, struct file_sink, base);
	const char *tmp = base_name(f->tmp), *name = base_name(f->path);

	if (f->dirfd < 0)
		return file_sync(s);
	if (f->overwrite || f->tmp == f->path) /* renaming a name to itself changes nothing */
		return io_publish(f->fd, f->dirfd, tmp, name);
	return publish_new(f, tmp, name);
}

static void file_retract(struct sink *s)
{
	struct file_sink *f = container_of(s, struct file_sink, base);

	if (f->dirfd >= 0 && f->tmp != f->path)
		io_unpublish(f->dirfd, base_name(f->tmp), base_name(f->path));
}

static void file_discard(struct sink *s)
{
	struct file_sink *f = container_of(s, struct file_sink, base);

	if (f->dirfd >= 0 && f->fd >= 0 && io_has_name(f->fd, f->dirfd, base_name(f->tmp)))
		(void)unlinkat(f->dirfd, base_name(f->tmp), 0);
}

static void file_close(struct sink *s)
{
	struct file_sink *f = container_of(s, struct file_sink, base);

	if (f->fd >= 0)
		close(f->fd);
	if (f->dirfd >= 0)
		close(f->dirfd);
	if (f->tmp != f->path)
		free(f->tmp);
	free(f->path);
	free(f);
}

static const struct sink_ops file_ops = {
	.kind = "file",
	.write_at = file_write_at,
	.reserve = file_reserve,
	.sync = file_sync,
	.sure = file_sure,
	.cut_lost = file_cut_lost,
	.commit = file_commit,
	.retract = file_retract,
	.discard = file_discard,
	.close = file_close,
};

static int open_dir(struct file_sink *f)
{
	char *copy = strdup(f->path);
	int rc = 0;

	if (!copy)
		return fail(-ENOMEM, "open %s", f->path);
	f->dirfd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->dirfd < 0)
		rc = fail(-errno, "open the directory of %s", f->path);
	free(copy);
	return rc;
}

/* Only the user of the program can get this error; other callers overwrite. */
static int exists(const char *path)
{
	fail_adopt(-EEXIST, "it is there already; -f replaces it");
	return fail(-EEXIST, "create %s", path);
}

/* An old <path>-incomplete is removed, not truncated: another process may have it open. */
static int open_regular(struct file_sink *f)
{
	int rc = open_dir(f);
	struct statfs fs;

	if (rc < 0)
		return rc;
	if (!f->overwrite &&
	    faccessat(f->dirfd, base_name(f->path), F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return exists(f->path);
	if (!sink_file_marked(f->path) && asprintf(&f->tmp, "%s" SINK_FILE_MARK, f->path) < 0) {
		f->tmp = f->path;
		return fail(-ENOMEM, "create %s", f->path);
	}
	if (f->overwrite && unlinkat(f->dirfd, base_name(f->tmp), 0) < 0 && errno != ENOENT)
		return fail(-errno, "replace %s", f->tmp);
	f->fd = openat(f->dirfd, base_name(f->tmp), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (f->fd < 0)
		return errno == EEXIST ? exists(f->tmp) : fail(-errno, "create %s", f->tmp);
	f->writeback = true;
	f->remote = fstatfs(f->fd, &fs) == 0 && fs.f_type == NFS_SUPER_MAGIC;
	return 0;
}

/* A FIFO is open when somebody reads it: give a reader that was started beside us some time. */
static int open_fifo(const struct file_sink *f)
{
	const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };
	int fd, tries = FIFO_TRIES;

	while ((fd = open(f->path, O_WRONLY | O_CLOEXEC | O_NONBLOCK)) < 0 && errno == ENXIO &&
	       --tries > 0)
		(void)nanosleep(&pause, NULL);
	if (fd < 0 && errno == ENXIO)
		return fail_set(-ENXIO, "open %s: nobody reads this pipe", f->path);
	return fd < 0 ? fail(-errno, "open %s", f->path) : fd;
}

/* O_EXCL on a block device: busy if mounted, in a RAID, used as swap. */
static int open_device(struct file_sink *f, mode_t type)
{
	int how = S_ISBLK(type) ? O_EXCL : O_NONBLOCK;

	if (S_ISFIFO(type)) {
		f->base.seekable = false;
		f->fd = open_fifo(f);
		return f->fd < 0 ? f->fd : 0;
	}
	f->fd = open(f->path, O_WRONLY | O_CLOEXEC | O_NOCTTY | how);
	if (f->fd < 0)
		return fail(-errno, "open %s", f->path);
	f->writeback = f->base.stale = S_ISBLK(type);
	f->base.seekable = S_ISBLK(type) || lseek(f->fd, 0, SEEK_CUR) >= 0;
	return 0;
}

/* /dev/stdout and its kind: a file of that name would replace the link, for all programs. */
static bool is_descriptor(const char *path)
{
	char to[16];

	return readlink(path, to, sizeof(to)) > 6 && memcmp(to, "/proc/", 6) == 0;
}

static int open_any(struct file_sink *f)
{
	struct stat sb;

	if (stat(f->path, &sb) < 0) {
		if (errno != ENOENT)
			return fail(-errno, "%s", f->path);
		return open_regular(f);
	}
	if (S_ISDIR(sb.st_mode))
		return fail(-EISDIR, "create %s", f->path);
	if (S_ISREG(sb.st_mode) && is_descriptor(f->path))
		return fail_set(-EINVAL, "%s is an open file; write - for standard output",
				f->path);
	return S_ISREG(sb.st_mode) ? open_regular(f) : open_device(f, sb.st_mode);
}

/* A FIFO or a terminal: what stays of the file sink is its descriptor. */
static int become_stream(struct file_sink *f, struct sink **out)
{
	int fd = f->fd;

	f->fd = -1;
	file_close(&f->base);
	return sink_stream_open(fd, SINK_PATIENCE_MS, out);
}

int sink_file_open(const struct sink_file_cfg *cfg, struct sink **out)
{
	struct file_sink *f = calloc(1, sizeof(*f));
	char *path = strdup(cfg->path);
	int rc;

	if (!f || !path) {
		free(path);
		free(f);
		return fail(-ENOMEM, "open %s", cfg->path);
	}
	*f = (struct file_sink){ .fd = -1, .dirfd = -1, .path = path, .tmp = path };
	f->base = (struct sink){ .ops = &file_ops, .seekable = true };
	f->overwrite = cfg->overwrite;

	rc = open_any(f);
	if (rc < 0) {
		file_close(&f->base);
		return rc;
	}
	if (!f->base.seekable)
		return become_stream(f, out);
	*out = &f->base;
	return 0;
}
