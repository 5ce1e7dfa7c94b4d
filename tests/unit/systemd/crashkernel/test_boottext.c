/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_boottext.c - crashkernel= in command lines, boot entries and GRUB's defaults */
#include "systemd/crashkernel/bootloader.h"

#include "base/err.h"
#include "base/util.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

static const struct bootloader_change set_128 = { .value = "128M" };
static const struct bootloader_change gone = { 0 };
static const struct bootloader_change fadump_on = { .value = "1G", .fadump = "nocma" };
static const struct bootloader_change fadump_off = { .value = "1G", .fadump = "off" };

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

TEST(cmdline)
{
	static const struct edit_case cases[] = {
		{ "ro quiet", &set_128, "ro quiet crashkernel=128M" },
		{ "crashkernel=1G,high a crashkernel=72M,low", &set_128, "a crashkernel=128M" },
		{ "a crashkernel=256M", &gone, "a" },
		{ "a=\"b c\"", &set_128, "a=\"b c\" crashkernel=128M" },
		{ "fadump=on a", &fadump_on, "a crashkernel=1G fadump=nocma" },
		{ "fadump=on a", &fadump_off, "a crashkernel=1G" },
		{ "a -- crashkernel=9M", &set_128, "a crashkernel=128M -- crashkernel=9M" },
		{ "", &set_128, "crashkernel=128M" },
	};

	edits(boottext_cmdline, cases, ARRAY_SIZE(cases));
}

TEST(entry)
{
	static const struct edit_case cases[] = {
		{ "title X\nlinux /vmlinuz-1\noptions root=/dev/sda1 ro\n", &set_128,
		  "title X\nlinux /vmlinuz-1\noptions root=/dev/sda1 ro crashkernel=128M\n" },
		{ "options $kernelopts crashkernel=1G", &set_128,
		  "options $kernelopts crashkernel=128M" },
		{ "options a crashkernel=1M\noptions b crashkernel=2M\n", &set_128,
		  "options a crashkernel=128M\noptions b\n" },
		{ "title X\n", &set_128, "title X\noptions crashkernel=128M\n" },
		{ "title X\noptionsfoo y\n", &gone, "title X\noptionsfoo y\n" },
	};

	edits(boottext_entry, cases, ARRAY_SIZE(cases));
}

/* Words go in and out where they stand; every other byte stays. */
TEST(grub_default)
{
	static const struct edit_case cases[] = {
		{ "GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX=\"rhgb crashkernel=256M\"\n", &set_128,
		  "GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX=\"rhgb crashkernel=128M\"\n" },
		{ "GRUB_CMDLINE_LINUX_DEFAULT='quiet crashkernel=1G' # why\nGRUB_CMDLINE_LINUX=\n",
		  &gone, "GRUB_CMDLINE_LINUX_DEFAULT='quiet' # why\nGRUB_CMDLINE_LINUX=\n" },
		{ "# nothing\n", &set_128, "# nothing\nGRUB_CMDLINE_LINUX=\"crashkernel=128M\"\n" },
		{ "A=1", &set_128, "A=1\nGRUB_CMDLINE_LINUX=\"crashkernel=128M\"\n" },
		{ "GRUB_CMDLINE_LINUX=\n", &set_128, "GRUB_CMDLINE_LINUX=\"crashkernel=128M\"\n" },
		{ "GRUB_CMDLINE_LINUX=ro\n", &set_128,
		  "GRUB_CMDLINE_LINUX=ro\" crashkernel=128M\"\n" },
		/* Over several lines, by a quote and by backslashes. */
		{ "GRUB_CMDLINE_LINUX=\"quiet\n  crashkernel=256M\n  ro\"\nA=1\n", &gone,
		  "GRUB_CMDLINE_LINUX=\"quiet\n \n  ro\"\nA=1\n" },
		{ "GRUB_CMDLINE_LINUX=\"quiet \\\ncrashkernel=256M ro\"\n", &set_128,
		  "GRUB_CMDLINE_LINUX=\"quiet \\\nro crashkernel=128M\"\n" },
		/* Quotes within. */
		{ "GRUB_CMDLINE_LINUX_DEFAULT=\"dyndbg=\\\"file a.c +p\\\" crashkernel=1G ro\"\n",
		  &gone, "GRUB_CMDLINE_LINUX_DEFAULT=\"dyndbg=\\\"file a.c +p\\\" ro\"\n" },
		{ "GRUB_CMDLINE_LINUX='a=\"b crashkernel=c\" crashkernel=1G'\n", &set_128,
		  "GRUB_CMDLINE_LINUX='a=\"b crashkernel=c\" crashkernel=128M'\n" },
		{ "GRUB_CMDLINE_LINUX=\"a \"'crashkernel=1G'\" b\"\n", &gone,
		  "GRUB_CMDLINE_LINUX=\"a \"''\" b\"\n" },
		{ "  export GRUB_CMDLINE_LINUX=\"a crashkernel=1G\"; B=\"c\"\n", &gone,
		  "  export GRUB_CMDLINE_LINUX=\"a\"; B=\"c\"\n" },
		/* Commands for other values, and what only looks like ours. */
		{ "GRUB_DISTRIBUTOR=`( . /etc/os-release && echo ${NAME} )`\n"
		  "X=\"$(sed 's, release .*$,,g' /etc/system-release)\"\n"
		  "#GRUB_CMDLINE_LINUX=\"crashkernel=1G\"\nY=\"\nGRUB_CMDLINE_LINUX=it\"\n"
		  "GRUB_CMDLINE_LINUX=\"crashkernel=2G\"\n",
		  &gone,
		  "GRUB_DISTRIBUTOR=`( . /etc/os-release && echo ${NAME} )`\n"
		  "X=\"$(sed 's, release .*$,,g' /etc/system-release)\"\n"
		  "#GRUB_CMDLINE_LINUX=\"crashkernel=1G\"\nY=\"\nGRUB_CMDLINE_LINUX=it\"\n"
		  "GRUB_CMDLINE_LINUX=\"\"\n" },
		/* The last assignment counts; one that takes in another, too. */
		{ "GRUB_CMDLINE_LINUX=\"crashkernel=1G\"\nGRUB_CMDLINE_LINUX=\"ro\"\n", &set_128,
		  "GRUB_CMDLINE_LINUX=\"\"\nGRUB_CMDLINE_LINUX=\"ro crashkernel=128M\"\n" },
		{ "GRUB_CMDLINE_LINUX=\"crashkernel=1G\"\n"
		  "GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX ro\"\n",
		  &set_128,
		  "GRUB_CMDLINE_LINUX=\"\"\n"
		  "GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX ro crashkernel=128M\"\n" },
		{ "GRUB_CMDLINE_LINUX=\"ro -- crashkernel=1\"\n", &set_128,
		  "GRUB_CMDLINE_LINUX=\"ro crashkernel=128M -- crashkernel=1\"\n" },
		{ "GRUB_CMDLINE_LINUX=\"fadump=on crashkernel=2G\"\n", &fadump_on,
		  "GRUB_CMDLINE_LINUX=\"crashkernel=1G fadump=nocma\"\n" },
		/* Nothing to do: whatever else is there. */
		{ "GRUB_CMDLINE_LINUX=\"open\nA=1\n", &gone, "GRUB_CMDLINE_LINUX=\"open\nA=1\n" },
		{ "if true; then A=1; fi\n", &gone, "if true; then A=1; fi\n" },
	};

	edits(boottext_grub_default, cases, ARRAY_SIZE(cases));
}

/* What it would take a shell to understand, or what would change more, is refused. */
TEST(grub_refused)
{
	static const struct {
		const char *text, *message;
		const struct bootloader_change *change;
	} cases[] = {
		{ "A=1\nif true; then\nGRUB_CMDLINE_LINUX=\"crashkernel=1G\"\nfi\n", "line 2 has",
		  &gone },
		{ "GRUB_CMDLINE_LINUX=\"crashkernel=1G\nA=1\n", "line 1 has", &gone },
		{ "GRUB_CMDLINE_LINUX=\"$(cat /x) crashkernel=1G\"\n",
		  "line 1: commands compute the value of", &gone },
		{ "A=1\nGRUB_CMDLINE_LINUX=\"`cat /x`\"\n", "line 2: commands compute the value of",
		  &set_128 },
		{ "A=crashkernel=1G\nGRUB_CMDLINE_LINUX=\"$A ro\"\n", "from another", &gone },
		{ "A=kernel\nGRUB_CMDLINE_LINUX=\"crash$A=1G\"\n", "line 2: a variable", &gone },
		{ "GRUB_CMDLINE_LINUX=\"a crash\"kernel=1G\n", "", &gone },
		{ "GRUB_CMDLINE_LINUX=a\\ --\n", "", &set_128 },
		{ ". /etc/other\n", "line 1 has", &set_128 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *out = NULL;

		fail_clear();
		CHECK_EQ(boottext_grub_default(cases[i].text, cases[i].change, &out), -ENOTSUP);
		CHECK_EQ(out, NULL);
		if (!strstr(fail_text(), cases[i].message))
			fail_msg("row %zu: %s", i, fail_text());
	}
	fail_clear();
}

TEST(grub_value)
{
	static const struct {
		const char *text, *value;
	} cases[] = {
		{ "GRUB_CMDLINE_LINUX=\"a\ncrashkernel=1G\nb\"\n", "1G" },
		{ "GRUB_CMDLINE_LINUX_DEFAULT=crashkernel=2G\nGRUB_CMDLINE_LINUX=crashkernel=1G\n",
		  "2G" },
		{ "GRUB_CMDLINE_LINUX=crashkernel=1G\nGRUB_CMDLINE_LINUX=\n", "none" },
		{ "X=\"crashkernel=1G\"\n", "none" },
		{ "if x; then\nGRUB_CMDLINE_LINUX=\"crashkernel=1G\"\nfi\n", "1G" },
		{ "# crashkernel=1G\nx=`y`", "none" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *value = boottext_grub_value(cases[i].text);

		CHECK_STR(value ? value : "none", cases[i].value);
		free(value);
	}
}

static bool is_64(const char *value, const void *arg)
{
	(void)arg;
	return strcmp(value, "64M") == 0;
}

/* What is so already, once, stays untouched; so does what the change is not for. */
TEST(differs)
{
	static const struct bootloader_change older = { .value = "128M", .only = is_64 };
	static const struct {
		const char *cmdline;
		const struct bootloader_change *change;
		bool differs;
	} cases[] = {
		{ "ro crashkernel=128M quiet", &set_128, false },
		{ "ro", &set_128, true },
		{ "crashkernel=64M", &set_128, true },
		{ "crashkernel=128M crashkernel=128M", &set_128, true },
		{ "crashkernel=1G,high crashkernel=128M", &set_128, true },
		{ "ro", &gone, false },
		{ "crashkernel=64M", &gone, true },
		{ "crashkernel=1G fadump=on", &fadump_off, true },
		{ "crashkernel=1G", &fadump_off, false },
		{ "crashkernel=1G fadump=on", &fadump_on, true },
		{ "crashkernel=1G fadump=nocma", &fadump_on, false },
		{ "crashkernel=64M", &older, true },
		{ "crashkernel=512M", &older, false },
		{ "ro", &older, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		if (boottext_differs(cases[i].cmdline, cases[i].change) != cases[i].differs)
			fail_msg("row %zu: %s", i, cases[i].cmdline);
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
	CHECK(strstr(fail_text(), "unclosed quote") != NULL);
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
		const char *text, *message;
	} cases[] = {
		{ "GRUB_CMDLINE_LINUX=a\nGRUB_CMDLINE_LINUX+=' b'\n", "line 2: not every shell" },
		{ "GRUB_CMDLINE_LINUX=a\r\n", "line 1: a carriage return" },
		{ "GRUB_CMDLINE_LINUX=\"a\r\nb\"\n", "line 1: a carriage return" },
		{ "A=$(cat <<E\nit's\nE\n)\nGRUB_CMDLINE_LINUX=a\n", "line 1 has" },
		{ "A=`cat <<E\nit's\nE\n`\nGRUB_CMDLINE_LINUX=a\n", "line 1 has" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *out = NULL;
		int rc = boottext_grub_default(cases[i].text, &set_128, &out);

		if (rc != -ENOTSUP || !strstr(fail_text(), cases[i].message))
			fail_msg("row %zu: %d, %s: %s", i, rc, fail_text(), out ? out : "");
		fail_clear();
	}
}

RUN(cmdline, entry, grub_default, grub_refused, grub_value, differs, entry_as_it_is, template,
    grub_unsure)
