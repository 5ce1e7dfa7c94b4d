/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core_case.h - for unit tests: a small ELF core, open, and what it should hold */
#ifndef CORE_CASE_H
#define CORE_CASE_H

#include "base/err.h"
#include "base/log.h"
#include "check.h"
#include "fixture.h"
#include "source/source.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MIB (1ull << 20)

/* A core being looked at. */
struct core {
	struct fix *f;
	int fd;
	struct source *src;
	struct view *v;
};

/* Two pieces of memory with a hole between; every page begins with its address. */
static inline struct fix *memory(void)
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

static inline struct core open_core(struct fix *f)
{
	struct core c = { .f = f };
	char path[32];

	c.fd = fix_core(f, path);
	CHECK_EQ(source_elf_open(path, &c.src), 0);
	CHECK_EQ(view_open(c.src, &c.v), 0);
	return c;
}

static inline void close_core(struct core *c)
{
	view_close(c->v);
	source_close(c->src);
	close(c->fd);
	fix_free(c->f);
	fail_clear();
}

/* len bytes at pa are as the fixture has them. */
static inline bool same(struct core *c, uint64_t pa, size_t len)
{
	char *want = malloc(len);
	const void *got;
	bool ok = view_map(c->v, pa, len, &got) == 0;

	fix_read(c->f, pa, want, len);
	ok = ok && memcmp(got, want, len) == 0;
	free(want);
	return ok;
}

static inline int map_rc(struct core *c, uint64_t pa, size_t len)
{
	const void *got;
	int rc = view_map(c->v, pa, len, &got);

	fail_clear();
	return rc;
}

#endif
