/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_luks.c - LUKS headers, whole and broken; lines of crypttab */
#include "systemd/distro/crypttab.h"
#include "systemd/distro/luks.h"

#include "base/err.h"
#include "check.h"
#include "temp_dir.h"

#include <endian.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A header of this version that says it has so many bytes, with this JSON, read. */
static int read_made(unsigned version, uint64_t bytes, const char *json, struct luks *out)
{
	char path[] = "/tmp/test-luks-XXXXXX", block[4096] = "LUKS\xba\xbe";
	uint16_t v = htobe16((uint16_t)version);
	uint64_t b = htobe64(bytes);
	int fd = mkstemp(path), rc;

	memcpy(block + 6, &v, sizeof(v));
	memcpy(block + 8, &b, sizeof(b));
	assert_true(write(fd, block, sizeof(block)) == sizeof(block));
	assert_true(write(fd, json, strlen(json)) == (ssize_t)strlen(json));
	assert_true(ftruncate(fd, 16384) == 0);
	close(fd);
	rc = luks_read(path, out);
	unlink(path);
	return rc;
}

static int read_json(const char *json, struct luks *out)
{
	return read_made(2, 16384, json, out);
}

TEST(slots_and_tokens)
{
	struct luks l;

	CHECK_EQ(read_json(
			 "{\"keyslots\":{"
			 "\"0\":{\"type\":\"luks2\",\"kdf\":{\"memory\":1048576}},"
			 "\"3\":{\"type\":\"luks2\",\"priority\":0,\"kdf\":{\"iterations\":9}},"
			 "\"4\":{\"type\":\"reencrypt\"}},"
			 "\"tokens\":{"
			 "\"0\":{\"type\":\"systemd-tpm2\",\"keyslots\":[\"3\"]},"
			 "\"1\":{\"type\":\"systemd-tpm2\",\"tpm2-pin\":true,\"keyslots\":[\"5\"]},"
			 "\"2\":{\"type\":\"clevis\",\"keyslots\":[\"6\"]},"
			 "\"3\":{\"type\":\"systemd-fido2\",\"keyslots\":[\"7\"]}}}",
			 &l),
		 0);
	CHECK_EQ(l.version, 2);
	CHECK(l.slot[0].used && l.slot[0].unasked && l.slot[0].memory == 1ull << 30);
	CHECK(l.slot[3].used && !l.slot[3].unasked && l.slot[3].memory == 0);
	CHECK(!l.slot[4].used && !l.slot[1].used);
	CHECK_EQ(l.tpm, 1u << 3);
	CHECK_EQ(l.tpm_pin, 1u << 5);
	CHECK_EQ(l.clevis, 1u << 6);
}

TEST(pcrs_that_do_not_stay)
{
	struct luks l;

	CHECK_EQ(read_json("{\"tokens\":{"
			   "\"0\":{\"type\":\"systemd-tpm2\",\"keyslots\":[\"1\"],"
			   "\"tpm2-pcrs\":[0,7,14]},"
			   "\"1\":{\"type\":\"systemd-tpm2\",\"keyslots\":[\"2\"],"
			   "\"tpm2-pcrs\":[7,15]},"
			   "\"2\":{\"type\":\"systemd-tpm2\",\"keyslots\":[\"3\"],"
			   "\"tpm2-pcrs\":[],\"tpm2_pubkey_pcrs\":[11]}}}",
			   &l),
		 0);
	CHECK_EQ(l.tpm, 7u << 1);
	CHECK_EQ(l.tpm_run, 3u << 2);
}

TEST(other_types_are_no_crash)
{
	static const char *const odd[] = {
		"{}",
		"[]",
		"7",
		"{\"keyslots\":[1],\"tokens\":3}",
		"{\"keyslots\":{\"32\":{\"type\":\"luks2\"},\"-1\":{\"type\":\"luks2\"},\"\":{}}}",
		"{\"keyslots\":{\"0\":null,\"1\":[],\"2\":{\"type\":{}}}}",
		"{\"tokens\":{\"0\":null,\"1\":{\"type\":\"systemd-tpm2\"}}}",
		"{\"tokens\":{\"0\":{\"type\":\"systemd-tpm2\",\"keyslots\":{\"0\":1}}}}",
		"{\"tokens\":{\"0\":{\"type\":\"systemd-tpm2\",\"keyslots\":[null,\"99\"]}}}",
	};
	struct luks l;

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		CHECK_EQ(read_json(odd[i], &l), 0);
		CHECK(l.tpm == 0 && l.tpm_pin == 0);
		for (unsigned s = 0; s < LUKS_SLOTS; s++)
			CHECK(!l.slot[s].used);
	}
}

TEST(absurd_memory_is_none)
{
	struct luks l;

	CHECK_EQ(read_json("{\"keyslots\":{\"0\":{\"type\":\"luks2\",\"kdf\":{\"memory\":-1}},"
			   "\"1\":{\"type\":\"luks2\",\"kdf\":{\"memory\":9223372036854775807}}}}",
			   &l),
		 0);
	CHECK(l.slot[0].used && l.slot[0].memory == 0);
	CHECK(l.slot[1].used && l.slot[1].memory == 0);
}

TEST(broken_headers)
{
	struct luks l;

	CHECK_EQ(read_made(1, 0, "", &l), 0);
	CHECK_EQ(l.version, 1);
	CHECK_EQ(read_made(3, 16384, "{}", &l), -EUCLEAN);
	CHECK_EQ(read_made(2, 16384, "{\"keyslots\":", &l), -EUCLEAN);
	CHECK_EQ(read_made(2, 16384, "", &l), -EUCLEAN);
	CHECK_EQ(read_made(2, 4096, "{}", &l), -EUCLEAN);
	CHECK_EQ(read_made(2, 0, "{}", &l), -EUCLEAN);
	CHECK_EQ(read_made(2, UINT64_MAX, "{}", &l), -EUCLEAN);
	CHECK_EQ(read_made(2, 32768, "{}", &l), -EUCLEAN); /* more than there is */
	CHECK_EQ(luks_read("/dev/null", &l), -EUCLEAN);
	CHECK(strstr(fail_text(), "LUKS header of /dev/null"));
	CHECK_EQ(luks_read("/no/such/node", &l), -ENOENT);
}

static int find(const char *text, const char *name, const char *uuid, struct crypttab_entry *e)
{
	char root[TEMP_DIR_MAX], path[80];
	FILE *f;
	int rc;

	temp_dir(root);
	snprintf(path, sizeof(path), "%s/etc", root);
	assert_true(mkdir(path, 0755) == 0);
	snprintf(path, sizeof(path), "%s" CRYPTTAB_FILE, root);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	rc = crypttab_find(root, name, uuid, e);
	unlink(path);
	snprintf(path, sizeof(path), "%s/etc", root);
	rmdir(path);
	rmdir(root);
	return rc;
}

TEST(lines_of_crypttab)
{
	static const char text[] = "# a UUID=01 none\n\n \t\nalone\n"
				   "a\tUUID=01-AB   none luks,key-slot=2,tpm2-device=auto\n"
				   "b /dev/disk/by-uuid/02 /key\n"
				   "c /dev/vdc -";
	struct crypttab_entry e;
	char value[8];

	CHECK_EQ(find(text, "other", "01ab", &e), 1);
	CHECK_STR(e.name, "a");
	CHECK_STR(e.key, "");
	CHECK(crypttab_option(&e, "luks", value, sizeof(value)) && !*value);
	CHECK(crypttab_option(&e, "key-slot", value, sizeof(value)));
	CHECK_STR(value, "2");
	CHECK(crypttab_option(&e, "tpm2-device", NULL, 0));
	CHECK(!crypttab_option(&e, "tpm2", NULL, 0) && !crypttab_option(&e, "slot", NULL, 0));
	crypttab_free(&e);
	CHECK_EQ(find(text, "other", "02", &e), 1);
	CHECK_STR(e.key, "/key");
	CHECK_STR(e.options, "");
	crypttab_free(&e);
	CHECK_EQ(find(text, "c", "03", &e), 1);
	CHECK_STR(e.device, "/dev/vdc");
	CHECK_STR(e.key, "");
	crypttab_free(&e);
	/* The name alone says nothing where the line names another UUID. */
	CHECK_EQ(find(text, "a", "77", &e), 0);
	CHECK_EQ(find(text, "alone", "", &e), 0);
	CHECK_EQ(crypttab_find("/no/such/root", "a", "", &e), 0);
}

RUN(slots_and_tokens, pcrs_that_do_not_stay, other_types_are_no_crash, absurd_memory_is_none,
    broken_headers, lines_of_crypttab)
