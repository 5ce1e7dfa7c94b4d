/* SPDX-License-Identifier: GPL-2.0-or-later */
/* estimate.c - the size of a dump from some of its pages, and what its file system has free */
#include "estimate.h"

#include "base/err.h"
#include "base/human.h"
#include "base/log.h"
#include "filter/cursor.h"
#include "filter/keepmap.h"
#include "pack/packer.h"
#include "summary/progress.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define SPACE_SAMPLE 2048 /* pages: 8 MiB; the mean is off by a few per cent */

/* The pages of one block that are in a row that is due, by their rank among all kept pages. */
static void thin_block(const uint64_t word[KEEPMAP_WORDS], uint64_t first, uint64_t *rank,
		       uint64_t step, struct keepmap *out)
{
	for (unsigned w = 0; w < KEEPMAP_WORDS; w++) {
		for (uint64_t bits = word[w]; bits; bits &= bits - 1) {
			if ((*rank)++ / SAMPLE_ROW % step == 0)
				keepmap_set(out, first + 64 * w + (unsigned)__builtin_ctzll(bits),
					    1);
		}
	}
}

/*
 * At most nr of the pages in sel, in rows spread evenly, in a map of its own; the caller closes it.
 * nr is at least SAMPLE_ROW.
 */
static int sample_map(const struct selection *sel, uint64_t nr, struct keepmap **out)
{
	uint64_t rows = (sel->nr_keep + SAMPLE_ROW - 1) / SAMPLE_ROW, due = nr / SAMPLE_ROW;
	uint64_t step = due ? (rows + due - 1) / due : rows + 1, rank = 0;
	uint64_t nr_blocks = (keepmap_nr_pfn(sel->keep) + KEEPMAP_BLOCK - 1) / KEEPMAP_BLOCK;
	int rc = keepmap_open(keepmap_nr_pfn(sel->keep), out);

	if (rc < 0)
		return fail(rc, "map of the sample");
	for (uint64_t b = 0; b < nr_blocks; b++) {
		uint64_t word[KEEPMAP_WORDS];

		if (keepmap_block_empty(sel->keep, b))
			continue;
		keepmap_block(sel->keep, b, word);
		thin_block(word, b * KEEPMAP_BLOCK, &rank, step, *out);
	}
	return 0;
}

int sample_selection(struct selection *sel, uint64_t nr)
{
	struct keepmap *thin;
	int rc;

	if (nr == 0 || sel->nr_keep <= nr)
		return 0;
	rc = sample_map(sel, nr, &thin);
	if (rc < 0)
		return rc;
	keepmap_close(sel->keep);
	sel->keep = thin;
	sel->nr_keep = keepmap_count(thin);
	return 0;
}

/* Bytes the pages of the selection take, stored; *nr: how many they are. */
static int pack_pages(const struct dump_cfg *cfg, const struct selection *sel, uint64_t *nr,
		      uint64_t *bytes)
{
	const struct packer_cfg packer_cfg = {
		.src = cfg->src,
		.codec = cfg->codec,
		.codec_level = cfg->codec_level,
		.page_shift = cfg->page_shift,
		.recompress = cfg->recompress,
	};
	struct packer *p = NULL;
	struct batch *b = NULL;
	struct cursor at;
	int rc = batch_open(cfg->page_shift, &b);

	if (rc == 0)
		rc = packer_open(&packer_cfg, &p);
	cursor_init(&at, sel, NULL);
	*nr = *bytes = 0;
	while (rc == 0 && cursor_fill(&at, b)) {
		rc = packer_run(p, b);
		*nr += b->nr;
		*bytes += b->len;
	}
	packer_close(p);
	batch_close(b);
	return rc;
}

/* Mean size of a page of the dump in bytes, from some of them. -ENOMEM. */
static int mean_size(const struct dump_cfg *cfg, double *out)
{
	struct selection thin = *cfg->selection;
	uint64_t read, stored;
	int rc = sample_map(cfg->selection, SPACE_SAMPLE, &thin.keep);

	if (rc < 0)
		return rc;
	rc = pack_pages(cfg, &thin, &read, &stored);
	keepmap_close(thin.keep);
	*out = rc == 0 && read ? (double)stored / (double)read : 0;
	return rc;
}

/* The file system that a file is going to be in, by its folder; or the device that it is. */
struct space_target {
	char dir[PATH_MAX];
	dev_t dev;
	uint64_t have;
};

static int find_device(const char *path, const struct stat *st, struct space_target *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);

	if (fd >= 0)
		close(fd);
	snprintf(out->dir, sizeof(out->dir), "%s", path);
	out->dev = st->st_rdev;
	out->have = (uint64_t)size;
	return size < 0 ? -EIO : 0;
}

/* -ENODEV: a pipe, which is never full. */
static int find_target(const char *path, struct space_target *out)
{
	char copy[PATH_MAX];
	struct statvfs fs;
	struct stat st;

	if (stat(path, &st) == 0 && S_ISBLK(st.st_mode))
		return find_device(path, &st, out);
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return -ENODEV;
	snprintf(copy, sizeof(copy), "%s", path);
	snprintf(out->dir, sizeof(out->dir), "%s", dirname(copy));
	if (statvfs(out->dir, &fs) < 0 || stat(out->dir, &st) < 0)
		return -errno;
	out->dev = st.st_dev;
	out->have = (uint64_t)fs.f_bavail * fs.f_frsize;
	return 0;
}

/* Warn if what is going to t, up to most bytes with nr pages, is not likely to fit. */
static void check_target(const struct space_target *t, uint64_t most, uint64_t nr,
			 const struct dump_cfg *cfg)
{
	char a[HUMAN_MAX], b[HUMAN_MAX];
	uint64_t likely;
	double mean;

	if (most <= t->have)
		return;
	if (mean_size(cfg, &mean) < 0) {
		log_msg(LOG_ERROR, "%s has %s free; the dump, up to %s uncompressed, may not fit",
			t->dir, human_bytes(a, t->have), human_bytes(b, most));
		fail_clear();
		return;
	}
	likely = most - (nr << cfg->page_shift) + (uint64_t)((double)nr * mean);
	if (likely > t->have)
		log_msg(LOG_ERROR,
			"%s has %s free, the dump needs about %s: it is likely to be cut short; "
			"what matters most is written first",
			t->dir, human_bytes(a, t->have), human_bytes(b, likely));
}

void space_check(const struct space_file *file, unsigned nr, const struct dump_cfg *cfg)
{
	for (unsigned i = 0; i < nr; i++) {
		uint64_t most = 0, pages = 0;
		struct space_target t, other;
		bool again = false;

		if (find_target(file[i].path, &t) < 0)
			continue;
		for (unsigned k = 0; k < nr; k++) {
			if (find_target(file[k].path, &other) < 0 || other.dev != t.dev)
				continue;
			again |= k < i;
			most += file[k].most;
			pages += file[k].nr;
		}
		if (!again)
			check_target(&t, most, pages, cfg);
	}
}
