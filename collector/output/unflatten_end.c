/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unflatten_end.c - how a stream's file ends: whole, marked as incomplete, or removed */
#include "output/unflatten_impl.h"

#include "base/err.h"

#include <elf.h>
#include <string.h>

#define ELF_INCOMPLETE 0x1 /* in e_flags */

/* On a block device a gap would show old bytes; a later record may still fill it. */
int unflat_zero_gap(struct unflat *u, uint64_t end)
{
	static const uint8_t zeros[FLAT_BLOCK];
	int rc = 0;

	while (u->highest < end && rc == 0) {
		uint64_t left = end - u->highest;
		size_t n = left < sizeof(zeros) ? (size_t)left : sizeof(zeros);

		rc = sink_write_at(u->sink, u->highest, zeros, n);
		u->highest += n;
	}
	return rc;
}

uint64_t unflat_mark(const struct unflat *u, uint8_t *bit)
{
	if (memcmp(u->head, DUMP_SIGNATURE, 8) == 0) {
		*bit = DUMP_INCOMPLETE;
		return offsetof(struct dump_header, status);
	}
	*bit = ELF_INCOMPLETE;
	return memcmp(u->head, ELFMAG, SELFMAG) == 0 ? offsetof(Elf64_Ehdr, e_flags) : 0;
}

/* Set the mark, or the byte as the stream has it: the rest of it may not come, whatever it says. */
int unflat_put_mark(struct unflat *u, bool incomplete)
{
	uint8_t bit, byte;
	uint64_t off = unflat_mark(u, &bit);
	int rc;

	if (off == 0)
		return 0;
	byte = u->head[off];
	if (incomplete)
		byte |= bit;
	rc = sink_write_at(u->sink, off, &byte, 1);
	u->marked = incomplete && rc == 0;
	return rc;
}

uint64_t unflat_bitmaps_end(const struct dump_header *h)
{
	uint64_t block = (uint32_t)h->block_size, end;

	if (h->block_size < 4096 || h->block_size > 65536 || (block & (block - 1)) != 0)
		return 0;
	if (h->sub_hdr_size <= 0 || h->bitmap_blocks == 0)
		return 0;
	end = (1 + (uint64_t)h->sub_hdr_size + h->bitmap_blocks) * block;
	return end <= UNFLAT_LIMIT ? end : 0;
}

/*
 * Half a descriptor would lead to a wrong page, which is worse than none. The end of the
 * descriptors is not known here, so this is done to data, too; a cut page loses nothing.
 */
static int drop_torn_desc(struct unflat *u, uint64_t desc_off)
{
	static const uint8_t zeros[sizeof(struct dump_desc)];
	size_t torn;

	if (u->rec_off < desc_off || (u->rec_off - desc_off) % sizeof(zeros) != 0)
		return 0;
	torn = (size_t)((u->rec_end - desc_off) % sizeof(zeros));
	return torn == 0 ? 0 : sink_write_at(u->sink, u->rec_end - torn, zeros, torn);
}

/* Readers refuse a dump whose bitmaps are cut: lengthen the file. */
static int salvage_kdump(struct unflat *u)
{
	struct dump_header header;
	uint64_t end;
	int rc;

	memcpy(&header, u->head, sizeof(header));
	end = u->highest < sizeof(header) ? 0 : unflat_bitmaps_end(&header);
	if (end == 0)
		return fail(-EBADMSG, "stream cut within the dump header");
	rc = unflat_put_mark(u, true);
	if (rc == 0)
		rc = drop_torn_desc(u, end);
	if (rc == 0 && u->sink->stale)
		rc = unflat_zero_gap(u, end);
	else if (rc == 0 && u->highest < end)
		rc = sink_write_at(u->sink, end - 1, "", 1);
	u->opens = u->highest >= end || rc == 0;
	return rc;
}

/* A page of which only the beginning came would read as if it was one: none of it is kept. */
static int drop_torn_page(struct unflat *u)
{
	static const uint8_t zeros[FLAT_BLOCK];
	size_t torn = (size_t)((u->rec_end - u->rec_off) % sizeof(zeros));

	return u->rec_off < FLAT_BLOCK || torn == 0
		       ? 0
		       : sink_write_at(u->sink, u->rec_end - torn, zeros, torn);
}

/* More than e_phnum can hold are in the first section header, which follows the ELF header. */
static uint64_t nr_phdrs(const struct unflat *u, const Elf64_Ehdr *h)
{
	Elf64_Shdr first;

	if (h->e_phnum != PN_XNUM || h->e_shoff > sizeof(u->head) - sizeof(first))
		return h->e_phnum;
	memcpy(&first, u->head + h->e_shoff, sizeof(first));
	return first.sh_info;
}

/* Readers notice that segments are cut, but they want all program headers. */
static int salvage_elf(struct unflat *u)
{
	Elf64_Ehdr h;
	int rc;

	memcpy(&h, u->head, sizeof(h));
	if (u->highest < sizeof(h) || h.e_phoff > UNFLAT_LIMIT ||
	    u->highest < h.e_phoff + nr_phdrs(u, &h) * sizeof(Elf64_Phdr))
		return fail(-EBADMSG, "stream cut within the headers of the core");
	u->opens = true;
	rc = unflat_put_mark(u, true);
	return rc < 0 ? rc : drop_torn_page(u);
}

static int salvage(struct unflat *u)
{
	int rc;

	if (memcmp(u->head, DUMP_SIGNATURE, 8) == 0)
		rc = salvage_kdump(u);
	else if (memcmp(u->head, ELFMAG, SELFMAG) == 0)
		rc = salvage_elf(u);
	else
		rc = fail(-EBADMSG, "stream cut before the dump header");
	return rc < 0 ? rc : sink_sync(u->sink);
}

/*
 * rc: why the stream broke off. The first error is the one that is reported. What no reader opens
 * is not kept.
 */
int unflat_finish_cut(struct unflat *u, int rc)
{
	struct err_saved error;
	int rescue;

	err_save(&error, rc);
	rescue = salvage(u);
	if (!u->opens) {
		sink_discard(u->sink);
		u->bytes = 0;
	}
	return rc < 0 ? err_restore(&error) : rescue;
}

bool unflat_is_partial(const struct unflat *u)
{
	uint8_t bit;
	uint64_t off = unflat_mark(u, &bit);

	return off > 0 && u->head[off] & bit;
}

int unflat_finish_whole(struct unflat *u)
{
	int rc = u->marked ? sink_sync(u->sink) : 0;

	if (rc == 0 && u->marked)
		rc = unflat_put_mark(u, false);
	return rc < 0 ? rc : sink_commit(u->sink);
}
