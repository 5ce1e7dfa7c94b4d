/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_kdump.c - any bytes as a kdump-compressed dump
 *
 *     | which dump to start from | offset, 2 bytes | value, 1 byte | offset | value | ...
 *
 * The bytes change a sound dump of one header version or another, so that what lies behind the
 * checks of the header is reached; an input with 255 in front is a dump as it is. What opens is
 * read as the collector reads it, and packed with the codec it has, and with another.
 */
#include "base/err.h"
#include "base/log.h"
#include "fix_dump.h"
#include "pack/packer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGES                                                                            \
	"time 1\nnotes 2\nram 0 60\npage 2 raw 1\npage 3 zlib 2\nsame 4\npage 5 lzo 3\n" \
	"page 9 snappy 4\nlost 10\npage 11 zstd 5\npage 12 lzo 0\n"

static const char *const starts[] = {
	"version 6\nstatus 2\nlevel 31\nnote_info OSRELEASE=6.1\\n\n" PAGES,
	"version 3\ninfo OSRELEASE=5.10\\n\nbitmap_blocks 1\nmax 900\n" PAGES,
	"version 0\nstatus 0x29\nsub_blocks 2\n" PAGES,
	"version 6\nblock 16384\nsplit 3 11\n" PAGES,
	"version 2\nsplit 0 9\nmax 64\n" PAGES,
};

static void touch(const void *p, size_t len)
{
	const volatile uint8_t *byte = p;
	uint8_t sum = 0;

	for (size_t i = 0; i < len; i++)
		sum = (uint8_t)(sum + byte[i]);
	(void)sum;
}

static int make_file(const uint8_t *data, size_t size)
{
	int fd;

	if (size > 0 && data[0] == 255) {
		fd = memfd_create("fuzz", MFD_CLOEXEC);
		if (fd < 0 || write(fd, data + 1, size - 1) != (ssize_t)size - 1)
			abort();
		return fd;
	}
	fd = fix_dump(starts[size ? data[0] % (sizeof(starts) / sizeof(starts[0])) : 0]);
	for (size_t i = 1; i + 2 < size; i += 3)
		if (pwrite(fd, data + i + 2, 1, data[i] | data[i + 1] << 8) != 1)
			abort();
	return fd;
}

/* Promise of the packer: sizes add up, and no page is larger than a page. */
static void pack(struct source *src, struct batch *b, const char *codec)
{
	const struct packer_cfg cfg = { .src = src,
					.codec = codec_find(codec),
					.codec_level = 1,
					.page_shift = src->saved->page_shift };
	struct packer *p;
	size_t sum = 0;

	if (packer_open(&cfg, &p) < 0)
		return;
	packer_run(p, b);
	for (unsigned i = 0; i < b->nr; i++) {
		if (b->size[i] > 1u << cfg.page_shift)
			abort();
		if (b->stored[i] == STORED_DATA && b->size[i] == 0)
			abort();
		sum += b->size[i];
	}
	if (sum != b->len)
		abort();
	touch(b->data, b->len);
	packer_close(p);
}

static void read_all(struct source *src)
{
	uint8_t bits[64];
	struct batch *b;
	struct view *v;
	const void *at;

	touch(src->notes.data, src->notes.len);
	touch(src->vmcoreinfo.data, src->vmcoreinfo.len);
	if (batch_open(src->saved->page_shift, &b) < 0)
		abort();
	if (view_open(src, &v) < 0)
		abort();
	if (src->ops->frames(src, FRAMES_HELD, 0, bits, sizeof(bits)) == 0)
		for (uint64_t pfn = 0; pfn < 8 * sizeof(bits) && b->nr < b->capacity; pfn++)
			if (bits[pfn / 8] >> pfn % 8 & 1)
				b->pfn[b->nr++] = pfn;
	for (unsigned i = 0; i < b->nr; i++)
		if (view_map(v, b->pfn[i] << src->saved->page_shift, 5000, &at) == 0)
			touch(at, 5000);
	pack(src, b, "lzo");
	pack(src, b, "zstd");
	view_close(v);
	batch_close(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = make_file(data, size);
	struct source *src;

	log_setup(0, false);
	if (fd >= 0 && fix_dump_source_fd(fd, &src) == 0) {
		read_all(src);
		source_close(src);
	}
	fail_clear();
	return 0;
}
