/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_note_search.c - vmcoreinfo in memory, among notes that are not the kernel's */
#include "kernel/note_search.h"

#include "base/err.h"
#include "base/log.h"
#include "check.h"
#include "fixture.h"

#include <string.h>

#define FIRST	 ((uint64_t)32 << 20) /* pa of the first note; one in each page from there on */
#define NR_NOTES 4000u

struct asked {
	unsigned nr, right; /* how often; which one is the kernel's: 0 is the first */
	bool sound;
};

static bool is_it(void *arg, struct blob text)
{
	struct asked *a = arg;

	a->sound = a->sound && text.len == 16 && !memcmp(text.data, "OSRELEASE=6.1.0\n", 16);
	return a->nr++ == a->right;
}

static uint64_t search(struct asked *a)
{
	const struct {
		uint32_t namesz, descsz, type;
		char name[12], text[16];
	} note = { 11, 16, 0, "VMCOREINFO", "OSRELEASE=6.1.0\n" };
	struct fix *f = fix_new();
	struct source *src;
	struct view *v;
	uint64_t pa;

	log_setup(0, false);
	fix_machine(f, &(struct fix_opts){ .era = "6.1" });
	for (unsigned i = 0; i < NR_NOTES; i++)
		fix_write(f, FIRST + i * FIX_PAGE, &note, sizeof(note));
	src = fix_source(f);
	CHECK_EQ(view_open(src, &v), 0);
	pa = note_search(src, v, is_it, a);
	CHECK(a->sound);
	view_close(v);
	source_close(src);
	fix_free(f);
	fail_clear();
	return pa;
}

TEST(one_of_many)
{
	struct asked a = { .right = 2, .sound = true };

	CHECK_EQ(search(&a), FIRST + 2 * FIX_PAGE);
	CHECK_EQ(a.nr, 3);
}

/* Each question may cost much: a core full of notes is given up. */
TEST(too_many)
{
	struct asked a = { .right = NR_NOTES, .sound = true };

	CHECK_EQ(search(&a), 0);
	CHECK_EQ(a.nr, 1024);
}

RUN(one_of_many, too_many)
