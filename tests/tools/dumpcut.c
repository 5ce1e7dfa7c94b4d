/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dumpcut.c - what is on the disk when the writer dies early
 *
 *     dumpcut DUMP OUT PERCENT
 *
 * Copies DUMP up to PERCENT of its page data. Descriptors of what is behind
 * the cut become zeros and the header says INCOMPLETE: so our writer leaves a
 * file, because descriptors go out after their data and the mark goes last.
 */
#include "base/dumpfile.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void need(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "dumpcut: %s\n", what);
	exit(2);
}

static uint64_t count_bits(FILE *f, uint64_t off, uint64_t len)
{
	uint64_t nr = 0;

	fseek(f, (long)off, SEEK_SET);
	for (uint64_t i = 0; i < len; i++)
		nr += (uint64_t)__builtin_popcount((unsigned)fgetc(f) & 0xff);
	return nr;
}

static void copy(FILE *in, FILE *out, uint64_t len)
{
	char buf[65536];

	rewind(in);
	while (len > 0) {
		size_t n = len < sizeof(buf) ? (size_t)len : sizeof(buf);

		need(fread(buf, 1, n, in) == n && fwrite(buf, 1, n, out) == n, "copy");
		len -= n;
	}
}

/* Zero the descriptors from off on whose data ends behind limit. */
static uint64_t drop_descs(FILE *out, uint64_t off, uint64_t nr, uint64_t limit)
{
	const struct dump_desc none = { 0 };
	uint64_t dropped = 0;

	for (uint64_t i = 0; i < nr; i++, off += sizeof(none)) {
		struct dump_desc d;

		fseek(out, (long)off, SEEK_SET);
		need(fread(&d, sizeof(d), 1, out) == 1, "read a descriptor");
		if ((uint64_t)d.offset + d.size <= limit)
			continue;
		fseek(out, (long)off, SEEK_SET);
		need(fwrite(&none, sizeof(none), 1, out) == 1, "write a descriptor");
		dropped++;
	}
	return dropped;
}

int main(int argc, char **argv)
{
	struct dump_header h;
	uint64_t bs, bitmap, desc, nr, data, size, limit;
	FILE *in, *out;

	need(argc == 4, "usage: dumpcut DUMP OUT PERCENT");
	in = fopen(argv[1], "r");
	out = fopen(argv[2], "w+");
	need(in && out, "open");
	need(fread(&h, sizeof(h), 1, in) == 1 && !memcmp(h.signature, DUMP_SIGNATURE, 8), "header");
	bs = (uint64_t)h.block_size;
	bitmap = (1 + (uint64_t)h.sub_hdr_size) * bs;
	desc = bitmap + h.bitmap_blocks * bs;
	nr = count_bits(in, bitmap + h.bitmap_blocks / 2 * bs, h.bitmap_blocks / 2 * bs);
	data = desc + nr * sizeof(struct dump_desc);
	fseek(in, 0, SEEK_END);
	size = (uint64_t)ftell(in);
	limit = data + (size - data) * (uint64_t)atoi(argv[3]) / 100;
	copy(in, out, limit);
	printf("%" PRIu64 " of %" PRIu64 " pages are behind the cut\n",
	       drop_descs(out, desc, nr, limit), nr);
	h.status |= DUMP_INCOMPLETE;
	rewind(out);
	need(fwrite(&h, sizeof(h), 1, out) == 1 && fclose(out) == 0, "write");
	return 0;
}
