/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dumpcmp.c - is every page of a dump the page of the vmcore?
 *
 *     dumpcmp bytes VMCORE DUMP     read DUMP with libkdumpfile, compare each page it holds
 *     dumpcmp present VMCORE DUMP   the same, but pages an incomplete dump misses are counted only
 *     dumpcmp sets DUMP DUMP [LIST] which frames one holds and the other does not; those in LIST, a
 *                                   number on each line, the second must not hold and the first may
 *     dumpcmp split VMCORE FILE...  as bytes, of a dump in several files
 *
 * VMCORE is read through libkdumpfile too: nothing of ours judges ourselves.
 * Exit 0: same; 1: differences, listed; 2: could not compare.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <libkdumpfile/kdumpfile.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What libkdumpfile does not free stays until the end, and is no fault of what is tested. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libkdumpfile\nleak:libaddrxlat\n";
}

#define SHOW_MAX 20

struct reader {
	const char *path;
	kdump_ctx_t *ctx;
	kdump_bmp_t *pages;
	size_t page_size;
};

static void die(const struct reader *r, const char *what)
{
	fprintf(stderr, "dumpcmp: %s: %s: %s\n", r->path, what,
		r->ctx ? kdump_get_err(r->ctx) : "out of memory");
	exit(2);
}

static uint64_t number(struct reader *r, const char *key)
{
	kdump_num_t n;

	if (kdump_get_number_attr(r->ctx, key, &n) != KDUMP_OK)
		die(r, key);
	return n;
}

static void reader_map(struct reader *r)
{
	kdump_attr_t attr = { .type = KDUMP_BITMAP };

	r->page_size = number(r, "arch.page_size");
	if (kdump_get_attr(r->ctx, KDUMP_ATTR_FILE_PAGEMAP, &attr) != KDUMP_OK)
		die(r, "page map");
	r->pages = attr.val.bitmap;
}

static void reader_open(struct reader *r, const char *path)
{
	int fd = open(path, O_RDONLY);

	*r = (struct reader){ .path = path, .ctx = kdump_new() };
	if (fd < 0 || !r->ctx || kdump_open_fd(r->ctx, fd) != KDUMP_OK)
		die(r, "open");
	reader_map(r);
}

/* All files of a split dump. */
static void reader_open_set(struct reader *r, char **path, int nr)
{
	int fd[64];

	*r = (struct reader){ .path = path[0], .ctx = kdump_new() };
	for (int i = 0; i < nr; i++)
		if (nr > 64 || (fd[i] = open(path[i], O_RDONLY)) < 0)
			die(r, "open");
	if (!r->ctx || kdump_open_fdset(r->ctx, (unsigned)nr, fd) != KDUMP_OK)
		die(r, "open the set");
	reader_map(r);
}

/* The next frame from pfn on that the file holds; false: none. */
static bool next_page(struct reader *r, kdump_addr_t *pfn)
{
	return kdump_bmp_find_set(r->pages, pfn) == KDUMP_OK;
}

static bool read_page(struct reader *r, uint64_t pfn, char *buf)
{
	size_t len = r->page_size;

	return kdump_read(r->ctx, KDUMP_MACHPHYSADDR, pfn * r->page_size, buf, &len) == KDUMP_OK &&
	       len == r->page_size;
}

static bool all_zero(const char *p, size_t len)
{
	return p[0] == 0 && memcmp(p, p + 1, len - 1) == 0;
}

static void tell(uint64_t nr, uint64_t pfn, const char *what)
{
	if (nr <= SHOW_MAX)
		printf("pfn 0x%" PRIx64 ": %s\n", pfn, what);
}

static int compare_bytes(const char *vmcore, char **dump, int nr, bool may_miss)
{
	struct reader raw, ours;
	uint64_t same = 0, zero = 0, wrong = 0, missing = 0;

	reader_open(&raw, vmcore);
	if (nr > 1)
		reader_open_set(&ours, dump, nr);
	else
		reader_open(&ours, dump[0]);
	kdump_set_number_attr(raw.ctx, KDUMP_ATTR_ZERO_EXCLUDED, 1);
	for (kdump_addr_t pfn = 0; next_page(&ours, &pfn); pfn++) {
		char a[65536], b[65536];

		if (!read_page(&ours, pfn, a) && may_miss) {
			missing++;
			continue;
		}
		if (!read_page(&ours, pfn, a))
			tell(++wrong, pfn, kdump_get_err(ours.ctx));
		else if (!read_page(&raw, pfn, b))
			tell(++wrong, pfn, kdump_get_err(raw.ctx));
		else if (memcmp(a, b, ours.page_size) != 0)
			tell(++wrong, pfn, "bytes differ");
		else
			same++;
		zero += all_zero(a, ours.page_size);
	}
	printf("%" PRIu64 " pages equal, %" PRIu64 " of them zero; %" PRIu64 " wrong; %" PRIu64
	       " missing\n",
	       same, zero, wrong, missing);
	return wrong != 0 || same == 0;
}

/* Frames by number, in order. */
struct frames {
	uint64_t *nr;
	size_t count;
};

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static struct frames read_frames(const char *path)
{
	struct frames f = { 0 };
	FILE *in = path ? fopen(path, "r") : NULL;
	uint64_t nr;

	if (path && !in) {
		perror(path);
		exit(2);
	}
	while (in && fscanf(in, "%" SCNi64, (int64_t *)&nr) == 1) {
		if ((f.count & (f.count - 1)) == 0)
			f.nr = realloc(f.nr, (f.count ? 2 * f.count : 1) * sizeof(nr));
		if (!f.nr)
			exit(2);
		f.nr[f.count++] = nr;
	}
	if (in)
		fclose(in);
	if (f.count)
		qsort(f.nr, f.count, sizeof(nr), by_number);
	return f;
}

static bool listed(const struct frames *f, uint64_t nr)
{
	return f->count && bsearch(&nr, f->nr, f->count, sizeof(nr), by_number);
}

/* One frame that at least one of them holds, counted in only[] unless both may. */
static void compare_frame(uint64_t nr, bool has_a, bool has_b, bool in_list, uint64_t only[2])
{
	if (has_a && !has_b && !in_list)
		tell(++only[0], nr, "only in the first");
	if (has_b && in_list)
		tell(++only[1], nr, "listed, but in the second");
	else if (has_b && !has_a)
		tell(++only[1], nr, "only in the second");
}

static int compare_sets(const char *one, const char *two, const char *list)
{
	struct frames frames = read_frames(list);
	struct reader a, b;
	uint64_t only[2] = { 0 }, both = 0;
	kdump_addr_t in_a = 0, in_b = 0;
	bool more_a, more_b;

	reader_open(&a, one);
	reader_open(&b, two);
	more_a = next_page(&a, &in_a);
	more_b = next_page(&b, &in_b);
	while (more_a || more_b) {
		bool has_a = more_a && (!more_b || in_a <= in_b);
		bool has_b = more_b && (!more_a || in_b <= in_a);
		uint64_t nr = has_a ? in_a : in_b;

		both += has_a && has_b;
		compare_frame(nr, has_a, has_b, listed(&frames, nr), only);
		if (has_a && ++in_a)
			more_a = next_page(&a, &in_a);
		if (has_b && ++in_b)
			more_b = next_page(&b, &in_b);
	}
	free(frames.nr);
	printf("%" PRIu64 " pages in both, %" PRIu64 " only in the first, %" PRIu64
	       " only in the second\n",
	       both, only[0], only[1]);
	return only[0] || only[1];
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "bytes") == 0)
		return compare_bytes(argv[2], argv + 3, 1, false);
	if (argc == 4 && strcmp(argv[1], "present") == 0)
		return compare_bytes(argv[2], argv + 3, 1, true);
	if ((argc == 4 || argc == 5) && strcmp(argv[1], "sets") == 0)
		return compare_sets(argv[2], argv[3], argv[4]);
	if (argc > 4 && strcmp(argv[1], "split") == 0)
		return compare_bytes(argv[2], argv + 3, argc - 3, false);
	fprintf(stderr,
		"usage: dumpcmp bytes|present VMCORE DUMP | dumpcmp sets DUMP DUMP [LIST] | "
		"dumpcmp split VMCORE FILE...\n");
	return 2;
}
