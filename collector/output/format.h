/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * format.h - how a dump is laid out in its file
 *
 *     open -> begin -> pages ... pages -> end -> close
 *
 * begin() writes a header with the incomplete mark and both bitmaps; only end() removes the mark.
 * At any time in between, the sink holds a readable dump of the pages given so far, except for the
 * last few, whose descriptors are not written yet. Pages come in any order; each batch has the
 * number of each page's descriptor (rank), and each rank comes once.
 *
 * When pages() fails (disk full), the pages before that batch stay in the dump, and so do those of
 * the batch that still fit (kept); end(false) then writes their descriptors.
 */
#ifndef OUTPUT_FORMAT_H
#define OUTPUT_FORMAT_H

#include "base/types.h"
#include "output/sink.h"

/*
 * Bitmaps are read in pieces, so that no bitmap is in memory as a whole: fill buf with the bits of
 * frames [first_pfn, first_pfn + 8 * len), least significant bit first, zeros past the end.
 */
typedef void bits_fn(void *arg, uint64_t first_pfn, uint8_t *buf, size_t len);

/* Facts about the crashed machine, for the headers of every format. */
struct dump_info {
	char uts[6][65];
	int64_t crash_time; /* seconds since 1970 */
	struct blob notes;
	struct blob vmcoreinfo; /* lies inside notes; len 0 if there is none */
	struct blob eraseinfo;	/* likewise */
	unsigned nr_cpus;
	uint64_t max_pfn; /* one past the last frame */
	uint64_t nr_keep; /* bits in the keep bitmap = number of descriptors */
	int64_t phys_base;
	unsigned page_shift;
	unsigned dump_level;
	bool unused_vm_out; /* struct pages are left out; the kdump header has a mark for it */
	uint32_t codec_flag;
	bits_fn *ram; /* bitmap 1 */
	void *ram_arg;
	bits_fn *keep; /* bitmap 2 */
	void *keep_arg;
	const struct dump_part *part; /* only these pages come, to one file of several; NULL: all */
	/* For ELF: */
	uint16_t elf_machine;
	const struct va_hint *map; /* what virtual address memory has; may overlap */
	size_t nr_map;
};

struct format;

struct format_ops {
	const char *name;
	int (*begin)(struct format *f, const struct dump_info *info);
	int (*pages)(struct format *f, const struct batch *b);

	/*
	 * Finish: sync, drop the incomplete mark if complete, sync. The caller
	 * commits the sink. complete=false keeps the mark (pages are missing).
	 * The mark also stays, and end() fails, if complete is not true: a
	 * batch failed, or a rank was never given.
	 */
	int (*end)(struct format *f, bool complete);

	/*
	 * The sink could not commit what end() finished: put the incomplete mark back, so that
	 * header and name agree. Best effort; no error is reported, the message stays.
	 */
	void (*withdraw)(struct format *f);
	/* Maximum size of the file for these facts; 0 if they are not plausible. */
	uint64_t (*max_size)(const struct dump_info *info);
	void (*close)(struct format *f);
};

struct format {
	const struct format_ops *ops;
	struct sink *sink;	/* borrowed */
	uint64_t bytes_written; /* header, bitmaps, descriptors, data */
	uint64_t pages_lost; /* at most: given, and then lost by the sink, with their neighbours */
	unsigned kept;	     /* of the batch that pages() failed for: so many pages, its first */
	bool opens;	     /* readers can open what is there: header and maps are in place */
	bool stream_ends;    /* pages() failed, and its stream lacks nothing but the end mark */
};

/* kdump-compressed version 6. 256 KiB of buffers for every page size. */
int format_kdump_open(struct sink *sink, struct format **out);

/* As ops->max_size. */
uint64_t format_kdump_max_size(const struct dump_info *info);

/*
 * An ELF core: a PT_LOAD for each run of kept pages, at each of its virtual addresses; pages that
 * are left out belong to none. Pages of zeros are holes in the file. The offset of each page is
 * known from the start, so pages come in any order here, too. The incomplete mark is bit 0 of
 * e_flags, as in makedumpfile and crash; then pages that did not come read as zeros, or the file
 * ends before them. Pages must not be compressed. 64 KiB of buffers, and 64 bytes for each entry of
 * info->map.
 */
int format_elf_open(struct sink *sink, struct format **out);

static inline int format_begin(struct format *f, const struct dump_info *info)
{
	return f->ops->begin(f, info);
}

static inline int format_pages(struct format *f, const struct batch *b)
{
	return f->ops->pages(f, b);
}

static inline int format_end(struct format *f, bool complete)
{
	return f->ops->end(f, complete);
}

static inline void format_withdraw(struct format *f)
{
	f->ops->withdraw(f);
}

static inline void format_close(struct format *f)
{
	if (f)
		f->ops->close(f);
}

#endif
