/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_summary_usage.c - pages by class: no page is missing, and none is counted twice */
#include "summary/summary.h"

#include "check.h"

#include <stdlib.h>
#include <string.h>

/* The numbers of all rows of pages. */
static uint64_t sum_of_usage(const char *text)
{
	const char *end = strstr(text, "\n\n"), *line = strchr(text, '\n');
	uint64_t sum = 0;

	for (; line && end && line < end; line = strchr(line + 1, '\n'))
		sum += strtoull(line + 1 + strcspn(line, " "), NULL, 10);
	return sum;
}

static struct dump_stats sampled(void)
{
	return (struct dump_stats){
		.level = 31,
		.page_size = 4096,
		.pages = { .ram = 0x400000,
			   .keep = 0x50000,
			   .dropped = { [PAGE_CACHE] = 0x20000,
					[PAGE_CACHE_PRIVATE] = 0x1000,
					[PAGE_USER] = 0x8f000,
					[PAGE_FREE] = 0x2ffff0,
					[PAGE_POISON] = 1,
					[PAGE_OFFLINE] = 15 },
			   .done = 0x28000,
			   .zero = 0x8000,
			   .missing = 7 },
	};
}

/* What print writes, to be freed. */
static char *text_of(void (*print)(FILE *f, const struct dump_stats *s), const struct dump_stats *s)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	CHECK(f != NULL);
	print(f, s);
	CHECK_EQ(fclose(f), 0);
	return text;
}

TEST(rows_add_up_to_the_total)
{
	struct dump_stats s = sampled();
	char *text = text_of(summary_usage, &s);

	CHECK_EQ(sum_of_usage(text), stats_ram(&s));
	CHECK(strstr(text, "HWPOISON        1 ") && strstr(text, "OFFLINE         15 "));
	CHECK(strstr(text, "UNREADABLE      14 ") && !strstr(text, "UNUSED_VM"));
	free(text);
}

/* Excluded and remaining pages are all pages, of a sample too. */
TEST(remaining_pages_of_a_sample)
{
	struct dump_stats s = sampled();
	char *text = text_of(summary_report, &s);

	CHECK(strstr(text, "Remaining pages           : 0x0000000000040000") != NULL);
	free(text);
}

RUN(rows_add_up_to_the_total, remaining_pages_of_a_sample)
