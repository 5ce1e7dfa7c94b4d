/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * selftest.h - test that this program can make dumps: the core for it, and the comparisons
 *
 * The core is made by tests/fixtures/selftest/main.c and shipped with kdump-capture. It contains
 * the expected result: each page of data begins with struct selftest_page.
 */
#ifndef SELFTEST_SELFTEST_H
#define SELFTEST_SELFTEST_H

#include "source/source.h"

#include <assert.h>

#define SELFTEST_MAGIC	 "kdump self-test"
#define SELFTEST_LEVEL	 31
#define SELFTEST_RELEASE "6.12.0-100-amd64"
#define SELFTEST_LINE	 "kdump self-test: line %u of %u" /* of the kernel log, from 1 on */
#define SELFTEST_LINES	 20u
#define SELFTEST_CPUS	 2u
#define SELFTEST_PAGE	 4096u

/* What happens to a page at level SELFTEST_LEVEL. */
enum selftest_verdict { SELFTEST_KEEP = 1, SELFTEST_DROP = 2 };

struct selftest_page {
	char magic[16];
	uint64_t pa;
	uint32_t verdict;
	uint32_t pad;
};

static_assert(sizeof(struct selftest_page) == 32, "selftest_page");

/*
 * Compare a dump that was made of core at level (0 or SELFTEST_LEVEL), compressed by the codec of
 * that flag (0: none), with the core: header, notes, and each page that is in the one or the
 * other. At least one page must be compressed. 0, or -EBADMSG with the first difference as message.
 */
int selftest_compare(struct source *core, const char *dump, unsigned level, uint32_t codec_flag);

/* The same for a file with the core's kernel log: every line is in it, in order. */
int selftest_compare_log(const char *path);

#endif
