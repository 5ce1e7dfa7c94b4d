/* SPDX-License-Identifier: GPL-2.0-or-later */
/* summary_usage.c - pages by class, each in one row of the table that makedumpfile --mem-usage
 * prints */
#include "summary/summary.h"

#include "base/util.h"

#include <inttypes.h>
#include <stdbool.h>

void summary_usage(FILE *f, const struct dump_stats *s)
{
	const struct page_counts *c = &s->pages;
	const struct {
		const char *type, *excludable, *description;
		uint64_t nr;
		bool seldom; /* shown if there are any */
	} row[] = {
		{ "ZERO", "yes", "nothing but zeros (estimated)", stats_zero(s), false },
		{ "NON_PRI_CACHE", "yes", "page cache without private data", c->dropped[PAGE_CACHE],
		  false },
		{ "PRI_CACHE", "yes", "page cache with private data",
		  c->dropped[PAGE_CACHE_PRIVATE], false },
		{ "USER", "yes", "memory of processes", c->dropped[PAGE_USER], false },
		{ "FREE", "yes", "free", c->dropped[PAGE_FREE], false },
		{ "UNUSED_VM", "-e", "struct pages of pages that are left out",
		  c->dropped[PAGE_UNUSED_VM], true },
		{ "HWPOISON", "always", "memory that failed", c->dropped[PAGE_POISON], true },
		{ "OFFLINE", "always", "offline", c->dropped[PAGE_OFFLINE], true },
		{ "UNREADABLE", "no", "could not be read (estimated)", stats_scaled(c, c->missing),
		  true },
		{ "KERN_DATA", "no", "the kernel's own", stats_kept(s), false },
	};

	fprintf(f, "%-16s%-16s%-16s%s\n", "TYPE", "PAGES", "EXCLUDABLE", "DESCRIPTION");
	for (size_t i = 0; i < ARRAY_SIZE(row); i++)
		if (row[i].nr || !row[i].seldom)
			fprintf(f, "%-16s%-16" PRIu64 "%-16s%s\n", row[i].type, row[i].nr,
				row[i].excludable, row[i].description);
	fprintf(f, "\n%-24s%" PRIu32 "\n", "page size:", s->page_size);
	fprintf(f, "%-24s%" PRIu64 "\n", "Total pages on system:", stats_ram(s));
	fprintf(f, "%-24s%" PRIu64 " Byte\n\n",
		"Total size on system:", stats_ram(s) * s->page_size);
}
