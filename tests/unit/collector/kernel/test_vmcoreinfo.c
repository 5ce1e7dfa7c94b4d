/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_vmcoreinfo.c - a damaged vmcoreinfo does not make the dump unreadable */
#include "kernel/vmcoreinfo.h"

#include "check.h"

#include <stdlib.h>
#include <string.h>

static void mends(const char *text, size_t len, unsigned page_size, int changed, const char *want)
{
	struct blob out = { NULL, 0 };

	CHECK_EQ(vmcoreinfo_mend((struct blob){ text, len }, page_size, &out), changed);
	CHECK_EQ(out.len, strlen(want));
	if (out.len)
		CHECK_MEM(out.data, want, out.len);
	free((void *)(uintptr_t)out.data);
}

#define MENDS(text, page_size, changed, want) \
	mends(text, sizeof(text) - 1, page_size, changed, want)

TEST(sound_text_stays)
{
	MENDS("OSRELEASE=6.1\nPAGESIZE=4096\nSIZE(page)=64\n", 4096, 0, "");
	MENDS("PAGESIZE=65536", 65536, 0, "");
	MENDS("PAGESIZE=4096\0\0", 4096, 0, "");
	MENDS("OSRELEASE=6.1\n", 4096, 0, "");
	MENDS("", 4096, 0, "");
}

TEST(the_page_size_is_that_of_the_dump)
{
	MENDS("A=1\nPAGESIZE=4496\nB=2\n", 4096, 1, "A=1\nPAGESIZE=4096\nB=2\n");
	MENDS("PAGESIZE=-096", 4096, 1, "PAGESIZE=4096");
	MENDS("PAGESIZE=4\0"
	      "96\nB=2\n",
	      4096, 1, "PAGESIZE=4096\nB=2\n");
	MENDS("PAGESIZE=\n096\n", 4096, 1, "PAGESIZE=4096\n096\n");
	MENDS("PAGESIZE=4096\nPAGESIZE=0\n", 4096, 1, "PAGESIZE=4096\nPAGESIZE=4096\n");
	MENDS("XPAGESIZE=1\nPAGESIZE=4096X\n", 4096, 1, "XPAGESIZE=1\nPAGESIZE=4096\n");
}

/* libkdumpfile takes a dot for the end of one name and the beginning of the next. */
TEST(no_key_begins_with_a_dot)
{
	MENDS("OSRELEASE=6\n.1\nPAGESIZE=4096\n", 4096, 1, "OSRELEASE=6\nPAGESIZE=4096\n");
	MENDS(".UILD-ID=00\nOFFSET(page\n.flags)=0\nA=1", 4096, 2, "OFFSET(page\nA=1");
	MENDS(".=", 4096, 1, "");
	MENDS("OFFSET(page.flags)=0\n", 4096, 0, "");
}

RUN(sound_text_stays, the_page_size_is_that_of_the_dump, no_key_begins_with_a_dot)
