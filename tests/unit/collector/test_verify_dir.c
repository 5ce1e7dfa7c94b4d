/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_verify_dir.c - a directory by its manifest: what changed is found, nothing else is opened */
#include "verify_dir.h"

#include "base/err.h"
#include "check.h"
#include "temp_dir.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64];
static struct verify_dir v;

static void put(const char *name, const char *text, size_t len)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	CHECK(f && fwrite(text, 1, len, f) == len && fclose(f) == 0);
}

/* files: what stands in the list. */
static void put_manifest(const char *files)
{
	static char text[4096 + 16 * XSUM_PIECES];
	char sum[XSUM_TEXT];
	int n = snprintf(text, sizeof(text), "{\"state\":\"complete\",\"files\":[%s]", files);

	xsum_of(text, (size_t)n, sum);
	n += snprintf(text + n, sizeof(text) - (size_t)n, ",\"xxh3_128\":\"%s\"}\n", sum);
	put(MANIFEST_NAME, text, (size_t)n);
}

static const char *entry(const char *name, const char *text, char out[300])
{
	char sum[XSUM_TEXT];

	xsum_of(text, strlen(text), sum);
	snprintf(out, 300,
		 "{\"name\":\"%s\",\"size\":%zu,\"checksum\":{\"kind\":\"whole\",\"bytes\":%zu,"
		 "\"xxh3_128\":\"%s\"}}",
		 name, strlen(text), strlen(text), sum);
	return out;
}

static void begin(void)
{
	temp_dir(dir);
	fail_clear();
}

static void end(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -r %s", dir);
	CHECK_EQ(system(command), 0);
}

static uint64_t faults(void)
{
	CHECK_EQ(verify_dir(dir, 1, &v), 0);
	verify_dir_free(&v);
	return v.faults;
}

static bool first_says(const char *words)
{
	if (!strstr(v.first, words))
		fail_msg("'%s' lacks '%s'", v.first, words);
	return true;
}

TEST(sealed_files)
{
	char e[300];

	begin();
	put("vmcore.age", "sealed bytes", 12);
	put_manifest(entry("vmcore.age", "sealed bytes", e));
	CHECK_EQ(faults(), 0);
	CHECK(v.state[0] == VERIFY_WHOLE && !v.core[0] && !v.incomplete);
	CHECK_STR(v.sealed, "vmcore.age");
	put("vmcore.age", "sealed bytEs", 12);
	CHECK(faults() == 1 && first_says("vmcore.age: it is not as it was written"));
	put("vmcore.age", "sealed", 6);
	CHECK(faults() == 1 && first_says("has 6 bytes, and 12 were written"));
	end();
}

TEST(missing_and_links)
{
	char path[128], e[300];

	begin();
	put_manifest(entry("vmcore-dmesg.txt", "log", e));
	CHECK(faults() == 1 && first_says("it is missing"));
	snprintf(path, sizeof(path), "%s/vmcore-dmesg.txt", dir);
	put("other", "log", 3);
	CHECK_EQ(symlink("other", path), 0);
	CHECK(faults() == 1 && first_says("cannot be opened as a regular file"));
	CHECK_EQ(unlink(path), 0);
	CHECK_EQ(mkfifo(path, 0600), 0);
	CHECK(faults() == 1 && first_says("cannot be opened as a regular file"));
	end();
}

TEST(hostile_names)
{
	static const char *const names[] = { "../x", "/etc/passwd", "..",	".",
					     "",     "a/b",	    "a\\u001bb" };
	char e[300];

	begin();
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		put_manifest(entry(names[i], "x", e));
		CHECK(faults() == 1 && first_says("a name of a file that is none"));
		CHECK(!v.has_manifest);
	}
	end();
}

/* Each byte of a manifest counts: it is not believed when one is another. */
TEST(a_changed_manifest)
{
	char e[300], text[4096], path[128];
	size_t len;
	FILE *f;

	begin();
	put("x", "text", 4);
	put_manifest(entry("x", "text", e));
	snprintf(path, sizeof(path), "%s/" MANIFEST_NAME, dir);
	f = fopen(path, "r");
	CHECK(f);
	len = fread(text, 1, sizeof(text), f);
	fclose(f);
	CHECK_EQ(faults(), 0);
	for (size_t i = 0; i < len; i++) {
		text[i] ^= 1;
		put(MANIFEST_NAME, text, len);
		text[i] ^= 1;
		CHECK_EQ(faults(), 1);
	}
	for (size_t i = 0; i < len; i += 7) {
		put(MANIFEST_NAME, text, i);
		CHECK_EQ(faults(), 1);
	}
	end();
}

TEST(nothing_is_there)
{
	begin();
	CHECK_EQ(verify_dir(dir, 1, &v), -ENOENT);
	verify_dir_free(&v);
	end();
}

TEST(what_is_no_dump)
{
	char e[300];

	begin();
	put("vmcore", "no dump at all", 14);
	put_manifest(entry("vmcore", "no dump at all", e));
	CHECK(faults() == 1 && first_says("vmcore: no dump that can be read"));
	end();
}

static void record(void)
{
	CHECK_EQ(verify_dir(dir, 1, &v), 0);
	CHECK_EQ(verify_record(dir, &v), 0);
	verify_dir_free(&v);
}

TEST(a_record)
{
	char e[300];

	begin();
	put("vmcore.age", "sealed bytes", 12);
	put("notes.txt", "mine", 4);
	put_manifest(entry("vmcore.age", "sealed bytes", e));
	record();
	CHECK_EQ(faults(), 0);
	CHECK(v.has_record);
	put("kdump-added.json", "{}", 2); /* kdumpctl writes it later */
	CHECK_EQ(faults(), 0);
	put("notes.txt", "mi", 2);
	CHECK(faults() == 1 && first_says("notes.txt: its size changed after it was verified"));
	/* A second record does not make that the truth. */
	record();
	CHECK_EQ(faults(), 1);
	put("notes.txt", "mine", 4);
	CHECK_EQ(faults(), 0);
#if HAVE_SODIUM
	put("notes.txt", "nine", 4);
	CHECK(faults() == 1 && first_says("its SHA-256 is another one"));
#endif
	end();
}

/* A file that the capture took no checksum of is compared with the record; one nobody knows is
 * named. */
TEST(what_could_not_be_checked)
{
	begin();
	put("vmcore.age", "of another program", 18);
	put("notes.txt", "mine", 4);
	put_manifest("{\"name\":\"vmcore.age\",\"size\":18,\"checksum\":null}");
	CHECK_EQ(faults(), 0);
	CHECK_EQ(v.state[0], VERIFY_SIZE_ONLY);
	CHECK_EQ(v.nr_unlisted, 1);
	CHECK_STR(v.unlisted[0], "notes.txt");
	CHECK_EQ(verify_recorded_as(&v, "vmcore.age"), VERIFY_NOT_RECORDED);
	record();
	CHECK_EQ(verify_dir(dir, 1, &v), 0);
	CHECK_EQ(v.nr_unlisted, 0);
#if HAVE_SODIUM
	CHECK_EQ(verify_recorded_as(&v, "vmcore.age"), VERIFY_SAME);
	CHECK_EQ(verify_recorded_as(&v, "notes.txt"), VERIFY_SAME);
	verify_dir_free(&v);
	put("vmcore.age", "of another Program", 18);
	CHECK_EQ(verify_dir(dir, 1, &v), 0);
	CHECK_EQ(verify_recorded_as(&v, "vmcore.age"), VERIFY_OTHER);
	CHECK_EQ(v.faults, 1);
#endif
	verify_dir_free(&v);
	end();
}

/* Another program sent it to a server by itself. */
TEST(neither_size_nor_checksum)
{
	begin();
	put("vmcore.flat", "of another program", 18);
	put_manifest("{\"name\":\"vmcore.flat\",\"size\":null,\"checksum\":null}");
	CHECK_EQ(verify_dir(dir, 1, &v), 0);
	CHECK_EQ(v.state[0], VERIFY_SIZE_ONLY);
	CHECK(v.manifest.file[0].size == MANIFEST_UNKNOWN && v.nr_unlisted == 0);
	verify_dir_free(&v);
	put_manifest("{\"name\":\"vmcore\",\"size\":null,\"checksum\":null}");
	CHECK_EQ(verify_dir(dir, 1, &v), 0);
	CHECK(v.state[0] == VERIFY_MISSING && v.nr_unlisted == 1);
	verify_dir_free(&v);
	end();
}

static void put_units_manifest(const char *data, size_t from, size_t len, unsigned unit)
{
	static struct xsum_set set;
	char e[400];

	xsum_set_init(&set, 512, XSUM_PIECE);
	xsum_set_add(&set, 0, data + from, len - from);
	snprintf(e, sizeof(e),
		 "{\"name\":\"vmcore.age\",\"size\":%zu,\"checksum\":{\"kind\":\"units\","
		 "\"from\":%zu,\"to\":%zu,\"piece\":1048576,\"unit\":%u,\"xxh3_64\":\"%016llx\"}}",
		 len, from, len, unit, (unsigned long long)set.sum[0]);
	put_manifest(e);
}

/* Pages that were written in any order: each is in its place, and as it was. */
TEST(page_data_in_any_order)
{
	static const unsigned wrong[] = { 0, 1, 3, 511, 513, 1024, 4u << 20 };
	char data[100 + 5 * 512], other[sizeof(data)];

	begin();
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)(i / 512 == 2 ? 0 : i * 7 + i / 251);
	put("vmcore.age", data, sizeof(data));
	put_units_manifest(data, 100, sizeof(data), 512);
	CHECK_EQ(faults(), 0);
	CHECK_EQ(v.state[0], VERIFY_WHOLE);
	for (size_t at = 0; at < sizeof(data); at += 123) {
		memcpy(other, data, sizeof(data));
		other[at] ^= 1;
		put("vmcore.age", other, sizeof(other));
		CHECK_EQ(faults(), at >= 100);
	}
	memcpy(other, data, sizeof(data));
	memcpy(other + 100, data + 100 + 512, 512);
	memcpy(other + 100 + 512, data + 100, 512);
	put("vmcore.age", other, sizeof(other));
	CHECK(faults() == 1 && first_says("vmcore.age: bytes 100 to 2660 are not as they were"));
	put("vmcore.age", data, sizeof(data));
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		put_units_manifest(data, 100, sizeof(data), wrong[i]);
		CHECK(faults() == 1 && first_says("a checksum of no known kind"));
	}
	end();
}

/* A list with nr checksums for len bytes, in a file that has as many. */
static uint64_t faults_of_pieces(const char *kind, uint64_t len, unsigned nr)
{
	char path[128], *e = calloc(1, 400 + 16 * (size_t)nr);
	int n;

	CHECK(e != NULL);
	n = sprintf(e,
		    "{\"name\":\"vmcore.age\",\"size\":%ju,\"checksum\":{\"kind\":\"%s\","
		    "\"from\":0,\"to\":%ju,\"piece\":%ju,\"unit\":4096,\"xxh3_64\":\"",
		    (uintmax_t)len, kind, (uintmax_t)len, (uintmax_t)XSUM_PIECE);
	for (unsigned i = 0; i < nr; i++, n += 16)
		memset(e + n, '0', 16);
	strcpy(e + n, "\"}}");
	put("vmcore.age", "", 0);
	snprintf(path, sizeof(path), "%s/vmcore.age", dir);
	CHECK_EQ(truncate(path, (off_t)len), 0);
	put_manifest(e);
	free(e);
	return faults();
}

/* Refused as a list: no byte of the file is read for it, and none is called changed. */
TEST(as_many_checksums_as_pieces)
{
	static const char *const kind[] = { "pages", "units" };

	begin();
	CHECK_EQ(faults_of_pieces("units", 2 * XSUM_PIECE, 2), 0);
	for (unsigned i = 0; i < 2; i++) {
		const uint64_t len = 2 * XSUM_PIECE;

		for (unsigned nr = 1; nr < 5; nr += 2) {
			CHECK_EQ(faults_of_pieces(kind[i], len, nr), 1);
			first_says("a checksum of no known kind");
		}
		CHECK_EQ(faults_of_pieces(kind[i], len + 4096, 2), 1);
		first_says("a checksum of no known kind");
	}
	/* The table of a tree is full then, and has half as many of twice the size. */
	CHECK_EQ(faults_of_pieces("pages", XSUM_PIECES * XSUM_PIECE, XSUM_PIECES), 1);
	first_says("a checksum of no known kind");
	end();
}

RUN(as_many_checksums_as_pieces, page_data_in_any_order, what_could_not_be_checked,
    neither_size_nor_checksum, sealed_files, missing_and_links, hostile_names, a_changed_manifest,
    nothing_is_there, what_is_no_dump, a_record)
