/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdump_view.c - find the descriptor of a frame, and read and unpack its page */
#include "source/kdump_view.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "base/util.h"
#include "codec/codec.h"

#include <stdlib.h>
#include <string.h>

#define NR_SLOTS      8u /* page tables of a walk, and what it is for */
#define CODEC_FLAGS   (DUMP_ZLIB | DUMP_LZO | DUMP_SNAPPY | DUMP_ZSTD)
#define DESC_CAPACITY ((size_t)16 << 10)
#define DATA_CAPACITY ((size_t)128 << 10)
#define FILE_SHIFT    56 /* packed_page.id: number of the file above, offset below */
#define NO_FRAME      UINT64_MAX

/* One page, unpacked. */
struct slot {
	uint64_t pfn; /* NO_FRAME: unused */
	uint64_t used;
	char *page;
};

/* Bits of the current row; rank: how many of all bits are set before number word. */
struct row {
	uint64_t nr; /* NO_FRAME: none yet */
	unsigned word;
	uint64_t rank;
	uint64_t bits[KDUMP_ROW_BITS / 64];
};

struct kdump_view {
	struct view base;
	struct kdump_source *src;
	const struct kdump_file *file; /* of the last page */
	struct infile_window desc, data;
	struct row row;
	struct slot slot[NR_SLOTS];
	uint64_t tick;
	char *run; /* several pages in a row */
	uint64_t run_pfn, run_nr;
};

static int row_load(struct kdump_view *v, uint64_t nr)
{
	int rc;

	v->row.nr = NO_FRAME;
	rc = kdump_frames(&v->src->base, FRAMES_HELD, nr * KDUMP_ROW_BITS, (uint8_t *)v->row.bits,
			  KDUMP_ROW_BYTES);
	if (rc < 0)
		return rc;
	v->row.nr = nr;
	v->row.word = 0;
	v->row.rank = v->src->before[nr];
	return 0;
}

/* Bits set before pfn; -EFAULT: the bit of pfn is not set. */
static int find_rank(struct kdump_view *v, uint64_t pfn, uint64_t *out)
{
	struct row *r = &v->row;
	unsigned word = (unsigned)(pfn % KDUMP_ROW_BITS / 64);
	uint64_t bit = 1ull << pfn % 64;
	int rc = 0;

	if (pfn >= v->src->head.nr_pfn)
		return -EFAULT;
	if (r->nr != pfn / KDUMP_ROW_BITS)
		rc = row_load(v, pfn / KDUMP_ROW_BITS);
	if (rc < 0)
		return rc;
	if (!(r->bits[word] & bit))
		return -EFAULT;
	if (word < r->word) {
		r->word = 0;
		r->rank = v->src->before[r->nr];
	}
	for (; r->word < word; r->word++)
		r->rank += (uint64_t)__builtin_popcountll(r->bits[r->word]);
	*out = r->rank + (uint64_t)__builtin_popcountll(r->bits[word] & (bit - 1));
	return 0;
}

static const struct kdump_file *file_of(struct kdump_view *v, uint64_t pfn)
{
	const struct kdump_file *f = v->file;

	if (pfn >= f->frames.start && pfn < f->frames.end)
		return f;
	for (f = v->src->file; pfn >= f->frames.end; f++)
		;
	v->file = f;
	return f;
}

static bool desc_is_sound(const struct dump_desc *d, size_t block)
{
	uint32_t codec = d->flags & CODEC_FLAGS;

	if (d->offset <= 0 || d->offset >> FILE_SHIFT || d->size == 0 || d->size > block)
		return false;
	return codec ? (codec & (codec - 1)) == 0 : d->size == block;
}

static int find_packed(struct kdump_view *v, uint64_t pfn, struct packed_page *out)
{
	const struct kdump_file *f;
	struct dump_desc d;
	const void *at;
	uint64_t rank;
	int rc = find_rank(v, pfn, &rank);

	if (rc < 0)
		return rc;
	f = file_of(v, pfn);
	rc = infile_window_get(&v->desc, &f->in, sizeof(d),
			       f->desc_off + (rank - f->first_rank) * sizeof(d), &at);
	if (rc < 0)
		return rc;
	memcpy(&d, at, sizeof(d));
	if (!desc_is_sound(&d, v->src->head.block))
		return -EIO;
	rc = infile_window_get(&v->data, &f->in, d.size, (uint64_t)d.offset, &out->data);
	out->size = d.size;
	out->flags = d.flags & CODEC_FLAGS;
	out->id = (uint64_t)d.offset | (uint64_t)(f - v->src->file) << FILE_SHIFT;
	return rc;
}

int kdump_view_packed(struct view *base, uint64_t pfn, struct packed_page *out)
{
	int rc = find_packed(container_of(base, struct kdump_view, base), pfn, out);

	if (rc < 0)
		fail_clear();
	return rc;
}

static int unpack(const struct packed_page *p, char *out, size_t block)
{
	const struct codec *codec = p->flags ? codec_by_flag(p->flags) : NULL;

	if (codec)
		return codec->decompress(p->data, p->size, out, block);
	if (p->flags)
		return fail(-ENOTSUP, "a page packed in a way this build does not know");
	memcpy(out, p->data, block);
	return 0;
}

static int read_page(struct kdump_view *v, uint64_t pfn, char *out)
{
	struct packed_page p;
	int rc = find_packed(v, pfn, &p);

	if (rc == 0)
		rc = unpack(&p, out, v->src->head.block);
	return rc == 0 || rc == -EFAULT ? rc : -EIO;
}

/* The cache slot of the page; if it is not cached, it is read into the least recently used slot. */
static int slot_get(struct kdump_view *v, uint64_t pfn, const char **out)
{
	struct slot *s = &v->slot[0];
	int rc;

	for (unsigned i = 0; i < NR_SLOTS && s->pfn != pfn; i++)
		if (v->slot[i].pfn == pfn || v->slot[i].used < s->used)
			s = &v->slot[i];
	s->used = ++v->tick;
	*out = s->page;
	if (s->pfn == pfn)
		return 0;
	s->pfn = NO_FRAME;
	if (!s->page && !(s->page = malloc(v->src->head.block)))
		return -ENOMEM;
	*out = s->page;
	rc = read_page(v, pfn, s->page);
	if (rc == 0)
		s->pfn = pfn;
	return rc;
}

/* The page before, as it is stored: pages of mem_map that are alike take some 100 bytes. */
struct stored {
	uint64_t id; /* 0: there is none */
	uint32_t size, flags;
	uint8_t bytes[256]; /* if it has no more */
};

static bool same_bytes(const struct stored *a, const struct packed_page *b)
{
	return a->id && a->size == b->size && a->flags == b->flags &&
	       (a->id == b->id ||
		(a->size <= sizeof(a->bytes) && memcmp(a->bytes, b->data, a->size) == 0));
}

static void note_stored(struct stored *s, const struct packed_page *p)
{
	s->id = p->id;
	s->size = p->size;
	s->flags = p->flags;
	if (p->size <= sizeof(s->bytes))
		memcpy(s->bytes, p->data, p->size);
}

/*
 * nr pages from first on, into v->run. Neighbours in mem_map are often alike: the bytes of the page
 * before are not unpacked again, wherever the writer of the dump put them.
 */
static int read_run(struct kdump_view *v, uint64_t first, uint64_t nr)
{
	const size_t block = v->src->head.block;
	struct stored before;
	struct packed_page p;
	int rc = 0;

	before.id = 0;
	for (uint64_t i = 0; i < nr && rc == 0; i++) {
		char *out = v->run + i * block;

		rc = find_packed(v, first + i, &p);
		if (rc == 0 && same_bytes(&before, &p)) {
			memcpy(out, out - block, block);
		} else if (rc == 0) {
			rc = unpack(&p, out, block);
			note_stored(&before, &p);
		}
	}
	return rc == 0 || rc == -EFAULT ? rc : -EIO;
}

static int run_get(struct kdump_view *v, uint64_t first, uint64_t nr, const char **out)
{
	const size_t block = v->src->head.block;
	int rc = 0;

	if (!v->run && !(v->run = malloc(KDUMP_MAP_MAX + 2 * block)))
		return -ENOMEM;
	if (first < v->run_pfn || first + nr > v->run_pfn + v->run_nr) {
		uint64_t rank;

		v->run_nr = 0;
		for (uint64_t i = 0; i < nr && rc == 0; i++) /* before any of them is unpacked */
			rc = find_rank(v, first + i, &rank);
		if (rc == 0)
			rc = read_run(v, first, nr);
		if (rc < 0)
			return rc;
		v->run_pfn = first;
		v->run_nr = nr;
	}
	*out = v->run + (first - v->run_pfn) * block;
	return 0;
}

int kdump_view_map(struct view *base, uint64_t pa, size_t len, const void **out)
{
	struct kdump_view *v = container_of(base, struct kdump_view, base);
	const size_t block = v->src->head.block;
	uint64_t first = pa / block, nr;
	const char *at;
	int rc;

	if (len == 0 || len > KDUMP_MAP_MAX || pa + len < pa)
		return -EFAULT;
	nr = (pa + len - 1) / block - first + 1;
	rc = nr == 1 ? slot_get(v, first, &at) : run_get(v, first, nr, &at);
	if (rc == 0)
		*out = at + pa % block;
	else
		fail_clear();
	return rc;
}

/* All pages are copies in memory, so no access can fault. */
bool kdump_view_damaged(struct view *v)
{
	(void)v;
	return false;
}

void kdump_view_close(struct view *base)
{
	struct kdump_view *v = container_of(base, struct kdump_view, base);

	for (unsigned i = 0; i < NR_SLOTS; i++)
		free(v->slot[i].page);
	infile_window_fini(&v->desc);
	infile_window_fini(&v->data);
	free(v->run);
	free(v);
}

int kdump_view_open(struct source *base, struct view **out)
{
	struct kdump_source *src = container_of(base, struct kdump_source, base);
	struct kdump_view *v = calloc(1, sizeof(*v));

	if (!v)
		return fail(-ENOMEM, "open the dump");
	v->base.src = base;
	v->src = src;
	v->file = src->file;
	v->desc.capacity = DESC_CAPACITY;
	v->data.capacity = DATA_CAPACITY;
	v->row.nr = NO_FRAME;
	for (unsigned i = 0; i < NR_SLOTS; i++)
		v->slot[i].pfn = NO_FRAME;
	*out = &v->base;
	return 0;
}
