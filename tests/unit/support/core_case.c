/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core_case.c - for unit tests: a small ELF core, open, and what it should hold */
#include "core_case.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct fix *memory(void)
{
	struct fix *f = fix_new();

	log_setup(0, false);
	fix_ram(f, 1 * MIB, 1 * MIB, 0);
	fix_ram(f, 4 * MIB, 3 * MIB, 0);
	for (uint64_t pa = 0; pa < 8 * MIB; pa += FIX_PAGE)
		fix_poke(f, pa, pa, 8);
	fix_key(f, "OSRELEASE=6.1");
	return f;
}

struct core open_core(struct fix *f)
{
	struct core c = { .f = f };
	char path[32];

	c.fd = fix_core(f, path);
	CHECK_EQ(source_elf_open(path, &c.src), 0);
	CHECK_EQ(view_open(c.src, &c.v), 0);
	return c;
}

void close_core(struct core *c)
{
	view_close(c->v);
	source_close(c->src);
	close(c->fd);
	fix_free(c->f);
	fail_clear();
}

bool same(struct core *c, uint64_t pa, size_t len)
{
	char *want = malloc(len);
	const void *got;
	bool ok = view_map(c->v, pa, len, &got) == 0;

	fix_read(c->f, pa, want, len);
	ok = ok && memcmp(got, want, len) == 0;
	free(want);
	return ok;
}

int map_rc(struct core *c, uint64_t pa, size_t len)
{
	const void *got;
	int rc = view_map(c->v, pa, len, &got);

	fail_clear();
	return rc;
}
