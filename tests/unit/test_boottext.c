/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_boottext.c - what is not crashkernel= in a boot loader's text stays, or the text is refused
 */
#include "systemd/bootloader.h"

#include "base/err.h"
#include "base/util.h"
#include "check.h"
#include "temp_root.h"

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

/* What a shell may take for something else than the reader does. */
TEST(grub_unsure)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{ "GRUB_CMDLINE_LINUX=a\nGRUB_CMDLINE_LINUX+=' b'\n", "line 2: not every shell" },
		{ "GRUB_CMDLINE_LINUX=a\r\n", "line 1: a carriage return" },
		{ "GRUB_CMDLINE_LINUX=\"a\r\nb\"\n", "line 1: a carriage return" },
		{ "A=$(cat <<E\nit's\nE\n)\nGRUB_CMDLINE_LINUX=a\n", "line 1 holds" },
		{ "A=`cat <<E\nit's\nE\n`\nGRUB_CMDLINE_LINUX=a\n", "line 1 holds" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *out = NULL;
		int rc = boottext_grub_default(cases[i].text, &set_128, &out);

		if (rc != -ENOTSUP || !strstr(fail_text(), cases[i].words))
			fail_msg("row %zu: %d, %s: %s", i, rc, fail_text(), out ? out : "");
		fail_clear();
	}
}

/* Our file may hold more by now, and any file a byte that nobody sees. */
TEST(files_left_alone)
{
	static const char more[] = "GRUB_TIMEOUT=3\nGRUB_CMDLINE_LINUX_DEFAULT=\"x\"\n";
	static const char path[] = "/etc/default/grub.d/kdump.cfg";
	struct bootloader_change c = { .root = temp_root, .kernel = "ALL", .value = "128M" };
	char full[128];
	FILE *f;

	root_new();
	root_path();
	root_program("update-grub", "exit 0");
	root_put("/etc/default/grub", "GRUB_CMDLINE_LINUX=\"a fadump=on crashkernel=1M\"\n");
	c.fadump = "off";
	CHECK_EQ(bootloader_grub.set(&c), 1);
	CHECK_STR(root_text("/etc/default/grub"), "GRUB_CMDLINE_LINUX=\"a\"\n");
	c.value = "64M";
	CHECK_EQ(bootloader_grub.set(&c), 1);
	root_put(path, more);
	CHECK_EQ(bootloader_grub.set(&c), -EINVAL);
	CHECK(strstr(fail_text(), "put crashkernel=64M there by hand") != NULL);
	c.value = c.fadump = NULL;
	CHECK_EQ(bootloader_grub.set(&c), -EINVAL);
	CHECK_STR(root_text(path), more);
	snprintf(full, sizeof(full), "%s/nul", temp_root);
	f = fopen(full, "w");
	CHECK(f && fwrite("a\0b", 1, 3, f) == 3 && fclose(f) == 0);
	CHECK_EQ(files_replace(temp_root, "/nul", "a"), -EINVAL);
	CHECK_EQ(files_replace(temp_root, "/etc", ""), -EINVAL);
	fail_clear();
	root_drop();
}

RUN(entry_as_it_is, template, grub_unsure, files_left_alone)
