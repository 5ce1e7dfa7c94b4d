/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_seal_keys.c - recipients and private keys as people write them, and what is refused */
#include "base/err.h"
#include "seal_sample.h"
#include "seal/agekeys.h"
#include "seal/bech32.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* An OpenSSH key made for this test, without a passphrase; and one that has one. */
static const char ssh_public[] =
	"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIF418r6/NNha2qLt0P+USLdi71ePNxa3qSwgZ5XhQ6WI test";
static const char ssh_private[] =
	"-----BEGIN OPENSSH PRIVATE KEY-----\n"
	"b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n"
	"QyNTUxOQAAACBeNfK+vzTYWtqi7dD/lEi3Yu9XjzcWt6ksIGeV4UOliAAAAIhciGtzXIhr\n"
	"cwAAAAtzc2gtZWQyNTUxOQAAACBeNfK+vzTYWtqi7dD/lEi3Yu9XjzcWt6ksIGeV4UOliA\n"
	"AAAEBGNOtsH7o3VGbUzPwNOLWDT+8yqJIUcVQVdk+gJRbmW1418r6/NNha2qLt0P+USLdi\n"
	"71ePNxa3qSwgZ5XhQ6WIAAAABHRlc3QB\n"
	"-----END OPENSSH PRIVATE KEY-----\n";
static const char ssh_locked[] =
	"-----BEGIN OPENSSH PRIVATE KEY-----\n"
	"b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABCkO5S3fu\n"
	"tSkfLK4GMEll40AAAAEAAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIG+qK5D8tVwE3dDj\n"
	"Eevdfe4ig5lWaGwg3eznQG82m4byAAAAkOsO6sIa1/QraTERzW94tnMJrB6S52hd4Z9q0J\n"
	"SQITiDymtEloVcT+yJ2+Yae10p9OYCk9Zr+0kwSqUzU+06E0tT0oRA6WcwCnNXLyiBIzDd\n"
	"KDgGGYglLH0isPODsBKprazssbPMRsXl4TwtHLtnm7wYYZ7LNI9f90UzpsNl2T/WGr2AkS\n"
	"cHX/5nBvmaCNUv2g==\n"
	"-----END OPENSSH PRIVATE KEY-----\n";

static void refused(const char *text, const char *why)
{
	struct seal_recipients to = { 0 };

	CHECK_EQ(seal_recipients_add(&to, text), -EINVAL);
	CHECK_EQ(to.nr, 0);
	CHECK(strstr(fail_text(), why));
	fail_clear();
}

TEST(other_kinds_are_refused_by_name)
{
	refused("ssh-rsa AAAAB3NzaC1yc2E", "ssh-rsa");
	refused("ecdsa-sha2-nistp256 AAAA", "ecdsa");
	refused("sk-ssh-ed25519@openssh.com AAAA", "security key");
	refused("age1yubikey1q2w3e", "plugin");
	refused("age1pq1qqqq", "age1pq1");
	refused("scrypt", "passphrase");
	refused("passphrase", "passphrase");
	refused("ssh-dss AAAAB3NzaC1kc3M", "ssh-dss");
	refused("AGE-PLUGIN-YUBIKEY-1QQ", "identity of a plugin");
	refused("age1tag1qqqq", "plugin");
	refused("github:somebody", "not fetched");
	refused(SAMPLE_SECRET, "secret key");
	refused("-----BEGIN OPENSSH PRIVATE KEY-----", "private key");
}

TEST(a_mistyped_recipient_is_noticed)
{
	char text[] = SAMPLE_RECIPIENT;

	for (size_t i = 5; i < strlen(text); i++) {
		char was = text[i];
		struct seal_recipient r;

		text[i] = was == 'q' ? 'p' : 'q';
		CHECK_EQ(seal_recipient_parse(text, &r), -EINVAL);
		text[i] = 'b';
		CHECK_EQ(seal_recipient_parse(text, &r), -EINVAL);
		text[i] = (char)(was >= 'a' ? was - 32 : '\x80');
		CHECK_EQ(seal_recipient_parse(text, &r), -EINVAL);
		text[i] = was;
	}
	refused("age1", "length");
	refused("AGE1Q73HE0Q5YZFU3D64MSD3P6RVKSNRWJK3D2598MGTMLQT9WRDR37Q2VRN72", "small letters");
	fail_clear();
}

/* The points of Curve25519 with which every secret gives zero: 0, 1, two of order 8, p-1, p, p+1.
 */
static const char *const low_points[] = {
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
	"5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};
#define NR_LOW (sizeof(low_points) / sizeof(low_points[0]))

static void point_of(const char *hex, uint8_t out[32])
{
	size_t len;

	CHECK_EQ(sodium_hex2bin(out, 32, hex, 64, NULL, &len, NULL), 0);
	CHECK_EQ(len, 32);
}

TEST(a_key_that_everybody_can_open_is_refused)
{
	char text[BECH32_TEXT_MAX];
	uint8_t point[32];

	for (unsigned i = 0; i < NR_LOW; i++) {
		point_of(low_points[i], point);
		bech32_encode(point, "age", false, text);
		refused(text, "everybody");
	}
}

/* A key that came in another way, and the share of a forged file: no secret of zeroes is used. */
TEST(an_all_zero_secret_is_refused_on_both_sides)
{
	const uint8_t secret[32] = { 8, 1 }, file_key[AGE_FILE_KEY] = { 1 };
	struct seal_identities *ids = sample_identities();
	struct seal_recipient to = { .kind = SEAL_X25519 };
	uint8_t opened[AGE_FILE_KEY];
	struct age_wrap wrap;

	for (unsigned i = 0; i < NR_LOW; i++) {
		point_of(low_points[i], to.point);
		CHECK_EQ(agekeys_wrap(&to, secret, file_key, &wrap), -EINVAL);
		CHECK(strstr(fail_text(), "everybody"));
		memset(&wrap, 7, sizeof(wrap));
		point_of(low_points[i], wrap.share);
		CHECK_EQ(agekeys_unwrap(&ids->id[0], &wrap, opened), -EACCES);
	}
	seal_identities_free(ids);
	fail_clear();
}

/* Points of small order on the ssh key's own curve: y is 1, -1 and 0. */
TEST(an_ssh_key_that_everybody_can_open_is_refused)
{
	static const char *const points[] = {
		"0100000000000000000000000000000000000000000000000000000000000000",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"0000000000000000000000000000000000000000000000000000000000000000",
	};
	uint8_t blob[SSH_BLOB] = "\0\0\0\013ssh-ed25519\0\0\0\040";
	char text[SEAL_TEXT_MAX];

	for (unsigned i = 0; i < 3; i++) {
		struct seal_recipient r;

		point_of(points[i], blob + SSH_BLOB - 32);
		strcpy(text, "ssh-ed25519 ");
		sodium_bin2base64(text + strlen(text), SEAL_TEXT_MAX - strlen(text), blob, SSH_BLOB,
				  sodium_base64_VARIANT_ORIGINAL);
		CHECK_EQ(seal_recipient_parse(text, &r), -EINVAL);
	}
	fail_clear();
}

TEST(an_ssh_key_is_what_it_says)
{
	struct seal_recipient r;

	CHECK_EQ(seal_recipient_parse(ssh_public, &r), 0);
	CHECK_EQ(seal_recipient_parse("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAIL1CdEa3I0", &r),
		 -EINVAL);
	CHECK_EQ(seal_recipient_parse("ssh-ed25519 AAAAB3NzaC1yc2EAAAADAQABAAABgQ==", &r), -EINVAL);
	CHECK_EQ(seal_recipient_parse("ssh-ed25519 ", &r), -EINVAL);
	CHECK_EQ(seal_recipient_parse("ssh-ed25519 !!!", &r), -EINVAL);
	fail_clear();
}

TEST(private_keys_are_read)
{
	struct seal_identities *ids;
	struct seal_recipient r;
	char text[4096];

	snprintf(text, sizeof(text), "# created\n\n" SAMPLE_SECRET "\r\n%s\n", ssh_private);
	CHECK_EQ(seal_identities_parse(text, "keys", &ids), 0);
	CHECK_EQ(ids->nr, 2);
	CHECK_EQ(seal_recipient_parse(ssh_public, &r), 0);
	CHECK_MEM(&ids->id[1].public, &r, sizeof(r));
	seal_identities_free(ids);
}

static void no_identity(const char *text, const char *why)
{
	struct seal_identities *ids;

	CHECK_EQ(seal_identities_parse(text, "keys", &ids), -EINVAL);
	CHECK(strstr(fail_text(), why));
	CHECK(!strstr(fail_text(), "QYPQXPQ9"));
	fail_clear();
}

TEST(what_is_no_private_key_is_refused_by_name)
{
	no_identity(ssh_locked, "passphrase");
	no_identity(ssh_public, "public key");
	no_identity("# nothing\n", "no key");
	no_identity("AGE-PLUGIN-YUBIKEY-1QQ", "plugins");
	no_identity("-----BEGIN RSA PRIVATE KEY-----", "kind");
	no_identity("AGE-SECRET-KEY-1QYPQXPQ9QCRSSZG2PVXQ6RS0ZQG3YYC5Z5TPWXQERGD3C8G7RUSQGPQYEF",
		    "checksum");
}

/* Any byte of the ssh key may be another one: it is refused, or is the same key. */
TEST(a_damaged_ssh_key_does_no_harm)
{
	char text[sizeof(ssh_private)];

	for (size_t i = 0; i + 2 < sizeof(text); i++) { /* but the last LF */
		struct seal_identities *ids = NULL;

		memcpy(text, ssh_private, sizeof(text));
		text[i] = text[i] == 'A' ? 'B' : 'A';
		if (seal_identities_parse(text, "keys", &ids) == 0)
			seal_identities_free(ids);
		text[i] = '\0';
		CHECK_OP(seal_identities_parse(text, "keys", &ids), <, 0);
		fail_clear();
	}
}

TEST(a_key_opens_for_its_recipient)
{
	struct seal_recipient r;
	struct seal_identities *ids;

	CHECK_EQ(seal_recipient_parse(SAMPLE_RECIPIENT, &r), 0);
	CHECK_EQ(seal_identities_parse(SAMPLE_SECRET, "key", &ids), 0);
	CHECK_MEM(&ids->id[0].public, &r, sizeof(r));
	seal_identities_free(ids);
}

TEST(a_file_has_recipients_and_comments)
{
	char path[] = "/tmp/test-seal-XXXXXX";
	struct seal_recipients to = { 0 };
	int fd = mkstemp(path);

	CHECK_OP(dprintf(fd, "# who\n\n  %s \r\n%s\n%s\n", SAMPLE_RECIPIENT, ssh_public,
			 SAMPLE_SSH),
		 >, 0);
	CHECK_EQ(seal_recipients_add(&to, path), 0);
	CHECK_EQ(to.nr, 3);
	CHECK_OP(dprintf(fd, "ssh-rsa AAAA\n"), >, 0);
	to.nr = 0;
	CHECK_EQ(seal_recipients_add(&to, path), -EINVAL);
	CHECK_EQ(to.nr, 0);
	CHECK(strstr(fail_text(), "line 6"));
	CHECK_EQ(ftruncate(fd, 0), 0);
	CHECK_EQ(seal_recipients_add(&to, path), -EINVAL);
	CHECK_EQ(seal_recipients_add(&to, "/nonexistent/keys"), -ENOENT);
	fail_clear();
	close(fd);
	unlink(path);
}

/* A new key opens what is sealed to its public half, is read back from its text, and is random. */
TEST(a_new_key_is_a_pair)
{
	char secret[SEAL_TEXT_MAX], other[SEAL_TEXT_MAX], text[SEAL_TEXT_MAX];
	struct seal_recipient r, again;
	struct seal_identities *ids;

	CHECK_EQ(seal_identity_new(&r, secret), 0);
	CHECK_EQ(seal_identities_parse(secret, "new", &ids), 0);
	CHECK_EQ(ids->nr, 1);
	CHECK_MEM(&ids->id[0].public, &r, sizeof(r));
	seal_identities_free(ids);
	seal_recipient_text(&r, text);
	CHECK_EQ(seal_recipient_parse(text, &again), 0);
	CHECK_MEM(&again, &r, sizeof(r));
	CHECK_EQ(seal_identity_new(&again, other), 0);
	CHECK_OP(strcmp(secret, other), !=, 0);
}

RUN(a_new_key_is_a_pair, other_kinds_are_refused_by_name, a_mistyped_recipient_is_noticed,
    a_key_that_everybody_can_open_is_refused, an_all_zero_secret_is_refused_on_both_sides,
    an_ssh_key_that_everybody_can_open_is_refused, an_ssh_key_is_what_it_says,
    private_keys_are_read, what_is_no_private_key_is_refused_by_name,
    a_damaged_ssh_key_does_no_harm, a_key_opens_for_its_recipient,
    a_file_has_recipients_and_comments)
