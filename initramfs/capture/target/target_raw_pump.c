/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * target_raw_pump.c - copy from a pipe to the device, without the page cache
 *
 * The capture kernel has no memory for dirty pages, so write with O_DIRECT, in pieces of a
 * megabyte. After 1, 2, 4... 64 pieces, and then after every 64, the trailer is updated with the
 * length: if the machine is switched off in the middle, the dump has a known end.
 */
#include "initramfs/capture/target/target_raw.h"

#include "base/err.h"
#include "base/io.h"
#include "initramfs/capture/child.h"
#include "initramfs/capture/console.h"

#include <blkid/blkid.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PIECE	   (1u << 20)
#define NOTE_EVERY (64ull << 20)

static int signature(const struct target_raw *r, blkid_probe pr)
{
	const char *type = NULL;
	int rc;

	if (!pr || blkid_probe_set_device(pr, r->fd, 0, 0) < 0)
		return fail(-EIO, "read %s", r->node);
	blkid_probe_enable_superblocks(pr, 1);
	blkid_probe_enable_partitions(pr, 1);
	rc = blkid_do_safeprobe(pr);
	if (rc == 0 && blkid_probe_lookup_value(pr, "TYPE", &type, NULL) < 0 &&
	    blkid_probe_lookup_value(pr, "PTTYPE", &type, NULL) < 0)
		type = "a known signature";
	if (type)
		return fail_set(-EEXIST, "there is %.40s on the device", type);
	if (rc == -2) /* several that contradict each other */
		return fail_adopt(-EEXIST, "there are several kinds of data on the device");
	return rc < 0 ? fail(-EIO, "read %s", r->node) : 0;
}

int raw_signature(const struct target_raw *r)
{
	blkid_probe pr = blkid_new_probe();
	int rc = signature(r, pr);

	blkid_free_probe(pr);
	return rc;
}

/* Read a whole piece; only the last one may be shorter. */
static ssize_t fill(int from, char *piece)
{
	size_t have = 0;

	while (have < PIECE) {
		ssize_t n = read(from, piece + have, PIECE - have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		have += (size_t)n;
	}
	return (ssize_t)have;
}

/* Write it, padded to whole blocks. */
static int put(struct target_raw *r, int to, char *piece, size_t len)
{
	size_t whole = (len + RAW_BLOCK - 1) / RAW_BLOCK * RAW_BLOCK;

	if (r->pumped->bytes + whole > raw_files_at(r->size))
		return -ENOSPC;
	memset(piece + len, 0, whole - len);
	return io_pwrite(to, piece, whole, r->pumped->bytes);
}

/* Sync the data first: everything in the trailer must be on the device before it. */
static int note(struct target_raw *r, int to)
{
	if (fdatasync(to) < 0)
		return -errno;
	r->trailer.state = RAW_WRITING;
	r->trailer.stream_len = r->pumped->bytes;
	return raw_trailer_write(r->fd, r->size, &r->trailer);
}

/*
 * Each update seeks to the end of the device and back. The first pieces matter most, so update
 * often at the start.
 */
static uint64_t next_note(uint64_t at)
{
	return at < NOTE_EVERY ? at * 2 : at + NOTE_EVERY;
}

static int pump(struct target_raw *r, int from, int to)
{
	char *piece = mmap(NULL, PIECE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t due = PIECE;
	ssize_t n;
	int rc = piece == MAP_FAILED ? -ENOMEM : note(r, to);

	while (rc == 0 && (n = fill(from, piece)) != 0) {
		rc = n < 0 ? (int)n : put(r, to, piece, (size_t)n);
		if (rc < 0)
			break;
		r->pumped->bytes += (uint64_t)n;
		if (r->pumped->bytes >= due) {
			due = next_note(due);
			rc = note(r, to);
		}
	}
	if (rc == 0 && fdatasync(to) < 0)
		rc = -errno;
	return rc;
}

static void __attribute__((noreturn)) pump_and_exit(struct target_raw *r, int from)
{
	int to = open(r->node, O_WRONLY | O_DIRECT | O_CLOEXEC);

	(void)setpgid(0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)signal(SIGTERM, SIG_DFL);
	console_in_child();
	if (to < 0)
		to = r->fd;
	r->pumped->error = pump(r, from, to);
	_exit(r->pumped->error < 0);
}

static int share(struct target_raw *r)
{
	if (!r->pumped)
		r->pumped = mmap(NULL, sizeof(*r->pumped), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (r->pumped == MAP_FAILED) {
		r->pumped = NULL;
		return fail(-ENOMEM, "memory for the stream");
	}
	*r->pumped = (struct raw_pumped){ 0 };
	return 0;
}

int raw_pump_start(struct target_raw *r, struct target_file *out)
{
	int ends[2], rc = share(r);

	if (rc < 0)
		return rc;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return fail(-errno, "pipe for the stream");
	(void)fcntl(ends[1], F_SETPIPE_SZ, PIECE);
	out->pid = fork();
	if (out->pid == 0) {
		close(ends[1]);
		pump_and_exit(r, ends[0]);
	}
	close(ends[0]);
	if (out->pid < 0) {
		close(ends[1]);
		return fail(-EAGAIN, "a process for the stream");
	}
	out->fd = ends[1];
	return 0;
}

int raw_pump_end(struct target_raw *r, struct target_file *f, const struct deadline *by)
{
	struct child c = { .pid = f->pid };
	int status, rc;

	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
	rc = child_wait(&c, by, &status);
	r->trailer.stream_len = r->pumped->bytes;
	if (rc == 0 && r->pumped->error == -ENOSPC)
		return fail_adopt(-ENOSPC, "the device is full; a larger one or a higher dump "
					   "level (-d 31) is needed");
	if (rc == 0 && r->pumped->error < 0)
		return fail(r->pumped->error, "write the stream");
	return rc < 0 ? rc : child_check("the stream to the device", status);
}
