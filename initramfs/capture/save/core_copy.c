/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * core_copy.c - the last resort: copy /proc/vmcore as it is, an ELF core
 *
 * A program of its own (argv[0] is CORE_COPY_NAME):
 *
 *     kdump-copy [--progress-fd=N] [--checksums=FILE] SOURCE [DEST]
 *
 * Pages that cannot be read become zeros; pages of zeros become holes.
 */
#include "initramfs/capture/save/save_core.h"

#include "base/err.h"
#include "base/exit_code.h"
#include "base/xsum.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PIECE (1u << 20)

struct copy {
	int from, to, progress;
	bool seekable;
	uint64_t size, done, unread;
	uint64_t reported;
	char *buf;
	const char *sums;  /* where the checksum goes; NULL: none is taken */
	struct xsum *xsum; /* of the done bytes */
};

static void report(struct copy *k, bool last)
{
	uint64_t now = clock_ns();
	char line[128];
	int n;

	if (k->progress < 0 || (!last && now - k->reported < CLOCK_NS_PER_S))
		return;
	k->reported = now;
	n = snprintf(line, sizeof(line), "Copying-memory %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
		     k->done, k->size, k->done);
	(void)!write(k->progress, line, (size_t)n);
}

/* Read a piece; where that fails, read page by page, with zeros for bad pages. */
static size_t read_piece(struct copy *k)
{
	size_t want = k->size - k->done < PIECE ? (size_t)(k->size - k->done) : PIECE, have = 0;

	while (have < want) {
		ssize_t n = pread(k->from, k->buf + have, want - have, (off_t)(k->done + have));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			size_t bad = want - have < 4096 ? want - have : 4096;

			memset(k->buf + have, 0, bad);
			have += bad;
			k->unread += bad;
		} else {
			have += (size_t)n;
		}
	}
	return have;
}

static bool is_zero(const char *p, size_t len)
{
	return len > 0 && p[0] == 0 && memcmp(p, p + 1, len - 1) == 0;
}

static int write_piece(struct copy *k, size_t len)
{
	const char *p = k->buf;

	if (k->seekable && is_zero(p, len))
		return lseek(k->to, (off_t)len, SEEK_CUR) < 0 ? fail(-errno, "seek") : 0;
	while (len > 0) {
		ssize_t n = write(k->to, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fail(n < 0 ? -errno : -EIO, "write at %" PRIu64, k->done);
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Write back and drop the cached pages: the capture kernel has little memory. */
static void let_go(struct copy *k, uint64_t from)
{
	if (!k->seekable)
		return;
	(void)sync_file_range(k->to, (off_t)from, PIECE,
			      SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
				      SYNC_FILE_RANGE_WAIT_AFTER);
	(void)posix_fadvise(k->to, (off_t)from, PIECE, POSIX_FADV_DONTNEED);
}

static int copy_all(struct copy *k)
{
	int rc = 0;

	while (rc == 0 && k->done < k->size) {
		size_t len = read_piece(k);

		rc = write_piece(k, len);
		let_go(k, k->done);
		if (rc == 0 && k->xsum)
			xsum_add(k->xsum, k->buf, len);
		if (rc == 0)
			k->done += len;
		report(k, false);
	}
	if (rc == 0 && k->seekable && ftruncate(k->to, (off_t)k->size) < 0)
		rc = fail(-errno, "set the size");
	report(k, true);
	return rc;
}

static int open_both(struct copy *k, const char *source, const char *dest)
{
	struct stat st;

	k->from = open(source, O_RDONLY | O_CLOEXEC);
	if (k->from < 0 || fstat(k->from, &st) < 0)
		return fail(-errno, "open %s", source);
	k->size = (uint64_t)st.st_size;
	k->seekable = dest != NULL;
	k->to = dest ? open(dest, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)
		     : STDOUT_FILENO;
	if (k->to < 0)
		return fail(-errno, "create %s", dest);
	k->buf = malloc(PIECE);
	if (k->sums && xsum_open(&k->xsum) < 0)
		fail_clear(); /* then there is none */
	return k->buf ? 0 : fail(-ENOMEM, "copy");
}

/* Of what was written, as the collector's --checksums. Without it there is none. */
static void put_sums(struct copy *k)
{
	FILE *f = k->xsum && k->done ? fopen(k->sums, "we") : NULL;
	char text[XSUM_TEXT];

	if (f) {
		xsum_text(k->xsum, text);
		fprintf(f, "{\"kind\":\"whole\",\"bytes\":%" PRIu64 ",\"xxh3_128\":\"%s\"}",
			k->done, text);
		(void)fclose(f);
	}
	xsum_close(k->xsum);
}

/* The options; returns the index of the first operand. */
static int take_options(struct copy *k, int argc, char **argv)
{
	int at = 1;

	for (; at < argc && argv[at][0] == '-' && argv[at][1]; at++) {
		if (strncmp(argv[at], "--progress-fd=", 14) == 0)
			k->progress = atoi(argv[at] + 14);
		else if (strncmp(argv[at], "--checksums=", 12) == 0)
			k->sums = argv[at] + 12;
		else
			return argc;
	}
	return at;
}

int core_copy_main(int argc, char **argv)
{
	struct copy k = { .progress = -1 };
	int at = take_options(&k, argc, argv), rc;

	if (argc - at < 1 || argc - at > 2) {
		fprintf(stderr, "usage: %s [--progress-fd=N] [--checksums=FILE] SOURCE [DEST]\n",
			CORE_COPY_NAME);
		return EXIT_CODE_USAGE;
	}
	rc = open_both(&k, argv[at], argv[at + 1]);
	if (rc == 0)
		rc = copy_all(&k);
	put_sums(&k);
	if (rc < 0)
		fprintf(stderr, "%s: %s\n", CORE_COPY_NAME, fail_text());
	if (k.unread)
		fprintf(stderr, "%s: %" PRIu64 " bytes could not be read; they are zero\n",
			CORE_COPY_NAME, k.unread);
	free(k.buf);
	return rc < 0 ? EXIT_CODE_NOTHING : EXIT_CODE_COMPLETE;
}
