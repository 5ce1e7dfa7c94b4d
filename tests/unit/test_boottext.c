/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_boottext.c - what is not crashkernel= in a boot loader's text stays, or the text is refused
 */
#include "systemd/bootloader.h"

#include "base/err.h"
#include "base/util.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

static const struct bootloader_change set_128 = { .value = "128M" };
/* A text and what a change makes of it. */
struct edit_case {
	const char *text;
	const struct bootloader_change *change;
	const char *expected;
};

typedef int text_fn(const char *, const struct bootloader_change *, char **);

static void edits(text_fn *fn, const struct edit_case *cases, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		char *out = NULL;

		CHECK_EQ(fn(cases[i].text, cases[i].change, &out), 0);
		CHECK_STR(out, cases[i].expected);
		free(out);
	}
}

TEST(entry_as_it_is)
{
	static const struct edit_case cases[] = {
		{ "title X", &set_128, "title X\noptions crashkernel=128M\n" },
		{ "title X\r\noptions ro crashkernel=1G\r\n", &set_128,
		  "title X\r\noptions ro crashkernel=128M\r\n" },
		{ "  options ro crashkernel=1G\n", &set_128, "  options ro crashkernel=128M\n" },
	};
	char *out = NULL;

	edits(boottext_entry, cases, ARRAY_SIZE(cases));
	CHECK_EQ(boottext_entry("options dyndbg=\"file x\n", &set_128, &out), -EINVAL);
	CHECK(strstr(fail_text(), "never closed") != NULL);
	fail_clear();
}

TEST(template)
{
	static const struct edit_case cases[] = {
		{ "ro quiet\n", &set_128, "ro quiet crashkernel=128M\n" },
		{ "ro quiet", &set_128, "ro quiet crashkernel=128M\n" },
		{ "# why\nro crashkernel=1G\n\nquiet\n", &set_128,
		  "# why\nro\n\nquiet crashkernel=128M\n" },
		{ "ro\n# end\n", &set_128, "ro crashkernel=128M\n# end\n" },
		{ "# none\n", &set_128, "# none\ncrashkernel=128M\n" },
		{ "", &set_128, "crashkernel=128M\n" },
	};

	edits(boottext_template, cases, ARRAY_SIZE(cases));
}

RUN(entry_as_it_is, template)
