/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_host_page.c - a core read on a host with large pages: files are mapped from their starts on
 */
#include "base/err.h"
#include "source/host_page.h"

#include "check.h"
#include "core_case.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define LARGE 65536

static bool large;

/* In place of the C library's. */
long sysconf(int name)
{
	long (*real)(int) = (long (*)(int))dlsym(RTLD_NEXT, "sysconf");

	return large && name == _SC_PAGESIZE ? LARGE : real(name);
}

/* Mappings of the file whose offset is no multiple of a large page; *nr: mappings of it. */
static unsigned crooked(const struct core *c, unsigned *nr)
{
	FILE *f = fopen("/proc/self/maps", "re");
	unsigned long inode, bad = 0;
	struct stat st;
	uint64_t off;
	char line[400];

	CHECK(f);
	CHECK_EQ(fstat(c->fd, &st), 0);
	*nr = 0;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%*s %*s %" SCNx64 " %*s %lu", &off, &inode) != 2 ||
		    inode != st.st_ino)
			continue;
		*nr += 1;
		bad += off % LARGE != 0;
	}
	fclose(f);
	return (unsigned)bad;
}

TEST(windows_begin_at_pages_of_the_host)
{
	unsigned nr;
	struct core c;

	large = true;
	c = open_core(memory());
	CHECK_EQ(crooked(&c, &nr), 0);
	for (uint64_t pa = 4 * MIB + FIX_PAGE; pa < 6 * MIB; pa += 9 * FIX_PAGE)
		CHECK(same(&c, pa, FIX_PAGE));
	CHECK_EQ(crooked(&c, &nr), 0);
	CHECK_OP(nr, >, 0);
	close_core(&c);
	large = false;
}

TEST(pages_of_this_host)
{
	CHECK_EQ(host_page_size(), getpagesize());
	large = true;
	CHECK_EQ(host_page_size(), LARGE);
	CHECK_EQ(host_page_start(3 * LARGE - 1), 2 * LARGE);
	large = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		U2(windows_begin_at_pages_of_the_host, pages_of_this_host),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
