/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source_kdump.c - a saved dump (kdump-compressed) as a source, to filter again or for its log */
#include "source/source.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "base/log.h"
#include "base/util.h"
#include "source/host_page.h"
#include "source/kdump_set.h"
#include "source/notes.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define NOTES_MAX ((uint64_t)1 << 30)
#define DESC_LEN  sizeof(struct dump_desc)

static void kdump_close(struct source *base)
{
	struct kdump_source *src = container_of(base, struct kdump_source, base);

	for (size_t i = 0; i < src->nr_file; i++)
		infile_fini(&src->file[i].in);
	if (src->note_map)
		munmap(src->note_map, src->note_map_len);
	free(src->note_copy);
	free(src->file);
	free(src->before);
	free(src);
}

static const struct source_ops kdump_ops = {
	.kind = "kdump-compressed dump",
	.view_open = kdump_view_open,
	.view_map = kdump_view_map,
	.view_damaged = kdump_view_damaged,
	.view_packed = kdump_view_packed,
	.frames = kdump_frames,
	.view_close = kdump_view_close,
	.close = kdump_close,
};

static int check_piece(const struct infile *f, const struct kdump_piece *p)
{
	if (p->len > NOTES_MAX)
		return fail(-EBADMSG, "%ju bytes of notes", (uintmax_t)p->len);
	if (p->off > f->size || p->len > f->size - p->off)
		return fail(-EIO, "the dump ends before its notes");
	return 0;
}

/* Notes with device dumps have many MiB. A mapping costs no memory of ours. */
static int map_notes(struct kdump_source *src, struct blob *out)
{
	const struct kdump_piece *p = &src->head.notes;
	uint64_t start = host_page_start(p->off);
	size_t skip = (size_t)(p->off - start);
	void *map = MAP_FAILED;

	if (!src->maps->flat)
		map = mmap(NULL, skip + p->len, PROT_READ, MAP_PRIVATE, src->maps->fd,
			   (off_t)start);
	if (map == MAP_FAILED)
		return -EINVAL;
	src->note_map = map;
	src->note_map_len = skip + p->len;
	*out = (struct blob){ (char *)map + skip, p->len };
	return 0;
}

static int copy_notes(struct kdump_source *src, struct blob *out)
{
	const struct kdump_piece *p = &src->head.notes;
	int rc;

	src->note_copy = malloc(p->len);
	if (!src->note_copy)
		return fail(-ENOMEM, "%ju bytes of notes", (uintmax_t)p->len);
	rc = infile_read(src->maps, src->note_copy, p->len, p->off);
	*out = (struct blob){ src->note_copy, p->len };
	return rc;
}

/* Make a note of a text that is outside of the notes; add is notes_add_vmcoreinfo() or the like. */
static int add_note(struct kdump_source *src, const struct kdump_piece *p,
		    int (*add)(struct blob notes, struct blob text, struct blob *out),
		    struct notes_found *found)
{
	struct blob with = { NULL, 0 };
	char *text = malloc(p->len);
	int rc = text ? infile_read(src->maps, text, p->len, p->off)
		      : fail(-ENOMEM, "%ju bytes of notes", (uintmax_t)p->len);

	if (rc == 0)
		rc = add(src->base.notes, (struct blob){ text, p->len }, &with);
	free(text);
	if (rc < 0)
		return rc;
	free(src->note_copy);
	src->note_copy = (char *)(uintptr_t)with.data;
	src->base.notes = with;
	notes_scan(with, found);
	return 0;
}

/* What was erased stands at the end of a dump by makedumpfile; one that is cut has lost it. */
static int add_eraseinfo(struct kdump_source *src, struct notes_found *found)
{
	const struct kdump_piece *p = &src->head.eraseinfo;

	if (check_piece(src->maps, p) == 0)
		return add_note(src, p, notes_add_eraseinfo, found);
	log_msg(LOG_ERROR, "what was erased from the dump is not known: %s", fail_text());
	fail_clear();
	return 0;
}

static int read_notes(struct kdump_source *src)
{
	const struct kdump_headers *h = &src->head;
	struct notes_found found = { 0 };
	struct blob all = { NULL, 0 };
	int rc = check_piece(src->maps, &h->notes);

	if (rc == 0)
		rc = check_piece(src->maps, &h->vmcoreinfo);
	if (rc == 0 && h->notes.len > 0 && map_notes(src, &all) < 0)
		rc = copy_notes(src, &all);
	if (rc < 0)
		return rc;
	notes_scan(all, &found);
	src->base.notes = (struct blob){ all.data, found.len };
	/* Version 3 has vmcoreinfo, but no notes. Dumps that we write have all inside the notes. */
	if (found.vmcoreinfo.len == 0 && h->vmcoreinfo.len > 0)
		rc = add_note(src, &h->vmcoreinfo, notes_add_vmcoreinfo, &found);
	if (rc == 0 && found.eraseinfo.len == 0 && h->eraseinfo.len > 0)
		rc = add_eraseinfo(src, &found);
	src->base.vmcoreinfo = found.vmcoreinfo;
	src->base.nr_cpus = found.nr_cpus ? found.nr_cpus : h->nr_cpus;
	/* QEMU 10.0 writes "Unknown" into its headers, whatever the machine. */
	if (src->base.elf_machine == EM_NONE)
		src->base.elf_machine = notes_machine(src->base.notes);
	return rc;
}

/* How many descriptors lie before each row of bits. */
static int count_rows(struct kdump_source *src)
{
	uint64_t rows = (src->head.nr_pfn + KDUMP_ROW_BITS - 1) / KDUMP_ROW_BITS, nr = 0;
	int rc = 0;

	src->before = calloc(rows + 1, sizeof(*src->before));
	if (!src->before)
		return fail(-ENOMEM, "index of the dump's pages");
	for (uint64_t row = 0; rc == 0 && row < rows; row++) {
		uint64_t bits[KDUMP_ROW_BITS / 64];

		src->before[row] = nr;
		rc = kdump_frames(&src->base, FRAMES_HELD, row * KDUMP_ROW_BITS, (uint8_t *)bits,
				  sizeof(bits));
		for (unsigned i = 0; rc == 0 && i < KDUMP_ROW_BITS / 64; i++)
			nr += (uint64_t)__builtin_popcountll(bits[i]);
	}
	src->before[rows] = nr;
	return rc;
}

/* Bits of bitmap 2 before frame pfn, which is at most that of the end. */
static uint64_t kdump_rank(struct kdump_source *src, uint64_t pfn)
{
	uint64_t row = pfn / KDUMP_ROW_BITS, bits[KDUMP_ROW_BITS / 64], nr = src->before[row];
	unsigned left = (unsigned)(pfn % KDUMP_ROW_BITS);

	if (left == 0 || kdump_frames(&src->base, FRAMES_HELD, row * KDUMP_ROW_BITS,
				      (uint8_t *)bits, sizeof(bits)) < 0)
		return nr;
	for (unsigned i = 0; i < left / 64; i++)
		nr += (uint64_t)__builtin_popcountll(bits[i]);
	if (left % 64)
		nr += (uint64_t)__builtin_popcountll(bits[left / 64] & ((1ull << left % 64) - 1));
	return nr;
}

/* How many descriptors are missing because the file ends before them. */
static bool is_cut_short(struct kdump_source *src)
{
	for (size_t i = 0; i < src->nr_file; i++) {
		const struct kdump_file *f = &src->file[i];
		uint64_t nr = kdump_rank(src, f->frames.end) - f->first_rank;

		if (f->in.cut || (f->in.size > 0 && f->in.size < f->desc_off + nr * DESC_LEN))
			return true;
	}
	return false;
}

/* Its last record may be missing, and with it any bytes of the dump. */
static bool is_cut_stream(const struct kdump_source *src)
{
	bool cut = false;

	for (size_t i = 0; i < src->nr_file; i++)
		cut |= src->file[i].in.cut;
	return cut;
}

static void fill_base(struct kdump_source *src)
{
	struct kdump_headers *h = &src->head;

	src->all = (struct span){ 0, h->nr_pfn * h->block };
	src->base.ram = src->base.data = &src->all;
	src->base.nr_ram = src->base.nr_data = 1;
	src->base.elf_machine = h->machine;
	src->base.map_max = KDUMP_MAP_MAX;
	src->base.view_bytes = KDUMP_VIEW_BYTES + 10 * h->block;
	src->base.saved = &h->facts;
}

/* The list of files is complete, and the headers of one of them are read. */
static int load(struct kdump_source *src)
{
	int rc;

	fill_base(src);
	rc = count_rows(src);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < src->nr_file; i++)
		src->file[i].first_rank = kdump_rank(src, src->file[i].frames.start);
	src->base.cut_short = is_cut_short(src);
	src->head.facts.incomplete |= is_cut_stream(src);
	return read_notes(src);
}

int source_kdump_open_parts(struct infile *in, const char *const *name, unsigned nr,
			    struct source **out)
{
	struct kdump_source *src = calloc(1, sizeof(*src));
	int rc = src ? kdump_set_open(src, in, name, nr) : fail(-ENOMEM, "open %s", name[0]);

	if (rc < 0) {
		for (unsigned i = 0; i < nr; i++)
			infile_fini(&in[i]);
		free(src);
		return rc;
	}
	src->base.ops = &kdump_ops;
	return source_opened(&src->base, load(src), name[0], out);
}

int source_kdump_open(struct infile *in, const char *name, struct source **out)
{
	return source_kdump_open_parts(in, &name, 1, out);
}
