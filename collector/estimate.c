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
#include "sample.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <sys/statvfs.h>

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
	cursor_init(&at, sel);
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

int space_estimate(const struct dump_cfg *cfg, uint64_t most, uint64_t nr, uint64_t *bytes)
{
	struct selection thin = *cfg->selection;
	uint64_t read, stored;
	int rc = sample_map(cfg->selection, nr, &thin.keep);

	if (rc < 0)
		return rc;
	rc = pack_pages(cfg, &thin, &read, &stored);
	keepmap_close(thin.keep);
	if (rc < 0)
		return rc;
	*bytes = most - (cfg->selection->nr_keep << cfg->page_shift);
	if (read)
		*bytes +=
			(uint64_t)((double)cfg->selection->nr_keep / (double)read * (double)stored);
	return 0;
}

void space_check(const char *dump, const struct format *f, const struct dump_cfg *cfg,
		 const struct dump_info *info)
{
	uint64_t most = f->ops->max_size(info), likely, have;
	char path[PATH_MAX], a[HUMAN_MAX], b[HUMAN_MAX];
	const char *dir;
	struct statvfs fs;

	snprintf(path, sizeof(path), "%s", dump);
	dir = dirname(path);
	if (statvfs(dir, &fs) < 0)
		return;
	have = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (most <= have)
		return;
	if (space_estimate(cfg, most, SPACE_SAMPLE, &likely) < 0) {
		log_msg(LOG_ERROR, "%s has %s free; the dump, up to %s uncompressed, may not fit",
			dir, human_bytes(a, have), human_bytes(b, most));
		fail_clear();
	} else if (likely > have) {
		log_msg(LOG_ERROR,
			"%s has %s free, the dump needs about %s: it is likely to be cut short; "
			"what matters most is written first",
			dir, human_bytes(a, have), human_bytes(b, likely));
	}
}
