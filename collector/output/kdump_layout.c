/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdump_layout.c - offsets of the parts of a kdump-compressed file, and its headers */
#include "output/kdump_layout.h"

#include "base/err.h"

#include <string.h>

/* 52 bits of address are all that x86-64 and arm64 have. */
#define PFN_LIMIT (1ull << 40)

static uint64_t round_up(uint64_t n, uint64_t to)
{
	return (n + to - 1) / to * to;
}

int kdump_layout_init(struct kdump_layout *l, const struct dump_info *info)
{
	if (info->page_shift < 12 || info->page_shift > 16)
		return fail(-EINVAL, "kdump format: page shift %u", info->page_shift);
	if (info->max_pfn == 0 || info->max_pfn > PFN_LIMIT || info->nr_keep > info->max_pfn)
		return fail(-EINVAL, "kdump format: %ju pages of %ju frames",
			    (uintmax_t)info->nr_keep, (uintmax_t)info->max_pfn);
	if (info->notes.len > INT32_MAX)
		return fail(-EINVAL, "kdump format: %zu bytes of notes", info->notes.len);
	if (info->part && (info->part->nr > info->nr_keep ||
			   info->part->first_rank > info->nr_keep - info->part->nr))
		return fail(-EINVAL, "kdump format: pages %ju to %ju of %ju",
			    (uintmax_t)info->part->first_rank,
			    (uintmax_t)(info->part->first_rank + info->part->nr),
			    (uintmax_t)info->nr_keep);

	l->block = 1u << info->page_shift;
	l->sub_off = l->block;
	l->bitmap_off =
		l->sub_off + round_up(sizeof(struct dump_sub_header) + info->notes.len, l->block);
	/* Whole blocks each: libkdumpfile looks for the second at half the blocks. */
	l->bitmap_len = round_up((info->max_pfn + 7) / 8, l->block);
	l->desc_off = l->bitmap_off + 2 * l->bitmap_len;
	/* Of all pages, in each file of a split dump: makedumpfile knows zero pages by it. */
	l->data_off = l->desc_off + info->nr_keep * sizeof(struct dump_desc);
	return 0;
}

void kdump_fill_header(const struct kdump_layout *l, const struct dump_info *info,
		       struct dump_header *out)
{
	memset(out, 0, sizeof(*out));
	memcpy(out->signature, DUMP_SIGNATURE, sizeof(out->signature));
	out->header_version = DUMP_VERSION;
	static_assert(sizeof(out->uts) == sizeof(info->uts), "utsname");
	memcpy(&out->uts, info->uts, sizeof(out->uts));
	out->tv_sec = info->crash_time;
	out->status = info->codec_flag | DUMP_INCOMPLETE |
		      (info->unused_vm_out ? DUMP_EXCLUDED_VMEMMAP : 0);
	out->block_size = (int32_t)l->block;
	out->sub_hdr_size = (int32_t)((l->bitmap_off - l->sub_off) / l->block);
	out->bitmap_blocks = (uint32_t)(2 * l->bitmap_len / l->block);
	out->max_mapnr = info->max_pfn < UINT32_MAX ? (uint32_t)info->max_pfn : UINT32_MAX;
	out->nr_cpus = (int32_t)info->nr_cpus;
}

/* For readers of versions before 6. */
static uint64_t clamp_32(uint64_t pfn)
{
	return pfn < UINT32_MAX ? pfn : UINT32_MAX;
}

/* The offset of a text inside the notes; false if it is not inside them. */
static bool offset_in(struct blob notes, struct blob text, size_t *at)
{
	uintptr_t start = (uintptr_t)notes.data, pos = (uintptr_t)text.data;

	if (text.len == 0 || pos < start || pos - start > notes.len)
		return false;
	*at = pos - start;
	return text.len <= notes.len - *at;
}

void kdump_fill_sub_header(const struct kdump_layout *l, const struct dump_info *info,
			   struct dump_sub_header *out)
{
	const uint64_t notes = l->sub_off + sizeof(*out);
	size_t at;

	memset(out, 0, sizeof(*out));
	out->phys_base = (uint64_t)info->phys_base;
	out->dump_level = (int32_t)info->dump_level;
	out->max_mapnr_64 = info->max_pfn;
	if (info->part) {
		out->split = 1;
		out->start_pfn_64 = info->part->first_pfn;
		out->end_pfn_64 = info->part->end_pfn;
		out->start_pfn = clamp_32(info->part->first_pfn);
		out->end_pfn = clamp_32(info->part->end_pfn);
	}
	if (info->notes.len > 0) {
		out->offset_note = (int64_t)notes;
		out->size_note = info->notes.len;
	}
	if (offset_in(info->notes, info->vmcoreinfo, &at)) {
		out->offset_vmcoreinfo = (int64_t)(notes + at);
		out->size_vmcoreinfo = info->vmcoreinfo.len;
	}
	if (offset_in(info->notes, info->eraseinfo, &at)) {
		out->offset_eraseinfo = (int64_t)(notes + at);
		out->size_eraseinfo = info->eraseinfo.len;
	}
}
