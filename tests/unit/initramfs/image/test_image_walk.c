/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_image_walk.c - images that are whole, cut anywhere, garbage, padded or joined */
#include "initramfs/image/image.h"

#include "base/err.h"
#include "base/util.h"
#include "check.h"
#include "initramfs/image/inputs.h"
#include "temp_root.h"

/* A shell command in the root; small.cpio and big.cpio are there. */
static void run(const char *command)
{
	char line[700];

	snprintf(line, sizeof(line), "cd %s && { %s; }", temp_root, command);
	CHECK_EQ(system(line), 0);
}

static int walk(const char *name)
{
	char path[200];

	fail_clear();
	snprintf(path, sizeof(path), "%s/%s", temp_root, name);
	return image_walk(path);
}

static off_t size_of(const char *name)
{
	char path[200];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", temp_root, name);
	CHECK_EQ(stat(path, &st), 0);
	return st.st_size;
}

/* name, cut to len bytes. */
static int walk_cut(const char *name, off_t len)
{
	char command[200], path[200];

	snprintf(command, sizeof(command), "cp %s cut", name);
	run(command);
	snprintf(path, sizeof(path), "%s/cut", temp_root);
	CHECK_EQ(truncate(path, len), 0);
	return walk("cut");
}

static void images(void)
{
	root_new();
	root_put("/small/etc/kdump.conf", "path /var/crash\n");
	root_put("/small/init", "#!/bin/sh\n");
	root_put("/big/usr/bin/busybox", "");
	run("cat /bin/busybox /bin/busybox >big/usr/bin/busybox; : >big/empty");
	run("cd small && find . | cpio -o -H newc --quiet >../small.cpio");
	run("cd big && find . | cpio -o -H crc --quiet >../big.cpio 2>/dev/null");
	run("zstd -q big.cpio -o zstd; gzip -c big.cpio >gzip");
	run("xz -0 --check=crc32 -c big.cpio >xz");
	run("printf '\\002\\041\\114\\030' | cat - big.cpio >lz4");
}

static const char *const packed[] = { "big.cpio", "zstd", "gzip", "xz" };

TEST(whole)
{
	images();
	CHECK_EQ(walk("small.cpio"), 0);
	for (size_t i = 0; i < ARRAY_SIZE(packed); i++)
		CHECK_EQ(walk(packed[i]), 0);
	/* What distributions put in front, padded in between and behind. */
	run("cat small.cpio zstd >joined; head -c 1024 /dev/zero >zeros; cat small.cpio zeros gzip "
	    ">padded; cat zstd zeros >behind; cat gzip zeros >behind.gz; cat small.cpio big.cpio "
	    "zeros >plain");
	CHECK_EQ(walk("joined"), 0);
	CHECK_EQ(walk("padded"), 0);
	CHECK_EQ(walk("behind"), 0);
	CHECK_EQ(walk("behind.gz"), 0);
	CHECK_EQ(walk("plain"), 0);
	CHECK_EQ(walk("lz4"), -EOPNOTSUPP);
	root_drop();
}

TEST(cut)
{
	images();
	for (size_t i = 0; i < ARRAY_SIZE(packed); i++) {
		off_t size = size_of(packed[i]);
		/* cpio rounds up to blocks of 512 with zeros, which are no loss. */
		off_t last = i == 0 ? size - 512 : size - 1;

		for (off_t n = 1; n < 9; n++) {
			CHECK_EQ(walk_cut(packed[i], n), -EBADMSG);
			CHECK_EQ(walk_cut(packed[i], size * n / 10), -EBADMSG);
		}
		CHECK_EQ(walk_cut(packed[i], last), -EBADMSG);
		CHECK_EQ(walk_cut(packed[i], 0), -EBADMSG);
		CHECK(strstr(fail_text(), "cut is empty"));
	}
	/* The first archive is whole, the second has not begun properly. */
	run("cat small.cpio zstd >joined");
	CHECK_EQ(walk_cut("joined", size_of("joined") - 3), -EBADMSG);
	CHECK_EQ(walk_cut("joined", size_of("small.cpio") + 2), -EBADMSG);
	root_drop();
}

TEST(garbage)
{
	images();
	root_put("/text", "no image at all, but rather long, so that a header might be in it: "
			  "0123456789012345678901234567890123456789012345678901234567890");
	CHECK_EQ(walk("text"), -EBADMSG);
	CHECK(strstr(fail_text(), "text is no initramfs (at byte 0)"));
	run("head -c 4096 /dev/zero >zeros; cat small.cpio text >tail; gzip -c text >text.gz");
	CHECK_EQ(walk("zeros"), -EBADMSG);
	CHECK_EQ(walk("tail"), -EBADMSG);
	CHECK_EQ(walk("text.gz"), -EBADMSG);
	/* A name of 4 GB, a size of 4 GB, digits that are none. */
	run("{ printf 070701; head -c 104 /dev/zero | tr '\\0' f; cat big.cpio; } >huge");
	CHECK_EQ(walk("huge"), -EBADMSG);
	run("{ printf 070701; head -c 104 /dev/zero | tr '\\0' -; cat big.cpio; } >digits");
	CHECK_EQ(walk("digits"), -EBADMSG);
	CHECK_EQ(walk("nowhere"), -ENOENT);
	root_drop();
}

TEST(record)
{
	struct image_sum sum = { .bytes = 1 }, got;
	char path[200], *text = strdup("kdump-inputs 2\nx 1 - - - - /init -\n"), *why;

	images();
	snprintf(path, sizeof(path), "%s/zstd", temp_root);
	CHECK_EQ(image_sum(path, &sum), 0);
	CHECK_EQ(sum.bytes, size_of("zstd"));
	CHECK_EQ(strlen(sum.hash), 32);
	CHECK_EQ(inputs_image(text, &got), -ENOENT);
	CHECK_EQ(inputs_add_image(&text, &sum), 0);
	CHECK_EQ(inputs_image(text, &got), 0);
	CHECK(got.bytes == sum.bytes && strcmp(got.hash, sum.hash) == 0);
	/* It is about the result, not about what went in. */
	CHECK_EQ(inputs_compare(text, "kdump-inputs 2\nx 1 - - - - /init -\n", &why), 0);
	root_put("/record", text);
	snprintf(path, sizeof(path), "%s/record", temp_root);
	CHECK_EQ(image_sum_recorded(path, &got), 0);
	CHECK_STR(got.hash, sum.hash);
	root_put("/record", "kdump-inputs 2\nimage x y\n");
	CHECK_EQ(image_sum_recorded(path, &got), -ENOENT);
	CHECK_EQ(image_sum_recorded("/nowhere", &got), -ENOENT);
	free(text);
	root_drop();
}

RUN(whole, cut, garbage, record)
