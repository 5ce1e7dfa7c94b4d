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
	uint8_t *plain, *file, *mutant, *out;
	size_t len;
	size_t payload; /* where the first chunk begins */
	struct seal_identities *ids;
};

static void seal_sample(struct sealed *s)
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
	n = pread(fd, s->file, FILE_SIZE, 0);
	CHECK_OP(n, >, 0);
	s->len = (size_t)n;
	close(fd);
}

static int setup(void **state)
{
	struct sealed *s = calloc(1, sizeof(*s));
	ssize_t head;

	s->plain = malloc(PLAIN);
	s->file = malloc(FILE_SIZE);
	s->mutant = malloc(FILE_SIZE + 2 * CHUNK_SEALED);
	s->out = malloc(FILE_SIZE + 2 * CHUNK_SEALED);
	for (size_t i = 0; i < PLAIN; i++)
		s->plain[i] = (uint8_t)(i % 251);
	s->ids = sample_identities();
	seal_sample(s);
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
	free(s->mutant);
	free(s->out);
	free(s);
	return 0;
}

/* An error, and nothing came out that was not at this place before. most: bytes that may come. */
static void refused(struct sealed *s, size_t len, size_t most)
{
	size_t got;

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_whole_file_opens),
		cmocka_unit_test(test_no_byte_of_the_header_can_be_changed),
		cmocka_unit_test(test_no_bit_of_the_chunks_can_be_changed),
		cmocka_unit_test(test_a_cut_file_is_refused_wherever_it_is_cut),
		cmocka_unit_test(test_chunks_keep_their_places),
		cmocka_unit_test(test_nothing_may_follow),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
