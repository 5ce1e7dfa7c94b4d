/* SPDX-License-Identifier: GPL-2.0-or-later */
/* selftest_dump.c - compare a dump with the small core it was made of, page by page */
#include "selftest/selftest.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "base/file.h"
#include "codec/codec.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX (64 << 20) /* bytes; the core has less than one MiB */

/* A dump in memory, and its parsed headers. */
struct comparison {
	const uint8_t *data;
	size_t len;
	struct dump_header header;
	struct dump_sub_header sub;
	const uint8_t *has_ram, *has_desc; /* bitmaps */
	uint64_t desc_at, max_pfn;
	unsigned level;
	uint32_t codec_flag;
	unsigned nr_keep, nr_drop, nr_compressed;
};

/* Where len bytes at off are, NULL if they are not all in the file. */
static const uint8_t *at(const struct comparison *c, uint64_t off, uint64_t len)
{
	return off <= c->len && len <= c->len - off ? c->data + off : NULL;
}

static bool bit(const uint8_t *map, uint64_t nr)
{
	return map[nr / 8] >> (nr % 8) & 1;
}

static int find_bitmaps(struct comparison *c)
{
	uint64_t each, off;

	if (c->header.block_size != (int32_t)SELFTEST_PAGE || c->header.sub_hdr_size < 1)
		return fail(-EBADMSG, "blocks of %d bytes, %d of them for the second header",
			    c->header.block_size, c->header.sub_hdr_size);
	off = (1 + (uint64_t)c->header.sub_hdr_size) * SELFTEST_PAGE;
	each = (uint64_t)c->header.bitmap_blocks / 2 * SELFTEST_PAGE;
	c->max_pfn = c->sub.max_mapnr_64;
	c->has_ram = at(c, off, 2 * each);
	if (!c->has_ram || c->max_pfn > each * 8)
		return fail(-EBADMSG, "%" PRIu64 " frames, but the bitmaps are of %" PRIu64,
			    c->max_pfn, each * 8);
	c->has_desc = c->has_ram + each;
	c->desc_at = off + 2 * each;
	return 0;
}

static int check_header(struct comparison *c)
{
	const uint8_t *sub = at(c, SELFTEST_PAGE, sizeof(c->sub));
	const struct dump_header *h = &c->header;

	if (!sub)
		return fail(-EBADMSG, "only %zu bytes", c->len);
	memcpy(&c->header, c->data, sizeof(c->header));
	memcpy(&c->sub, sub, sizeof(c->sub));
	if (memcmp(h->signature, DUMP_SIGNATURE, 8) != 0 || h->header_version != DUMP_VERSION)
		return fail(-EBADMSG, "no header of a dump");
	if (h->status & DUMP_INCOMPLETE)
		return fail(-EBADMSG, "marked incomplete");
	if ((h->status & c->codec_flag) != c->codec_flag)
		return fail(-EBADMSG, "another compressor than asked for (status %#x)", h->status);
	if (h->nr_cpus != (int32_t)SELFTEST_CPUS)
		return fail(-EBADMSG, "%d CPUs, not %u", h->nr_cpus, SELFTEST_CPUS);
	if (strncmp(h->uts.release, SELFTEST_RELEASE, sizeof(h->uts.release)) != 0)
		return fail(-EBADMSG, "kernel release %.64s, not " SELFTEST_RELEASE,
			    h->uts.release);
	return find_bitmaps(c);
}

static int check_notes(const struct comparison *c, const struct source *core)
{
	const uint8_t *notes = NULL, *info = NULL;

	if (core->notes.len == c->sub.size_note)
		notes = at(c, (uint64_t)c->sub.offset_note, core->notes.len);
	if (core->vmcoreinfo.len == c->sub.size_vmcoreinfo)
		info = at(c, (uint64_t)c->sub.offset_vmcoreinfo, core->vmcoreinfo.len);
	if (!notes || memcmp(notes, core->notes.data, core->notes.len) != 0)
		return fail(-EBADMSG, "the notes are not the core's");
	if (!info || memcmp(info, core->vmcoreinfo.data, core->vmcoreinfo.len) != 0)
		return fail(-EBADMSG, "vmcoreinfo is not the core's");
	return 0;
}

/* The bytes of a page of the dump. */
static int decompress(struct comparison *c, uint64_t rank, uint8_t *out)
{
	const uint8_t *raw =
		at(c, c->desc_at + rank * sizeof(struct dump_desc), sizeof(struct dump_desc));
	const struct codec *codec;
	const uint8_t *data = NULL;
	struct dump_desc d = { .size = 0 };

	if (raw) {
		memcpy(&d, raw, sizeof(d));
		data = d.offset > 0 ? at(c, (uint64_t)d.offset, d.size) : NULL;
	}
	if (!data)
		return fail(-EBADMSG, "no data");
	if (d.flags == 0) {
		if (d.size != SELFTEST_PAGE)
			return fail(-EBADMSG, "%u bytes", d.size);
		memcpy(out, data, SELFTEST_PAGE);
		return 0;
	}
	codec = d.flags == c->codec_flag ? codec_by_flag(d.flags) : NULL;
	if (!codec)
		return fail(-EBADMSG, "compressed by %#x, not by %#x", d.flags, c->codec_flag);
	c->nr_compressed++;
	if (codec->decompress(data, d.size, out, SELFTEST_PAGE) < 0)
		return fail(-EBADMSG, "%s does not expand its %u bytes", codec->name, d.size);
	return 0;
}

/* 1: the page must be in the dump; 0: it must not; -1: it may be. */
static int expected(struct comparison *c, uint64_t pfn, const void *page)
{
	static const uint8_t zeros[SELFTEST_PAGE];
	struct selftest_page head;

	memcpy(&head, page, sizeof(head));
	if (memcmp(head.magic, SELFTEST_MAGIC, sizeof(head.magic)) != 0)
		return c->level == 0 || memcmp(page, zeros, sizeof(zeros)) != 0 ? 1 : -1;
	if (head.pa != pfn * SELFTEST_PAGE)
		return fail(-EBADMSG, "the core itself has the page of %#" PRIx64 " there",
			    head.pa);
	if (head.verdict == SELFTEST_KEEP)
		c->nr_keep++;
	else
		c->nr_drop++;
	return c->level == 0 || head.verdict == SELFTEST_KEEP;
}

/* One frame; *rank counts the descriptors. */
static int compare_frame(struct comparison *c, struct view *core, uint64_t pfn, uint64_t *rank)
{
	const void *page = NULL;
	bool ram = view_map(core, pfn * SELFTEST_PAGE, SELFTEST_PAGE, &page) == 0;
	bool there = bit(c->has_desc, pfn);
	uint8_t got[SELFTEST_PAGE];
	int want, rc;

	if (!ram) {
		fail_clear();
		return there || bit(c->has_ram, pfn) ? fail(-EBADMSG, "not in the core") : 0;
	}
	if (!bit(c->has_ram, pfn))
		return fail(-EBADMSG, "memory that the dump does not know");
	want = expected(c, pfn, page);
	if (want < -1)
		return want;
	if (want >= 0 && there != want)
		return fail(-EBADMSG,
			    there ? "kept, though level %u leaves it out"
				  : "left out, though level %u keeps it",
			    c->level);
	if (!there)
		return 0;
	rc = decompress(c, (*rank)++, got);
	if (rc == 0 && memcmp(got, page, SELFTEST_PAGE) != 0)
		rc = fail(-EBADMSG, "other bytes than in the core");
	return rc;
}

static int compare_pages(struct comparison *c, struct source *core)
{
	uint64_t rank = 0, end = core->nr_ram ? core->ram[core->nr_ram - 1].end : 0;
	struct view *v;
	int rc = view_open(core, &v);

	if (rc < 0)
		return rc;
	if (c->max_pfn != end / SELFTEST_PAGE)
		rc = fail(-EBADMSG, "%" PRIu64 " frames, not %" PRIu64, c->max_pfn,
			  end / SELFTEST_PAGE);
	for (uint64_t pfn = 0; pfn < c->max_pfn && rc == 0; pfn++) {
		rc = compare_frame(c, v, pfn, &rank);
		if (rc < 0)
			fail(rc, "page at %#" PRIx64, pfn * SELFTEST_PAGE);
	}
	if (rc == 0 && (!c->nr_keep || !c->nr_drop))
		rc = fail(-EBADMSG, "the core has no pages of a self-test");
	if (rc == 0 && c->codec_flag && !c->nr_compressed)
		rc = fail(-EBADMSG, "no page is compressed");
	view_close(v);
	return rc;
}

int selftest_compare(struct source *core, const char *dump, unsigned level, uint32_t codec_flag)
{
	struct comparison c = { .level = level, .codec_flag = codec_flag };
	char *data;
	int rc = file_read(dump, FILE_MAX, &data, &c.len);

	if (rc < 0)
		return rc;
	c.data = (const uint8_t *)data;
	rc = check_header(&c);
	if (rc == 0)
		rc = check_notes(&c, core);
	if (rc == 0)
		rc = compare_pages(&c, core);
	free(data);
	return rc < 0 ? fail(rc, "the dump is wrong") : 0;
}

int selftest_compare_log(const char *path)
{
	char *text, *line, *save = NULL, want[80];
	unsigned nr = 0;
	size_t len;
	int rc = file_read(path, FILE_MAX, &text, &len);

	if (rc < 0)
		return rc;
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		snprintf(want, sizeof(want), SELFTEST_LINE, ++nr, SELFTEST_LINES);
		if (!strstr(line, want))
			break;
	}
	if (line)
		rc = fail(-EBADMSG, "the kernel log is wrong: line %u is \"%.60s\"", nr, line);
	else if (nr != SELFTEST_LINES)
		rc = fail(-EBADMSG, "the kernel log is wrong: %u lines, not %u", nr,
			  SELFTEST_LINES);
	free(text);
	return rc;
}
