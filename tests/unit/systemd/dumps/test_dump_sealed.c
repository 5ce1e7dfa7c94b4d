/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_dump_sealed.c - encrypted files of a dump: their names, and what is read out of them */
#include "systemd/dumps/dump_sealed.h"

#include "base/err.h"
#include "check.h"
#include "seal/seal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PLAIN (3 * 65536u + 100)

struct sample {
	struct seal_identities *ours, *other;
	char *plain, *sealed;
	size_t len;
};

static struct seal_identities *new_key(struct seal_recipients *to)
{
	char secret[SEAL_TEXT_MAX], text[SEAL_TEXT_MAX];
	struct seal_identities *ids;
	struct seal_recipient r;

	CHECK_EQ(seal_identity_new(&r, secret), 0);
	CHECK_EQ(seal_identities_parse(secret, "key", &ids), 0);
	seal_recipient_text(&r, text);
	if (to)
		CHECK_EQ(seal_recipients_add(to, text), 0);
	return ids;
}

/* Lines of 16 bytes with their number: every part of it is another text. */
static int setup(void **state)
{
	struct sample *s = calloc(1, sizeof(*s));
	struct seal_recipients to = { 0 };
	int fd = memfd_create("sealed", MFD_CLOEXEC);
	struct sink *sink;

	s->ours = new_key(&to);
	s->other = new_key(NULL);
	s->plain = malloc(PLAIN + 16);
	s->sealed = malloc(2 * PLAIN);
	for (size_t at = 0; at < PLAIN; at += 16)
		snprintf(s->plain + at, 17, "%15zu\n", at);
	CHECK_EQ(sink_stream_open(dup(fd), SINK_PATIENCE_MS, &sink), 0);
	CHECK_EQ(sink_seal_open(sink, &to, &sink), 0);
	CHECK_EQ(sink_write_at(sink, 0, s->plain, PLAIN), 0);
	CHECK_EQ(sink_commit(sink), 0);
	sink_close(sink);
	s->len = (size_t)pread(fd, s->sealed, 2 * PLAIN, 0);
	CHECK(s->len > PLAIN && s->len < 2 * PLAIN);
	close(fd);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct sample *s = *state;

	seal_identities_free(s->ours);
	seal_identities_free(s->other);
	free(s->plain);
	free(s->sealed);
	free(s);
	return 0;
}

static int read_sample(const struct sample *s, size_t len, const struct dump_sealed_want *want,
		       struct dump_sealed_text *out)
{
	struct blob bytes = { s->sealed, len };

	return dump_sealed_read(unseal_from_memory(&bytes), s->ours, want, out);
}

TEST(names_of_encrypted_files)
{
	CHECK(dump_is_sealed("vmcore.age") && dump_is_sealed("vmcore-dmesg.txt.age"));
	CHECK(dump_is_sealed("vmcore.age-incomplete"));
	CHECK(!dump_is_sealed("vmcore") && !dump_is_sealed("vmcore.agent") &&
	      !dump_is_sealed("vmcore.age.txt") && !dump_is_sealed(""));
}

TEST(the_end_of_any_length_is_kept)
{
	static const size_t sizes[] = {
		1, 16, 99, 100, 101, 65536, 65637, 200000, PLAIN, 2 * PLAIN
	};
	struct sample *s = *state;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		const struct dump_sealed_want want = { .max = sizes[i], .tail = true };
		size_t n = sizes[i] < PLAIN ? sizes[i] : PLAIN;
		struct dump_sealed_text text;

		CHECK_EQ(read_sample(s, s->len, &want, &text), 0);
		CHECK_EQ(text.len, n);
		CHECK_MEM(text.data, s->plain + PLAIN - n, n);
		CHECK_EQ(text.data[n], '\0');
		dump_sealed_free(&text);
	}
}

TEST(the_beginning_of_any_length_is_kept)
{
	static const size_t sizes[] = { 1, 65535, 65536, 65537, PLAIN, 2 * PLAIN };
	struct sample *s = *state;

	for (size_t i = 0; i < 2 * sizeof(sizes) / sizeof(sizes[0]); i++) {
		const struct dump_sealed_want want = { .max = sizes[i / 2], .head_alone = i % 2 };
		size_t n = want.max < PLAIN ? want.max : PLAIN;
		struct dump_sealed_text text;

		CHECK_EQ(read_sample(s, s->len, &want, &text), 0);
		CHECK_EQ(text.len, n);
		CHECK_MEM(text.data, s->plain, n);
		dump_sealed_free(&text);
	}
}

/* The beginning of a core needs its first piece alone; a log has to be whole. */
TEST(a_cut_file_has_a_beginning_and_no_end)
{
	const struct dump_sealed_want head = { .max = 1000, .head_alone = true };
	const struct dump_sealed_want tail = { .max = 1000, .tail = true };
	struct sample *s = *state;
	struct dump_sealed_text text;

	CHECK_EQ(read_sample(s, s->len - 1, &head, &text), 0);
	CHECK_EQ(text.len, 1000);
	dump_sealed_free(&text);
	for (size_t len = 0; len < s->len; len += 4001) {
		CHECK_OP(read_sample(s, len, &tail, &text), <, 0);
		CHECK(!text.data);
	}
	fail_clear();
}

/* Whatever is changed: an error, and no text. */
TEST(a_changed_log_is_not_read)
{
	const struct dump_sealed_want tail = { .max = 1000, .tail = true };
	struct sample *s = *state;
	struct dump_sealed_text text;

	for (size_t at = 0; at < s->len; at += at < 300 ? 7 : 1999) {
		s->sealed[at] ^= 1;
		CHECK_OP(read_sample(s, s->len, &tail, &text), <, 0);
		CHECK(!text.data);
		s->sealed[at] ^= 1;
	}
	fail_clear();
}

static struct dump described(const struct sample *s, const char *name, uint64_t size,
			     const struct seal_identities *ids)
{
	struct blob bytes = { s->sealed, s->len };
	const struct dump_sealed_file f = { name, size, 1700000000, unseal_from_memory(&bytes) };
	struct dump d;
	bool is;

	dump_init(&d, "127.0.0.1-2026-01-01-10:00:00");
	dump_file_sealed(&d, &f, ids);
	is = dump_end(&d);
	CHECK(is || !d.sealed);
	return d;
}

TEST(a_log_is_sealed_without_a_key)
{
	struct sample *s = *state;
	struct dump d = described(s, "vmcore-dmesg.txt.age", s->len, NULL);
	char text[200];

	CHECK(d.sealed && !d.opened && d.sealed_log && !d.has_log && !d.seal_error[0]);
	CHECK_EQ(d.state, DUMP_STATE_LOG);
	CHECK_STR(d.log, "vmcore-dmesg.txt.age");
	dump_panic_text(&d, text, sizeof(text));
	CHECK(strstr(text, "sealed") && strstr(text, "--identity"));
}

TEST(a_log_is_opened_with_its_key)
{
	struct sample *s = *state;
	struct dump d = described(s, "vmcore-dmesg.txt.age", s->len, s->ours);

	CHECK(d.sealed && d.opened && !d.sealed_log && d.has_log && !d.seal_error[0]);
	CHECK_STR(d.log, "vmcore-dmesg.txt.age");
}

TEST(another_key_says_so)
{
	struct sample *s = *state;
	struct dump d = described(s, "vmcore-dmesg.txt.age", s->len, s->other);
	char text[600];

	CHECK(d.sealed && !d.opened && d.sealed_log && !d.has_log);
	dump_panic_text(&d, text, sizeof(text));
	CHECK(strstr(text, "another key"));
	dump_sealed_state(&d, text, sizeof(text));
	CHECK(strstr(text, "not opened: vmcore-dmesg.txt.age: ") && strstr(text, "another key"));
}

TEST(a_log_that_is_too_large_is_not_read)
{
	struct sample *s = *state;
	struct dump d = described(s, "vmcore-dmesg.txt.age", DUMP_SEALED_MAX + 1, s->ours);

	CHECK(!d.opened && strstr(d.seal_error, "larger than 32 MiB"));
}

TEST(an_encrypted_core_is_complete_by_its_name)
{
	struct sample *s = *state;
	struct dump d = described(s, "vmcore.age", s->len, NULL);

	CHECK_EQ(d.state, DUMP_STATE_COMPLETE);
	CHECK(!strstr(d.error, "zeros"));
	d = described(s, "vmcore.age-incomplete", s->len, NULL);
	CHECK_EQ(d.state, DUMP_STATE_PARTIAL);
	d = described(s, "vmcore.age", 0, NULL);
	CHECK_EQ(d.state, DUMP_STATE_NOTHING);
	d = described(s, "kexec-dmesg.log.age", s->len, s->other);
	CHECK(!d.sealed && !d.seal_error[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_of_encrypted_files),
		cmocka_unit_test(test_the_end_of_any_length_is_kept),
		cmocka_unit_test(test_the_beginning_of_any_length_is_kept),
		cmocka_unit_test(test_a_cut_file_has_a_beginning_and_no_end),
		cmocka_unit_test(test_a_changed_log_is_not_read),
		cmocka_unit_test(test_a_log_is_sealed_without_a_key),
		cmocka_unit_test(test_a_log_is_opened_with_its_key),
		cmocka_unit_test(test_another_key_says_so),
		cmocka_unit_test(test_a_log_that_is_too_large_is_not_read),
		cmocka_unit_test(test_an_encrypted_core_is_complete_by_its_name),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
