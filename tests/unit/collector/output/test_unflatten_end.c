/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_unflatten_end.c - what a stream that breaks off leaves says so, or is removed */
#include "flat_stream.h"

#include "base/util.h"

#include <elf.h>

/* A core of two pages, of which one and a half come. */
TEST(cut_elf_is_marked_and_has_no_torn_page)
{
	static uint8_t stream[6 * FLAT_BLOCK], pages[2 * FLAT_BLOCK];
	struct {
		Elf64_Ehdr e;
		Elf64_Phdr p;
	} head = { .e = { .e_ident = ELFMAG, .e_phoff = sizeof(Elf64_Ehdr), .e_phnum = 1 } };
	size_t pos = start_stream(stream);
	struct mem_sink *m = mem_open();
	bool complete;

	memset(pages, 'x', sizeof(pages));
	pos = add_bytes(stream, pos, 0, &head, sizeof(head));
	check_refused(stream, pos - 1, "cut within the headers of the core");
	pos = add_bytes(stream, pos, FLAT_BLOCK, pages, sizeof(pages));
	CHECK_EQ(run(stream, pos - FLAT_BLOCK / 2, m, &complete), 0);
	CHECK(!complete && m->buf[offsetof(Elf64_Ehdr, e_flags)] == 1);
	CHECK(m->buf[2 * FLAT_BLOCK - 1] == 'x' && m->buf[2 * FLAT_BLOCK] == 0);
	sink_close(&m->base);
}

/* The number of program headers is in the section header, where e_phnum has no space for it. */
TEST(cut_elf_with_a_number_of_its_own)
{
	static uint8_t stream[6 * FLAT_BLOCK], pages[2 * FLAT_BLOCK];
	struct {
		Elf64_Ehdr e;
		Elf64_Shdr s;
		Elf64_Phdr p[20];
	} head = { .e = { .e_ident = ELFMAG,
			  .e_phoff = sizeof(Elf64_Ehdr) + sizeof(Elf64_Shdr),
			  .e_shoff = sizeof(Elf64_Ehdr),
			  .e_shnum = 1,
			  .e_phnum = PN_XNUM },
		   .s = { .sh_info = 20 } };
	size_t start = start_stream(stream), pos;
	struct mem_sink *m = mem_open();
	bool complete;

	pos = add_bytes(stream, start, 0, &head, sizeof(head));
	check_refused(stream, pos - 1, "cut within the headers of the core");
	pos = add_bytes(stream, pos, FLAT_BLOCK, pages, sizeof(pages));
	CHECK_EQ(run(stream, pos - 1, m, &complete), 0);
	CHECK(!complete && m->buf[offsetof(Elf64_Ehdr, e_flags)] == 1);
	sink_close(&m->base);
}

/* An input that looks at the file whenever more is wanted. */
struct watched {
	const uint8_t *stream;
	size_t len, pos;
	const struct mem_sink *m;
	unsigned nr_marked, nr_bare;
};

static int give_some(void *arg, void *buf, size_t size)
{
	struct watched *w = arg;
	size_t n = w->len - w->pos < 500 ? w->len - w->pos : 500;
	struct dump_header h;

	memcpy(&h, w->m->buf, sizeof(h));
	if (memcmp(h.signature, DUMP_SIGNATURE, 8) == 0)
		*(h.status & DUMP_INCOMPLETE ? &w->nr_marked : &w->nr_bare) += 1;
	n = n < size ? n : size;
	memcpy(buf, w->stream + w->pos, n);
	w->pos += n;
	return (int)n;
}

/* Whoever is killed leaves a file that says so, though the stream has its status at the end. */
TEST(the_mark_is_there_from_the_beginning)
{
	static uint8_t stream[MEM_ROOM];
	struct mem_sink *m = mem_open(), *direct = mem_open();
	struct watched w = { .stream = stream, .len = make_stream(stream, sizeof(stream)), .m = m };
	const struct unflatten_input in = { .read = give_some, .arg = &w };
	struct unflatten_result res;

	CHECK_EQ(sample_write(&direct->base), 0);
	CHECK_EQ(unflatten_from(&in, &m->base, &res), 0);
	CHECK(res.complete && w.nr_bare == 0 && w.nr_marked > 10);
	CHECK_MEM(m->buf, direct->buf, direct->size);
	sink_close(&m->base);
	sink_close(&direct->base);
}

/* The stream has its end, and the dump in it lacks pages. */
TEST(a_dump_marked_in_its_stream_keeps_the_mark)
{
	static uint8_t stream[MEM_ROOM];
	size_t pos = make_stream(stream, sizeof(stream)), end = pos - sizeof(struct flat_record);
	const uint64_t off = offsetof(struct dump_header, status);
	const uint32_t status = DUMP_ZSTD | DUMP_INCOMPLETE;
	struct mem_sink *m = mem_open();
	bool complete;

	/* the last record before the end mark is the status */
	memcpy(stream + end - sizeof(status), &status, sizeof(status));
	CHECK_EQ(run(stream, pos, m, &complete), 0);
	CHECK(!complete && !m->committed);
	CHECK_EQ(m->buf[off], status);
	sample_check(m->buf, m->size, false);
	sink_close(&m->base);
}

static void note_discard(struct sink *s)
{
	container_of(s, struct mem_sink, base)->size = 0;
}

/* A disk that is full within the headers: no reader opens that. */
TEST(headers_that_do_not_fit_are_removed)
{
	static uint8_t stream[MEM_ROOM];
	size_t len = make_stream(stream, sizeof(stream));
	struct mem_sink *m = mem_open();
	struct sink_ops ops = *m->base.ops;
	struct unflatten_result res;
	int fd = memfd(stream, len);

	ops.discard = note_discard;
	m->base.ops = &ops;
	m->fail_at = 3;
	CHECK_EQ(unflatten(fd, &m->base, 1, &res), -ENOSPC);
	CHECK(res.bytes == 0 && m->size == 0 && !m->committed);
	fail_clear();
	close(fd);
	sink_close(&m->base);
}

RUN(cut_elf_is_marked_and_has_no_torn_page, cut_elf_with_a_number_of_its_own,
    the_mark_is_there_from_the_beginning, a_dump_marked_in_its_stream_keeps_the_mark,
    headers_that_do_not_fit_are_removed)
