/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dumpimage.c - which pages of a physical range does a dump hold?
 *
 *     dumpimage DUMP START END     prints "PFN HASH" for each page that libkdumpfile reads
 *
 * START and END are hexadecimal physical addresses. Exit 0: the dump opens; 2: it does not.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <libkdumpfile/kdumpfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What libkdumpfile does not free stays until the end, and is no fault of what is tested. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libkdumpfile\nleak:libaddrxlat\n";
}

#define PAGE 4096

static uint64_t hash(const unsigned char *p)
{
	uint64_t h = 0xcbf29ce484222325, word;

	for (size_t i = 0; i < PAGE; i += sizeof(word)) {
		memcpy(&word, p + i, sizeof(word));
		h = (h ^ word) * 0x100000001b3;
		h ^= h >> 32; /* the product carries upwards only */
	}
	return h;
}

static int print_pages(kdump_ctx_t *ctx, uint64_t start, uint64_t end)
{
	unsigned char buf[PAGE];

	for (uint64_t at = start / PAGE * PAGE; at < end; at += PAGE) {
		size_t len = PAGE;

		if (kdump_read(ctx, KDUMP_MACHPHYSADDR, at, buf, &len) == KDUMP_OK && len == PAGE)
			printf("%" PRIx64 " %" PRIx64 "\n", at / PAGE, hash(buf));
	}
	return 0;
}

int main(int argc, char **argv)
{
	kdump_ctx_t *ctx = kdump_new();
	int fd = argc == 4 ? open(argv[1], O_RDONLY) : -1;

	if (!ctx || fd < 0 || kdump_open_fd(ctx, fd) != KDUMP_OK) {
		fprintf(stderr, "dumpimage: %s: %s\n", argc > 1 ? argv[1] : "usage",
			ctx && fd >= 0 ? kdump_get_err(ctx) : "cannot be opened");
		return 2;
	}
	return print_pages(ctx, strtoull(argv[2], NULL, 16), strtoull(argv[3], NULL, 16));
}
