/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kdump_headers.c - both headers of a dump, and what each version of them lacks
 *
 *     version   0            1            2      3            4       5           6
 *     adds      phys_base    dump_level   split  vmcoreinfo   notes   eraseinfo   64-bit pfns
 *
 * A writer of an older version may leave anything in the fields of a newer one.
 */
#include "source/kdump_headers.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "base/log.h"
#include "codec/codec.h"

#include <elf.h>
#include <string.h>

#define CODEC_FLAGS    (DUMP_ZLIB | DUMP_LZO | DUMP_SNAPPY | DUMP_ZSTD)
#define SUB_BLOCKS_MAX (1 << 20)
#define PFN_LIMIT      (1ull << 40) /* 52 bits of address are all that x86-64 and arm64 have */

enum {
	HAS_LEVEL = 1,
	HAS_SPLIT = 2,
	HAS_VMCOREINFO = 3,
	HAS_NOTES = 4,
	HAS_ERASEINFO = 5,
	HAS_64_BIT = 6
};

static uint16_t machine_of(const struct dump_header *h)
{
	if (strncmp(h->uts.machine, "x86_64", DUMP_UTS_LEN) == 0)
		return EM_X86_64;
	return strncmp(h->uts.machine, "aarch64", DUMP_UTS_LEN) == 0 ? EM_AARCH64 : EM_NONE;
}

static int check_header(const struct dump_header *h)
{
	if (memcmp(h->signature, DUMP_SIGNATURE, 8) != 0)
		return fail(-EBADMSG, "it is not a dump in kdump format");
	if (h->block_size < 4096 || h->block_size > 65536 ||
	    (h->block_size & (h->block_size - 1)) || h->sub_hdr_size < 1 ||
	    h->sub_hdr_size > SUB_BLOCKS_MAX)
		return fail(-EBADMSG, "the dump's header is not valid");
	if (h->header_version < 0 || h->header_version > DUMP_VERSION)
		return fail(-ENOTSUP, "a dump of version %d; versions 0 to %d are known",
			    h->header_version, DUMP_VERSION);
	return 0;
}

/* Report it now, not for each page. Several flags at once are ambiguous: not checked. */
static int check_codec(uint32_t flag)
{
	static const struct {
		uint32_t flag;
		const char *name;
	} names[] = { { DUMP_ZLIB, "zlib" },
		      { DUMP_LZO, "lzo" },
		      { DUMP_SNAPPY, "snappy" },
		      { DUMP_ZSTD, "zstd" } };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (flag == names[i].flag && !codec_by_flag(flag))
			return fail(-ENOTSUP,
				    "its pages are compressed with %s, which is not built into "
				    "this program",
				    names[i].name);
	return 0;
}

/* Scripts look for the level in what makedumpfile -D prints. */
static void log_headers(const struct dump_header *h, const struct kdump_headers *k)
{
	log_msg(LOG_DEBUG, "  header_version   : %d", h->header_version);
	log_msg(LOG_DEBUG, "  status           : %d", h->status);
	log_msg(LOG_DEBUG, "  block_size       : %zu", k->block);
	log_msg(LOG_DEBUG, "  max_mapnr        : %#jx", (uintmax_t)k->nr_pfn);
	log_msg(LOG_DEBUG, "  nr_cpus          : %u", k->nr_cpus);
	log_msg(LOG_DEBUG, "  dump_level       : %u", k->facts.level);
	if (k->split)
		log_msg(LOG_DEBUG, "  split            : %#jx to %#jx", (uintmax_t)k->frames.start,
			(uintmax_t)k->frames.end);
}

/* Clear the fields that this version does not have. */
static void forget_newer(struct dump_sub_header *sub, int version)
{
	if (version < HAS_LEVEL)
		sub->dump_level = 0;
	if (version < HAS_SPLIT) {
		sub->split = 0;
		sub->start_pfn = sub->end_pfn = 0;
	}
	if (version < HAS_VMCOREINFO)
		sub->offset_vmcoreinfo = 0;
	if (version < HAS_NOTES)
		sub->offset_note = 0;
	if (version < HAS_ERASEINFO)
		sub->offset_eraseinfo = 0;
	if (version < HAS_64_BIT) {
		sub->start_pfn_64 = sub->start_pfn;
		sub->end_pfn_64 = sub->end_pfn;
		sub->max_mapnr_64 = 0;
	}
}

static struct kdump_piece piece(int64_t off, uint64_t len)
{
	return off > 0 && len > 0 ? (struct kdump_piece){ (uint64_t)off, len }
				  : (struct kdump_piece){ 0, 0 };
}

static void take_facts(struct kdump_headers *k, const struct dump_header *h,
		       const struct dump_sub_header *sub)
{
	struct source_saved *s = &k->facts;
	const char *uts = (const char *)&h->uts;

	s->level = (unsigned)sub->dump_level & 31;
	s->codec_flag = h->status & CODEC_FLAGS;
	s->page_shift = (unsigned)__builtin_ctzll(k->block);
	s->crash_time = h->tv_sec > 0 ? h->tv_sec : 0;
	s->phys_base = (int64_t)sub->phys_base;
	s->incomplete = h->status & DUMP_INCOMPLETE;
	s->unused_vm_out = h->status & DUMP_EXCLUDED_VMEMMAP;
	for (size_t i = 0; i < 6; i++) {
		memcpy(s->uts[i], uts + i * DUMP_UTS_LEN, DUMP_UTS_LEN);
		s->uts[i][DUMP_UTS_LEN - 1] = '\0';
	}
}

/*
 *     | header | sub header ... | bitmap 1 | bitmap 2 | descriptors
 *              1                1 + sub_hdr_size      + bitmap_blocks
 *
 * The second bitmap starts at half the blocks. If the blocks hold only one, it
 * counts for both.
 */
static int find_bitmaps(const struct infile *f, struct kdump_headers *k,
			const struct dump_header *h)
{
	uint64_t at = (1 + (uint64_t)h->sub_hdr_size) * k->block;
	uint64_t len = (uint64_t)h->bitmap_blocks * k->block, used = (k->nr_pfn + 7) / 8;
	uint64_t half = (uint64_t)(h->bitmap_blocks / 2) * k->block;

	if (k->nr_pfn == 0 || k->nr_pfn > PFN_LIMIT)
		return fail(-EBADMSG, "the dump's header claims %ju page frames",
			    (uintmax_t)k->nr_pfn);
	if (used > len)
		return fail(-EBADMSG, "the dump's bitmap is too small for its memory");
	k->bitmap[FRAMES_RAM] = at;
	k->bitmap[FRAMES_HELD] = used <= half ? at + half : at;
	k->desc_off = at + len;
	if (k->bitmap[FRAMES_HELD] + used > f->size)
		return fail(-EBADMSG, "the dump is cut short, within its bitmaps");
	return 0;
}

static int find_frames(struct kdump_headers *k, const struct dump_sub_header *sub)
{
	k->split = sub->split != 0;
	k->frames = (struct span){ 0, k->nr_pfn };
	if (!k->split)
		return 0;
	/* makedumpfile may leave the last ones empty. */
	k->frames = (struct span){ sub->start_pfn_64, sub->end_pfn_64 };
	if (k->frames.start > k->frames.end || k->frames.end > k->nr_pfn)
		return fail(-EBADMSG, "a part of a dump with pages %#jx to %#jx of %#jx",
			    (uintmax_t)k->frames.start, (uintmax_t)k->frames.end,
			    (uintmax_t)k->nr_pfn);
	return 0;
}

int kdump_headers_read(const struct infile *f, struct kdump_headers *out)
{
	struct dump_sub_header sub;
	struct dump_header h;
	int rc = infile_read(f, &h, sizeof(h), 0);

	*out = (struct kdump_headers){ 0 };
	if (rc == 0)
		rc = check_header(&h);
	if (rc == 0)
		rc = check_codec(h.status & CODEC_FLAGS);
	if (rc == 0)
		rc = infile_read(f, &sub, sizeof(sub), (uint64_t)h.block_size);
	if (rc < 0)
		return rc;
	forget_newer(&sub, h.header_version);
	out->block = (size_t)h.block_size;
	out->nr_pfn = sub.max_mapnr_64 ? sub.max_mapnr_64 : h.max_mapnr;
	out->machine = machine_of(&h);
	out->nr_cpus = h.nr_cpus > 0 ? (unsigned)h.nr_cpus : 0;
	out->notes = piece(sub.offset_note, sub.size_note);
	out->vmcoreinfo = piece(sub.offset_vmcoreinfo, sub.size_vmcoreinfo);
	out->eraseinfo = piece(sub.offset_eraseinfo, sub.size_eraseinfo);
	take_facts(out, &h, &sub);
	rc = find_bitmaps(f, out, &h);
	if (rc == 0)
		rc = find_frames(out, &sub);
	if (rc == 0)
		log_headers(&h, out);
	return rc;
}
