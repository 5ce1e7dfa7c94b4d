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
struct fix *memory(void);

/* The memory as an ELF core in a file, opened. close_core() frees it all. */
struct core open_core(struct fix *f);

void close_core(struct core *c);

/* len bytes at pa are as the fixture has them. */
bool same(struct core *c, uint64_t pa, size_t len);

/* What view_map() returns for it. */
int map_rc(struct core *c, uint64_t pa, size_t len);

#endif
