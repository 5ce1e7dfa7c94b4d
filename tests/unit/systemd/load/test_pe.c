/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_pe.c - sections of PE files, whole, cut and absurd */
#include "systemd/load/pe.h"

#include "check.h"
#include "fix_pe.h"

#include <errno.h>
#include <string.h>

static const struct fix_pe_section sections[] = {
	{ ".text", "code", 4 },		{ ".uname", "6.12.1", 6 },  { ".linuxes", "x", 1 },
	{ ".linux", "the kernel", 10 }, { ".linux", "another", 7 },
};
#define NR 5

static unsigned char *pe;
static size_t len;

static int find(const char *name, struct pe_section *out)
{
	return pe_section_find(pe, len, len, name, out);
}

static void set(unsigned section, size_t at, uint32_t v)
{
	memcpy(pe + fix_pe_header(section) + at, &v, sizeof(v));
}

static int new_pe(void **state)
{
	(void)state;
	pe = fix_pe(sections, NR, &len);
	return pe ? 0 : -1;
}

static int free_pe(void **state)
{
	(void)state;
	free(pe);
	return 0;
}

static void finds_the_first_of_the_name(void **state)
{
	struct pe_section s;

	(void)state;
	CHECK_EQ(find(".linux", &s), 0);
	CHECK_EQ(s.len, 10);
	CHECK_MEM(pe + s.off, "the kernel", 10);
	CHECK_EQ(find(".linuxes", &s), 0);
	CHECK_EQ(s.len, 1);
	CHECK_EQ(find(".lin", &s), -ENOENT);
	CHECK_EQ(find(".initrd", &s), -ENOENT);
}

static void size_without_padding(void **state)
{
	struct pe_section s;

	(void)state;
	set(1, 8, 0);
	CHECK_EQ(find(".uname", &s), 0);
	CHECK_EQ(s.len, 512);
	/* Zeros that exist in memory alone. */
	set(1, 8, 100000);
	CHECK_EQ(find(".uname", &s), 0);
	CHECK_EQ(s.len, 512);
}

static void no_section_leaves_the_file(void **state)
{
	struct pe_section s;

	(void)state;
	set(3, 20, (uint32_t)len - 9);
	CHECK_EQ(find(".linux", &s), -EBADMSG);
	set(3, 20, (uint32_t)len - 10);
	CHECK_EQ(find(".linux", &s), 0);
	set(3, 20, 0xffffffff);
	CHECK_EQ(find(".linux", &s), -EBADMSG);
	set(3, 20, 0x400);
	set(3, 8, 0xffffffff);
	set(3, 16, 0xffffffff);
	CHECK_EQ(find(".linux", &s), -EBADMSG);
}

/* What is cut is another kind of file, or its table is not there; nothing behind it is read. */
static void cut_anywhere(void **state)
{
	struct pe_section s;

	(void)state;
	for (size_t n = 0; n < fix_pe_header(NR); n++) {
		unsigned char *cut = malloc(n + 1);

		assert_non_null(cut);
		cut = realloc(cut, n ? n : 1);
		memcpy(cut, pe, n);
		CHECK_EQ(pe_section_find(cut, n, len, ".linux", &s), -ENOEXEC);
		free(cut);
	}
}

static void absurd_headers(void **state)
{
	static const struct {
		size_t at;
		unsigned char bytes[4];
	} rows[] = {
		{ 0, { 'Z', 'M' } },
		{ 0x3c, { 0xff, 0xff, 0xff, 0xff } },
		{ 0x3c, { 0xe0, 0xff, 0xff, 0xff } },
		{ 0x80, { 'N', 'E' } },
		{ 0x86, { 0xff, 0xff, 0xf0 } },
		{ 0x94, { 0xff, 0xff } },
	};
	struct pe_section s;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned char was[4];

		memcpy(was, pe + rows[i].at, 4);
		memcpy(pe + rows[i].at, rows[i].bytes, 4);
		CHECK_EQ(find(".linux", &s), -ENOEXEC);
		memcpy(pe + rows[i].at, was, 4);
	}
	CHECK_EQ(find(".linux", &s), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, new_pe, free_pe)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(finds_the_first_of_the_name),
		T(size_without_padding),
		T(no_section_leaves_the_file),
		T(cut_anywhere),
		T(absurd_headers),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
