/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_seal_vectors.c - known keys give the known bytes of age v1 */
#include "base/err.h"
#include "seal_sample.h"
#include "seal/agekeys.h"
#include "seal/chunk.h"
#include "seal/entropy.h"
#include "seal/header.h"
#include "seal/ssh_key.h"

#include <sodium.h>

static void count_up(uint8_t *buf, uint8_t first, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		buf[i] = (uint8_t)(first + i);
}

static void check_hex(const uint8_t *got, size_t len, const char *want)
{
	char text[1024];

	sodium_bin2hex(text, sizeof(text), got, len);
	assert_string_equal(text, want);
}

TEST(recipients_have_their_text)
{
	struct seal_identities *ids = sample_identities();
	struct seal_recipient r;
	char text[SEAL_TEXT_MAX];

	CHECK_EQ(ids->nr, 1);
	seal_recipient_text(&ids->id[0].public, text);
	assert_string_equal(text, SAMPLE_RECIPIENT);
	CHECK_EQ(seal_recipient_parse(SAMPLE_SSH " somebody@somewhere", &r), 0);
	seal_recipient_text(&r, text);
	assert_string_equal(text, SAMPLE_SSH);
	check_hex(r.point, 32, "387b93ac33340f44b4a3e2c25d89cfb223c5027a982b797ec40533fae19dae55");
	check_hex(r.tag, 4, "2111fd80");
	seal_identities_free(ids);
}

TEST(an_ssh_key_has_its_tweak)
{
	struct seal_recipient r;
	uint8_t tweak[32];

	CHECK_EQ(seal_recipient_parse(SAMPLE_SSH, &r), 0);
	agekeys_ssh_tweak(r.blob, tweak);
	check_hex(tweak, 32, "a761ad0a9fca8be7014150b3fa9cfbe470d591beba9d62e31417fa59a33eec5b");
}

/* Both stanzas of one header, with the random numbers that it was made with. */
TEST(a_file_key_is_wrapped)
{
	uint8_t file_key[AGE_FILE_KEY], e[32];
	struct seal_recipient x, s;
	struct age_wrap wrap;
	char text[64];

	CHECK_EQ(seal_recipient_parse(SAMPLE_RECIPIENT, &x), 0);
	CHECK_EQ(seal_recipient_parse(SAMPLE_SSH, &s), 0);
	count_up(file_key, 0x61, sizeof(file_key));
	count_up(e, 0x21, sizeof(e));
	CHECK_EQ(agekeys_wrap(&x, e, file_key, &wrap), 0);
	check_hex(wrap.share, 32,
		  "5869aff450549732cbaaed5e5df9b30a6da31cb0e5742bad5ad4a1a768f1a67b");
	sodium_bin2base64(text, sizeof(text), wrap.body, 32,
			  sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
	assert_string_equal(text, "ilNmWm7rWdbYq0UyZsWJx5BMzKaTC/vHEf7orpfBl/w");
	count_up(e, 0x41, sizeof(e));
	CHECK_EQ(agekeys_wrap(&s, e, file_key, &wrap), 0);
	sodium_bin2base64(text, sizeof(text), wrap.body, 32,
			  sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
	assert_string_equal(text, "cXkvTUk9PfRsBQy3Hqan86IbMUzuFV5Td7vtT9SMesE");
}

#define HEAD                                                      \
	"age-encryption.org/v1\n"                                 \
	"-> X25519 WGmv9FBUlzLLqu1eXfmzCm2jHLDldCutWtShp2jxpns\n" \
	"ilNmWm7rWdbYq0UyZsWJx5BMzKaTC/vHEf7orpfBl/w\n"
#define MAC_X "--- VmxI8seT8ni0zDg6pWvFAtJxao38sQiOnkNDOsVv1Oc\n"
#define SSH_STANZA                                                            \
	"-> ssh-ed25519 IRH9gA ZLEBsdC+WocEvQePmJUAH8A+jp+VIvGI3RKNmEbUhGY\n" \
	"cXkvTUk9PfRsBQy3Hqan86IbMUzuFV5Td7vtT9SMesE\n"
#define MAC_XS "--- 3ULr2g8Qg1m0UncrEV/v+XX0831ALcNpRTdSTlrm+gs\n"

/* A whole file: this header, the nonce 71 to 80, and these sealed bytes. */
static int open_file(const char *header, const char *sealed_hex, const struct seal_identities *ids,
		     char *out, size_t *len)
{
	uint8_t file[1024];
	size_t n = strlen(header), sealed;

	memcpy(file, header, n);
	count_up(file + n, 0x71, AGE_NONCE);
	n += AGE_NONCE;
	sodium_hex2bin(file + n, sizeof(file) - n, sealed_hex, strlen(sealed_hex), NULL, &sealed,
		       NULL);
	return sample_open(file, n + sealed, ids, (uint8_t *)out, len);
}

#define SEALED_KDUMP "c697d5d24840c9194ece6aa3820a69c3fbe29a3860df"
#define SEALED_EMPTY "d3e8e37ee018965299cc9780a2e92ac4"

/* The identity of the ssh key, without its file. */
static struct seal_identities *ssh_identity(void)
{
	struct seal_identities *ids = sample_identities();
	uint8_t seed[32], pub[32], secret[64];

	count_up(seed, 0x81, sizeof(seed));
	crypto_sign_seed_keypair(pub, secret, seed);
	CHECK_EQ(ssh_recipient(pub, &ids->id[0].public), 0);
	CHECK_EQ(crypto_sign_ed25519_sk_to_curve25519(ids->id[0].scalar, secret), 0);
	return ids;
}

TEST(known_files_open)
{
	struct seal_identities *x = sample_identities(), *s = ssh_identity();
	char text[64];
	size_t len;

	CHECK_EQ(open_file(HEAD MAC_X, SEALED_KDUMP, x, text, &len), 0);
	CHECK(len == 6 && memcmp(text, "kdump\n", 6) == 0);
	CHECK_EQ(open_file(HEAD MAC_X, SEALED_EMPTY, x, text, &len), 0);
	CHECK_EQ(len, 0);
	CHECK_EQ(open_file(HEAD SSH_STANZA MAC_XS, SEALED_KDUMP, x, text, &len), 0);
	CHECK_EQ(len, 6);
	CHECK_EQ(open_file(HEAD SSH_STANZA MAC_XS, SEALED_KDUMP, s, text, &len), 0);
	CHECK_EQ(len, 6);
	CHECK_EQ(open_file(HEAD MAC_X, SEALED_KDUMP, s, text, &len), -EACCES);
	seal_identities_free(x);
	seal_identities_free(s);
}

/* Each of these is another text for the same header, or none at all. */
TEST(a_header_has_one_text_only)
{
	static const char *const bad[] = {
		"age-encryption.org/v2\n" SSH_STANZA MAC_XS,
		"age-encryption.org/v1\r\n" SSH_STANZA MAC_XS,
		HEAD "->  X25519 AA\nAA\n" MAC_X,
		HEAD "-> X25519 \nAA\n" MAC_X,
		HEAD "-> \nAA\n" MAC_X,
		HEAD "AA\n" MAC_X,
		HEAD "--- VmxI8seT8ni0zDg6pWvFAtJxao38sQiOnkNDOsVv1Od\n",
		HEAD "---VmxI8seT8ni0zDg6pWvFAtJxao38sQiOnkNDOsVv1Oc\n",
		HEAD "--- VmxI8seT8ni0zDg6pWvFAtJxao38sQiOnkNDOsVv1Oc \n",
		HEAD "-> grease\n\n" MAC_X,
		"age-encryption.org/v1\n" MAC_X,
		"age-encryption.org/v1\n-> X25519 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
		"ilNmWm7rWdbYq0UyZsWJx5BMzKaTC/vHEf7orpfBl/w\n" MAC_X,
		"age-encryption.org/v1\n-> X25519 WGmv9FBUlzLLqu1eXfmzCm2jHLDldCutWtShp2jxpns=\n"
		"ilNmWm7rWdbYq0UyZsWJx5BMzKaTC/vHEf7orpfBl/w\n" MAC_X,
		"",
		"age",
	};
	struct seal_identities *ids = sample_identities();
	char text[64];
	size_t len;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK_EQ(open_file(bad[i], SEALED_KDUMP, ids, text, &len), -EBADMSG);
		CHECK_EQ(len, 0);
		fail_clear();
	}
	seal_identities_free(ids);
}

TEST(a_kind_that_is_not_known_is_passed_over)
{
	uint8_t file_key[AGE_FILE_KEY], mac[AGE_KEY];
	struct seal_identities *ids = sample_identities();
	static const char head[] = HEAD "-> grease a b\n\n---";
	char file[512], code[64], text[64];
	size_t len;

	count_up(file_key, 0x61, sizeof(file_key));
	agekeys_mac(file_key, (struct blob){ head, strlen(head) }, mac);
	sodium_bin2base64(code, sizeof(code), mac, sizeof(mac),
			  sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
	snprintf(file, sizeof(file), "%s %s\n", head, code);
	CHECK_EQ(open_file(file, SEALED_KDUMP, ids, text, &len), 0);
	CHECK_EQ(len, 6);
	seal_identities_free(ids);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recipients_have_their_text),
		cmocka_unit_test(test_an_ssh_key_has_its_tweak),
		cmocka_unit_test(test_a_file_key_is_wrapped),
		cmocka_unit_test(test_known_files_open),
		cmocka_unit_test(test_a_header_has_one_text_only),
		cmocka_unit_test(test_a_kind_that_is_not_known_is_passed_over),
	};

	if (entropy_ready(ENTROPY_WAIT_MS) < 0)
		return 1;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
