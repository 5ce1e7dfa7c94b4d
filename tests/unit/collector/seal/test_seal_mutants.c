/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_seal_mutants.c - a sealed file that was changed anywhere gives no byte that is not its own
 */
#include "base/err.h"
#include "seal_sample.h"
#include "output/sink.h"
#include "seal/chunk.h"
#include "seal/header.h"
#include "seal/seal.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PLAIN	  (5 * CHUNK_SIZE + 1000)
#define FILE_SIZE (PLAIN + 65536)

struct sealed {
	uint8_t *plain, *file, *other, *mutant, *out; /* other: the same, sealed once more */
	size_t len;
	unsigned nr;	/* mutants so far */
	size_t payload; /* where the first chunk begins */
	struct seal_identities *ids;
};

/* The length; it is the same each time. */
static size_t seal_sample(const struct sealed *s, uint8_t *file)
{
	struct seal_recipients to = { 0 };
	int fd = memfd_create("sealed", MFD_CLOEXEC);
	struct sink *sink;
	size_t pos = 0;
	ssize_t n;

	CHECK_EQ(seal_recipients_add(&to, SAMPLE_RECIPIENT), 0);
	CHECK_EQ(seal_recipients_add(&to, SAMPLE_SSH), 0);
	CHECK_EQ(seal_recipients_add(&to, SAMPLE_SSH " again"), 0);
	CHECK_EQ(to.nr, 2);
	CHECK_EQ(sink_stream_open(dup(fd), SINK_PATIENCE_MS, &sink), 0);
	CHECK_EQ(sink_seal_open(sink, &to, &sink), 0);
	for (size_t step = 1; pos < PLAIN; step = step * 3 + 1) {
		size_t len = step % 100000 < PLAIN - pos ? step % 100000 : PLAIN - pos;

		CHECK_EQ(sink_write_at(sink, pos, s->plain + pos, len), 0);
		pos += len;
	}
	CHECK_EQ(sink_commit(sink), 0);
	sink_close(sink);
	n = pread(fd, file, FILE_SIZE, 0);
	CHECK_OP(n, >, 0);
	close(fd);
	return (size_t)n;
}

static int setup(void **state)
{
	struct sealed *s = calloc(1, sizeof(*s));
	ssize_t head;

	s->plain = malloc(PLAIN);
	s->file = malloc(FILE_SIZE);
	s->other = malloc(FILE_SIZE);
	s->mutant = malloc(FILE_SIZE + 2 * CHUNK_SEALED);
	s->out = malloc(FILE_SIZE + 2 * CHUNK_SEALED);
	for (size_t i = 0; i < PLAIN; i++)
		s->plain[i] = (uint8_t)(i % 251);
	s->ids = sample_identities();
	s->len = seal_sample(s, s->file);
	CHECK_EQ(seal_sample(s, s->other), s->len);
	head = header_length((const char *)s->file, s->len);
	CHECK_EQ(head, 70 + 98 + 110);
	s->payload = (size_t)head + 16;
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct sealed *s = *state;

	seal_identities_free(s->ids);
	free(s->plain);
	free(s->file);
	free(s->other);
	free(s->mutant);
	free(s->out);
	free(s);
	return 0;
}

/* An error, and nothing came out that was not at this place before. most: bytes that may come. */
static void refused(struct sealed *s, size_t len, size_t most)
{
	size_t got;

	s->nr++;
	CHECK_OP(sample_open(s->mutant, len, s->ids, s->out, &got), <, 0);
	CHECK(got <= most && got <= PLAIN);
	CHECK_MEM(s->out, s->plain, got);
	fail_clear();
}

static void flipped(struct sealed *s, size_t at, unsigned bit)
{
	size_t most = at < s->payload ? 0 : (at - s->payload) / CHUNK_SEALED * CHUNK_SIZE;

	memcpy(s->mutant, s->file, s->len);
	s->mutant[at] ^= (uint8_t)(1u << bit);
	refused(s, s->len, most);
}

TEST(the_whole_file_opens)
{
	struct sealed *s = *state;
	size_t got;

	CHECK_EQ(s->len, s->payload + PLAIN + 6 * CHUNK_TAG);
	CHECK_EQ(sample_open(s->file, s->len, s->ids, s->out, &got), 0);
	CHECK_EQ(got, PLAIN);
	CHECK_MEM(s->out, s->plain, PLAIN);
}

TEST(no_byte_of_the_header_can_be_changed)
{
	struct sealed *s = *state;

	for (size_t at = 0; at < s->payload; at++) {
		flipped(s, at, at % 8);
		flipped(s, at, 7);
	}
}

TEST(no_bit_of_the_chunks_can_be_changed)
{
	struct sealed *s = *state;

	for (size_t at = s->payload; at < s->len; at += 4099)
		flipped(s, at, at % 8);
	for (unsigned i = 0; i < 6; i++) {
		size_t begin = s->payload + i * CHUNK_SEALED;

		flipped(s, begin, 0);
		flipped(s, begin + 1, 7);
		flipped(s, (begin + CHUNK_SEALED < s->len ? begin + CHUNK_SEALED : s->len) - 1, 0);
	}
}

TEST(a_cut_file_is_refused_wherever_it_is_cut)
{
	struct sealed *s = *state;

	memcpy(s->mutant, s->file, s->len);
	for (size_t len = 0; len < s->payload + 20; len++)
		refused(s, len, 0);
	for (unsigned i = 0; i < 6; i++)
		for (size_t more = 0; more < 3; more++)
			refused(s, s->payload + i * CHUNK_SEALED + more * 16, i * CHUNK_SIZE);
	refused(s, s->len - 1, 5 * CHUNK_SIZE);
}

/* The chunks of order, which is a string of digits. */
static size_t put_chunks(struct sealed *s, const char *order)
{
	size_t to = s->payload;

	memcpy(s->mutant, s->file, s->payload);
	for (; *order; order++) {
		size_t from = s->payload + (size_t)(*order - '0') * CHUNK_SEALED;
		size_t len = s->len - from < CHUNK_SEALED ? s->len - from : CHUNK_SEALED;

		memcpy(s->mutant + to, s->file + from, len);
		to += len;
	}
	return to;
}

TEST(chunks_keep_their_places)
{
	static const struct {
		const char *order;
		size_t most;
	} mutants[] = {
		{ "102345", 0 }, { "1234", 0 },	   { "02345", 1 },  { "001234", 1 },
		{ "012435", 3 }, { "0123455", 5 }, { "01234", 5 },  { "0123445", 5 },
		{ "5", 0 },	 { "05", 1 },	   { "012354", 4 },
	};
	struct sealed *s = *state;

	for (size_t i = 0; i < sizeof(mutants) / sizeof(mutants[0]); i++)
		refused(s, put_chunks(s, mutants[i].order), mutants[i].most * CHUNK_SIZE);
}

TEST(nothing_may_follow)
{
	struct sealed *s = *state;

	memcpy(s->mutant, s->file, s->len);
	memset(s->mutant + s->len, 0, CHUNK_SEALED);
	refused(s, s->len + 1, 5 * CHUNK_SIZE);
	refused(s, s->len + CHUNK_SEALED, 5 * CHUNK_SIZE);
}

/* On both sides of each border, and in each byte of each tag. */
TEST(no_byte_at_a_border_of_chunks_can_be_changed)
{
	struct sealed *s = *state;

	for (unsigned i = 1; i <= 6; i++) {
		size_t end = s->payload + i * CHUNK_SEALED;

		end = end < s->len ? end : s->len;
		for (size_t back = 1; back <= CHUNK_TAG + 2; back++)
			flipped(s, end - back, back % 8);
		for (size_t at = end; at < end + 4 && at < s->len; at++)
			flipped(s, at, at % 8);
	}
}

TEST(a_cut_near_a_border_of_chunks_is_refused)
{
	struct sealed *s = *state;

	memcpy(s->mutant, s->file, s->len);
	for (size_t i = 1; i < 6; i++)
		for (size_t d = 0; d <= 2 * CHUNK_TAG + 2; d++)
			refused(s, s->payload + i * CHUNK_SEALED + d - CHUNK_TAG - 1,
				i * CHUNK_SIZE);
}

/* Every two chunks, each dropped, each twice, in every place but its own. */
TEST(no_chunk_has_another_place)
{
	struct sealed *s = *state;

	for (unsigned a = 0; a < 6; a++) {
		for (unsigned b = 0; b < 6; b++) {
			char order[] = "012345", moved[8] = "";
			unsigned low = a < b ? a : b, n = 0;

			if (a == b)
				continue;
			order[a] = (char)('0' + b); /* b in the place of a */
			refused(s, put_chunks(s, order), a * CHUNK_SIZE);
			order[b] = (char)('0' + a); /* both exchanged */
			refused(s, put_chunks(s, order), low * CHUNK_SIZE);
			for (unsigned i = 0; i < 6; i++) { /* b once more, behind a */
				moved[n++] = (char)('0' + i);
				if (i == a)
					moved[n++] = (char)('0' + b);
			}
			/* Where that is its own place, the one after it is wrong. */
			refused(s, put_chunks(s, moved), (a + 1 + (b == a + 1)) * CHUNK_SIZE);
		}
	}
}

/* The same content for the same keys, sealed another time: no part of it fits here. */
TEST(nothing_of_another_file_fits)
{
	struct sealed *s = *state;

	for (unsigned i = 0; i < 6; i++) {
		size_t at = s->payload + i * CHUNK_SEALED;
		size_t len = s->len - at < CHUNK_SEALED ? s->len - at : CHUNK_SEALED;

		memcpy(s->mutant, s->file, s->len);
		memcpy(s->mutant + at, s->other + at, len);
		refused(s, s->len, i * CHUNK_SIZE);
	}
	memcpy(s->mutant, s->file, s->len);
	memcpy(s->mutant, s->other, s->payload - 16); /* its header */
	refused(s, s->len, 0);
	memcpy(s->mutant, s->file, s->payload);
	memcpy(s->mutant + s->payload - 16, s->other + s->payload - 16, 16); /* its nonce */
	refused(s, s->len, 0);
	memcpy(s->mutant, s->other, s->payload); /* both */
	refused(s, s->len, 0);
}

/* Lines of the header exchanged, dropped and repeated; the first and the last are among them. */
TEST(lines_of_the_header_keep_their_places)
{
	struct sealed *s = *state;
	size_t line[8], nr = 0, at = 0;

	while (at < s->payload - 16 && nr < 7) {
		line[nr++] = at;
		at = (size_t)((uint8_t *)memchr(s->file + at, '\n', s->payload - at) - s->file) + 1;
	}
	line[nr] = at;
	CHECK_EQ(nr, 6);
	for (size_t i = 0; i < nr; i++) {
		size_t len = line[i + 1] - line[i];

		memcpy(s->mutant, s->file, line[i]); /* dropped */
		memcpy(s->mutant + line[i], s->file + line[i + 1], s->len - line[i + 1]);
		refused(s, s->len - len, 0);
		memcpy(s->mutant, s->file, line[i + 1]); /* repeated */
		memcpy(s->mutant + line[i + 1], s->file + line[i], s->len - line[i]);
		refused(s, s->len + len, 0);
	}
}

/* The last test: there were enough of them. */
TEST(there_were_many_mutants)
{
	struct sealed *s = *state;

	CHECK_OP(s->nr, >=, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_whole_file_opens),
		cmocka_unit_test(test_no_byte_of_the_header_can_be_changed),
		cmocka_unit_test(test_no_bit_of_the_chunks_can_be_changed),
		cmocka_unit_test(test_a_cut_file_is_refused_wherever_it_is_cut),
		cmocka_unit_test(test_chunks_keep_their_places),
		cmocka_unit_test(test_nothing_may_follow),
		cmocka_unit_test(test_no_byte_at_a_border_of_chunks_can_be_changed),
		cmocka_unit_test(test_a_cut_near_a_border_of_chunks_is_refused),
		cmocka_unit_test(test_no_chunk_has_another_place),
		cmocka_unit_test(test_nothing_of_another_file_fits),
		cmocka_unit_test(test_lines_of_the_header_keep_their_places),
		cmocka_unit_test(test_there_were_many_mutants),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
