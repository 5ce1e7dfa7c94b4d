/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_elf.c - any bytes as an ELF core
 *
 * What opens is then read the way the collector reads it: the first, last and
 * one middle page of every span, and the notes to their last byte.
 */
#include "base/err.h"
#include "base/log.h"
#include "source/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define SPANS 64 /* looked at; more of them are more of the same */

static void touch(const void *p, size_t len)
{
	const volatile uint8_t *byte = p;
	uint8_t sum = 0;

	for (size_t i = 0; i < len; i++)
		sum = (uint8_t)(sum + byte[i]);
	(void)sum;
}

static void read_at(struct view *v, uint64_t pa, size_t len)
{
	const void *p;

	if (view_map(v, pa, len, &p) == 0)
		touch(p, len);
	(void)view_damaged(v);
	fail_clear();
}

/* Promise of the header: sorted, disjoint, not empty. */
static void check_spans(const struct span *s, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (s[i].start >= s[i].end || (i > 0 && s[i].start < s[i - 1].end))
			abort();
}

static void read_all(struct source *src)
{
	struct view *v;

	check_spans(src->ram, src->nr_ram);
	check_spans(src->data, src->nr_data);
	touch(src->notes.data, src->notes.len);
	touch(src->vmcoreinfo.data, src->vmcoreinfo.len);
	if (view_open(src, &v) < 0)
		return;
	for (size_t i = 0; i < src->nr_ram && i < SPANS; i++) {
		const struct span *s = &src->ram[i];

		read_at(v, s->start & ~4095ull, 4096);
		read_at(v, (s->start + (s->end - s->start) / 2) & ~4095ull, 65536);
		read_at(v, (s->end - 1) & ~4095ull, 4096);
	}
	view_close(v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct source *src;
	char path[32];

	log_setup(0, false);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd >= 0 && write(fd, data, size) == (ssize_t)size && source_elf_open(path, &src) == 0) {
		read_all(src);
		source_close(src);
	}
	fail_clear();
	close(fd);
	return 0;
}
