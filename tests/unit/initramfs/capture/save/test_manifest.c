/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_manifest.c - the manifest that the capture writes, read by the program that checks it */
#include "initramfs/capture/save/manifest.h"
#undef MANIFEST_NAME

#include "check.h"
#include "manifest.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int file_of(const char *text)
{
	int fd = memfd_create("sums", MFD_CLOEXEC);

	CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	return fd;
}

static void sums(struct capture *c, const char *name, uint64_t bytes, const char *text)
{
	int fd = file_of(text);

	manifest_sums(c, name, bytes, fd);
	close(fd);
}

static void begin(struct capture *c)
{
	memset(c, 0, sizeof(*c));
	c->status.kind = "ext4";
	c->status.state = STATE_COMPLETE;
	c->status.time = 1700000000;
	c->status.level_asked = c->status.level_saved = 31;
	c->status.crash = (struct status_crash){ "BUG: \"x\"", "0123456789abcdef", true };
	snprintf(c->status.collector, sizeof(c->status.collector),
		 "{\"kernel_release\":\"6.1.0\",\"build_id\":\"00ff\","
		 "\"pages\":{\"kept\":5},\"x\":1}\n");
}

static char *written(struct capture *c, struct manifest *m)
{
	size_t len;
	char *text = manifest_text(c, &len);

	CHECK(text && strlen(text) == len);
	CHECK_EQ(manifest_check_self(text, len), 0);
	CHECK_EQ(manifest_parse(text, len, m), 0);
	return text;
}

static struct capture c;
static struct manifest m;

TEST(files_and_sums)
{
	char *text;

	begin(&c);
	manifest_data(&c, "kdump-status.json", "first", 5);
	manifest_data(&c, "kdump-status.json", "again!", 6);
	sums(&c, "vmcore-dmesg.txt", MANIFEST_SIZE_UNKNOWN,
	     "{\"kind\":\"whole\",\"bytes\":77,\"xxh3_128\":\"0123456789abcdef0123456789abcdef\"}");
	sums(&c, "vmcore", 3 << 20,
	     "{\"kind\":\"pages\",\"from\":4096,\"to\":1052673,\"piece\":1048576,"
	     "\"xxh3_64\":\"00000000000000010000000000000002\"}");
	text = written(&c, &m);
	CHECK_EQ(m.nr, 3);
	CHECK_STR(m.state, "complete");
	CHECK_STR(m.target, "ext4");
	CHECK_EQ(m.time, 1700000000);
	CHECK_STR(m.file[0].name, "kdump-status.json");
	CHECK(m.file[0].size == 6 && m.file[0].sum.kind == MANIFEST_WHOLE);
	CHECK(m.file[1].size == 77 && m.file[1].sum.bytes == 77);
	CHECK(m.file[2].size == 3 << 20 && m.file[2].sum.nr == 2 && m.file[2].sum.sum[1] == 2);
	CHECK(strstr(text, "\"kernel\":{\"release\":\"6.1.0\",\"build_id\":\"00ff\"}"));
	CHECK(strstr(text, "\"pages\":{\"kept\":5}"));
	CHECK(strstr(text, "\"reason\":\"BUG: \\\"x\\\"\",\"fingerprint\":\"0123456789abcdef\","
			   "\"fatal\":true,"));
	free(text);
	manifest_free(&m);
	manifest_clear(&c);
}

/* A collector that a damaged kernel confused: the manifest stays valid, without its sums. */
TEST(what_are_no_sums)
{
	static const char *const bad[] = { "",	      "x",	    "{",
					   "{}",      "{\"a\":{}}", "{\"a\":\"\\\"}",
					   "{\"\n\"}" };
	char *text;

	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		begin(&c);
		sums(&c, "vmcore", 5, bad[i]);
		text = written(&c, &m);
		CHECK(m.nr == 1 && m.file[0].size == 5 && m.file[0].sum.kind == MANIFEST_NO_SUM);
		free(text);
		manifest_free(&m);
		manifest_clear(&c);
	}
}

/* With encrypt_to, nothing that was read from the crashed kernel's memory. */
TEST(encrypted)
{
	char *text;

	begin(&c);
	c.status.sealed = true;
	text = written(&c, &m);
	CHECK(strstr(text, "\"kernel\":null,\"pages\":null"));
	CHECK(strstr(text, "\"reason\":null,\"fingerprint\":null,\"fatal\":null,"));
	CHECK(!strstr(text, "6.1.0\"") && !strstr(text, "00ff") && !strstr(text, "BUG"));
	free(text);
	manifest_free(&m);
}

/* More files than there is space for: the first ones stay. */
TEST(too_many)
{
	char name[16], *text;

	begin(&c);
	for (unsigned i = 0; i < CAPTURE_FILES + 3; i++) {
		snprintf(name, sizeof(name), "file-%u", i);
		manifest_data(&c, name, name, 3);
	}
	text = written(&c, &m);
	CHECK_EQ(m.nr, CAPTURE_FILES);
	free(text);
	manifest_free(&m);
	manifest_clear(&c);
}

RUN(files_and_sums, what_are_no_sums, encrypted, too_many)
