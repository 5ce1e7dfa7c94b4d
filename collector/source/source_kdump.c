/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source_kdump.c - a saved dump (kdump-compressed) as a source, page by page
 *
 * For its kernel log. Page descriptors lie in the order of the bits of bitmap 2; how many bits are
 * set before a row of them is counted once.
 */
#include "source/source.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "base/util.h"
#include "codec/codec.h"
#include "source/notes.h"

#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROW_BITS  512u
#define ROW_BYTES (ROW_BITS / 8)
#define NOTES_MAX ((uint64_t)64 << 20)

struct kdump_source {
	struct source base;
	struct span all; /* the memory that bitmap 2 speaks of */
	int fd;
	uint64_t file_size;
	size_t block;
	uint64_t nr_pfn;
	uint64_t desc_off;
	unsigned char *bits; /* bitmap 2, whole rows */
	uint64_t *before;    /* bits that are set before each row */
	char *notes, *info;
};

struct kdump_view {
	struct view base;
	uint64_t pfn, nr; /* what buf holds */
	char *buf, *packed;
};

static int read_at(const struct kdump_source *src, void *out, size_t len, uint64_t off)
{
	if (off > src->file_size || len > src->file_size - off)
		return fail(-EIO, "the dump ends before byte %ju", (uintmax_t)(off + len));
	return pread(src->fd, out, len, (off_t)off) == (ssize_t)len ? 0
								    : fail(-EIO, "read the dump");
}

/* The number of the page's descriptor; -EFAULT: it was left out. */
static int64_t find_desc(const struct kdump_source *src, uint64_t pfn)
{
	uint64_t row = pfn / ROW_BITS, nr;

	if (pfn >= src->nr_pfn || !(src->bits[pfn / 8] >> pfn % 8 & 1))
		return -EFAULT;
	nr = src->before[row];
	for (uint64_t i = row * ROW_BYTES; i < pfn / 8; i++)
		nr += (unsigned)__builtin_popcount(src->bits[i]);
	return (int64_t)nr + __builtin_popcount(src->bits[pfn / 8] & ((1u << pfn % 8) - 1));
}

static int decompress(const struct kdump_source *src, const struct dump_desc *d, const char *packed,
		      char *out)
{
	uint32_t flags = d->flags & (DUMP_ZLIB | DUMP_LZO | DUMP_SNAPPY | DUMP_ZSTD);
	const struct codec *codec = flags ? codec_by_flag(flags) : NULL;

	if (codec)
		return codec->decompress(packed, d->size, out, src->block);
	if (flags)
		return fail(-ENOTSUP, "a page packed in a way this build does not know");
	if (d->size != src->block)
		return fail(-EBADMSG, "a page of %u bytes", d->size);
	memcpy(out, packed, d->size);
	return 0;
}

static int read_page(const struct kdump_source *src, struct kdump_view *v, uint64_t pfn, char *out)
{
	int64_t nr = find_desc(src, pfn);
	struct dump_desc d;
	int rc;

	if (nr < 0)
		return (int)nr;
	rc = read_at(src, &d, sizeof(d), src->desc_off + (uint64_t)nr * sizeof(d));
	if (rc == 0 && (d.offset <= 0 || d.size == 0 || d.size > src->block))
		rc = fail(-EIO, "page %#jx is not in the dump", (uintmax_t)pfn);
	if (rc == 0)
		rc = read_at(src, v->packed, d.size, (uint64_t)d.offset);
	if (rc == 0)
		rc = decompress(src, &d, v->packed, out);
	return rc == 0 || rc == -EFAULT ? rc : -EIO;
}

static int kdump_view_map(struct view *base, uint64_t pa, size_t len, const void **out)
{
	struct kdump_view *v = container_of(base, struct kdump_view, base);
	struct kdump_source *src = container_of(base->src, struct kdump_source, base);
	uint64_t first = pa / src->block, nr;

	if (len == 0 || len > SOURCE_MAP_MAX || pa + len < pa)
		return -EFAULT;
	nr = (pa + len - 1) / src->block - first + 1;
	if (first < v->pfn || first + nr > v->pfn + v->nr) {
		v->pfn = first;
		v->nr = 0;
		for (uint64_t i = 0; i < nr; i++) {
			int rc = read_page(src, v, first + i, v->buf + i * src->block);

			if (rc < 0)
				return rc;
		}
		v->nr = nr;
	}
	*out = v->buf + (pa - v->pfn * src->block);
	return 0;
}

static bool kdump_view_damaged(struct view *v)
{
	(void)v;
	return false;
}

static void kdump_view_close(struct view *base)
{
	struct kdump_view *v = container_of(base, struct kdump_view, base);

	free(v->buf);
	free(v->packed);
	free(v);
}

static int kdump_view_open(struct source *base, struct view **out)
{
	struct kdump_source *src = container_of(base, struct kdump_source, base);
	struct kdump_view *v = calloc(1, sizeof(*v));

	if (!v)
		return fail(-ENOMEM, "open the dump");
	v->base.src = base;
	v->buf = malloc(SOURCE_MAP_MAX + 2 * src->block);
	v->packed = malloc(src->block);
	if (!v->buf || !v->packed) {
		kdump_view_close(&v->base);
		return fail(-ENOMEM, "open the dump");
	}
	*out = &v->base;
	return 0;
}

static void kdump_close(struct source *base)
{
	struct kdump_source *src = container_of(base, struct kdump_source, base);

	close(src->fd);
	free(src->bits);
	free(src->before);
	free(src->notes);
	free(src->info);
	free(src);
}

static const struct source_ops kdump_ops = {
	.kind = "kdump-compressed dump",
	.view_open = kdump_view_open,
	.view_map = kdump_view_map,
	.view_damaged = kdump_view_damaged,
	.view_close = kdump_view_close,
	.close = kdump_close,
};

static int read_blob(const struct kdump_source *src, int64_t off, uint64_t len, char **out)
{
	if (off <= 0 || len == 0)
		return 0;
	if (len > NOTES_MAX)
		return fail(-EBADMSG, "%ju bytes of notes", (uintmax_t)len);
	*out = calloc(1, (size_t)len + 1);
	return *out ? read_at(src, *out, (size_t)len, (uint64_t)off) : fail(-ENOMEM, "notes");
}

/* vmcoreinfo is one of the notes, and once more on its own. */
static int read_notes(struct kdump_source *src, const struct dump_sub_header *sub)
{
	struct notes_found found = { 0 };
	int rc = read_blob(src, sub->offset_note, sub->size_note, &src->notes);

	if (rc == 0)
		rc = read_blob(src, sub->offset_vmcoreinfo, sub->size_vmcoreinfo, &src->info);
	if (rc < 0)
		return rc;
	if (src->notes)
		notes_scan((struct blob){ src->notes, sub->size_note }, &found);
	src->base.notes = (struct blob){ src->notes, found.len };
	src->base.nr_cpus = found.nr_cpus;
	src->base.vmcoreinfo =
		src->info ? (struct blob){ src->info, sub->size_vmcoreinfo } : found.vmcoreinfo;
	return 0;
}

static int read_bits(struct kdump_source *src, uint64_t off, uint64_t len)
{
	uint64_t rows = (src->nr_pfn + ROW_BITS - 1) / ROW_BITS, used = (src->nr_pfn + 7) / 8,
		 nr = 0;
	int rc;

	if (used > len)
		return fail(-EBADMSG, "the dump's bitmap is too small for its memory");
	src->bits = calloc(rows + 1, ROW_BYTES);
	src->before = calloc(rows + 1, sizeof(*src->before));
	if (!src->bits || !src->before)
		return fail(-ENOMEM, "bitmap of the dump");
	rc = read_at(src, src->bits, used, off);
	for (uint64_t row = 0; rc == 0 && row < rows; row++) {
		src->before[row] = nr;
		for (unsigned i = 0; i < ROW_BYTES; i++)
			nr += (unsigned)__builtin_popcount(src->bits[row * ROW_BYTES + i]);
	}
	return rc;
}

static uint16_t machine_of(const struct dump_header *h)
{
	if (strncmp(h->uts.machine, "x86_64", DUMP_UTS_LEN) == 0)
		return EM_X86_64;
	return strncmp(h->uts.machine, "aarch64", DUMP_UTS_LEN) == 0 ? EM_AARCH64 : EM_NONE;
}

static int check_header(const struct dump_header *h)
{
	if (memcmp(h->signature, DUMP_SIGNATURE, 8) != 0 || h->block_size < 4096 ||
	    h->block_size > 65536 || (h->block_size & (h->block_size - 1)) || h->sub_hdr_size < 1 ||
	    h->sub_hdr_size > 1 << 20)
		return fail(-EBADMSG, "the dump's header makes no sense");
	if (h->header_version < DUMP_VERSION)
		return fail(-ENOTSUP, "a dump of version %d", h->header_version);
	return 0;
}

static int load(struct kdump_source *src)
{
	struct dump_sub_header sub;
	struct dump_header h;
	uint64_t bitmap_off;
	struct stat st;
	int rc = fstat(src->fd, &st) == 0 ? 0 : fail(-errno, "the dump");

	src->file_size = rc == 0 ? (uint64_t)st.st_size : 0;
	if (rc == 0)
		rc = read_at(src, &h, sizeof(h), 0);
	if (rc == 0)
		rc = check_header(&h);
	if (rc == 0)
		rc = read_at(src, &sub, sizeof(sub), (uint64_t)h.block_size);
	if (rc == 0 && sub.split)
		rc = fail(-ENOTSUP, "a part of a dump that was split");
	if (rc < 0)
		return rc;
	src->block = (size_t)h.block_size;
	src->nr_pfn = sub.max_mapnr_64;
	bitmap_off = (1 + (uint64_t)h.sub_hdr_size) * src->block;
	src->desc_off = bitmap_off + (uint64_t)h.bitmap_blocks * src->block;
	if (src->nr_pfn > src->file_size * 8)
		return fail(-EBADMSG, "the dump's header promises more memory than it can hold");
	src->all = (struct span){ 0, src->nr_pfn * src->block };
	src->base.ram = src->base.data = &src->all;
	src->base.nr_ram = src->base.nr_data = 1;
	src->base.elf_machine = machine_of(&h);
	src->base.saved = true;
	rc = read_bits(src, bitmap_off + (uint64_t)(h.bitmap_blocks / 2) * src->block,
		       (uint64_t)(h.bitmap_blocks / 2) * src->block);
	return rc < 0 ? rc : read_notes(src, &sub);
}

int source_kdump_open_fd(int fd, const char *name, struct source **out)
{
	struct kdump_source *src = calloc(1, sizeof(*src));

	if (!src) {
		close(fd);
		return fail(-ENOMEM, "open %s", name);
	}
	src->fd = fd;
	src->base.ops = &kdump_ops;
	return source_opened(&src->base, load(src), name, out);
}
