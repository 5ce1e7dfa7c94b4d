/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_target_raw.c - a raw device: refused when it holds something, readable whatever stops us */
#include "initramfs/capture/target/target.h"

#include "base/err.h"
#include "capture_disk.h"
#include "initramfs/plan/raw_area.h"

#define SIZE_MIB 80
#define SIZE	 ((uint64_t)SIZE_MIB << 20)

struct bench {
	struct disk d;
	struct target *t;
	struct deadline by;
};

static void setup(struct bench *b, const char *mkfs, const char *conf)
{
	disk_make(&b->d, SIZE_MIB, mkfs, conf);
	b->d.plan.targets[0].kind = PLAN_RAW;
	/* Its place is what a raw device is known by; here its name will do. */
	strcpy(b->d.devices.known->node[0], b->d.loop);
	b->by = deadline_in(60);
	fail_clear();
	CHECK_EQ(target_new(&b->d.cfg, &b->t), 0);
}

static void teardown(struct bench *b)
{
	b->t->ops->down(b->t, &b->by);
	b->t->ops->free(b->t);
	disk_free(&b->d);
}

static void trailer_of(const struct bench *b, struct raw_trailer *out)
{
	int fd = open(b->d.loop, O_RDONLY | O_CLOEXEC);

	CHECK_OP(fd, >=, 0);
	CHECK_EQ(raw_trailer_read(fd, SIZE, out), 1);
	close(fd);
}

static void read_at(const struct bench *b, uint64_t at, char *buf, size_t len)
{
	int fd = open(b->d.loop, O_RDONLY | O_CLOEXEC);

	CHECK_EQ(pread(fd, buf, len, (off_t)at), (ssize_t)len);
	close(fd);
}

TEST(what_is_known_is_refused_unless_it_may_go)
{
	struct bench b;

	setup(&b, "mkfs.ext4 -q -U %s", "");
	CHECK_EQ(b.t->ops->up(b.t, &b.by), -EEXIST);
	CHECK(strstr(fail_text(), "raw_overwrite") && strstr(fail_text(), "ext4"));
	teardown(&b);

	setup(&b, "mkfs.ext4 -q -U %s", "raw_overwrite yes\n");
	CHECK_EQ(b.t->ops->up(b.t, &b.by), 0);
	teardown(&b);
}

TEST(a_partition_table_is_known_too)
{
	unsigned char mbr[512] = { [440] = 1,	 [447] = 0x20, [448] = 0x21, [450] = 0x83,
				   [455] = 0x08, [459] = 0x10, [510] = 0x55, [511] = 0xaa };
	struct bench b;
	int fd;

	setup(&b, NULL, "");
	fd = open(b.d.loop, O_WRONLY | O_CLOEXEC);
	CHECK_EQ(write(fd, mbr, sizeof(mbr)), (ssize_t)sizeof(mbr));
	close(fd);
	CHECK_EQ(b.t->ops->up(b.t, &b.by), -EEXIST);
	CHECK(strstr(fail_text(), "dos"));
	teardown(&b);
}

TEST(a_mounted_one_is_refused_even_so)
{
	struct bench b;

	setup(&b, "mkfs.ext4 -q -U %s", "raw_overwrite yes\n");
	CHECK_EQ(mount(b.d.loop, b.d.mount, "ext4", 0, NULL), 0);
	CHECK_EQ(b.t->ops->up(b.t, &b.by), -EBUSY);
	CHECK(strstr(fail_text(), "mounted"));
	CHECK_EQ(umount(b.d.mount), 0);
	teardown(&b);
}

TEST(nobody_can_mount_it_while_we_write)
{
	struct bench b;

	setup(&b, "mkfs.ext4 -q -U %s", "raw_overwrite yes\n");
	CHECK_EQ(b.t->ops->up(b.t, &b.by), 0);
	CHECK(mount(b.d.loop, b.d.mount, "ext4", 0, NULL) < 0 && errno == EBUSY);
	teardown(&b);
}

static void write_stream(int fd, size_t len)
{
	static char block[10000];

	memset(block, 'K', sizeof(block));
	while (len > 0) {
		size_t n = len < sizeof(block) ? len : sizeof(block);

		CHECK_EQ(write(fd, block, n), (ssize_t)n);
		len -= n;
	}
}

TEST(a_stream_and_files_are_found_again)
{
	struct raw_trailer tr;
	struct target_file f;
	struct bench b;
	char buf[16];

	setup(&b, NULL, "");
	CHECK_EQ(b.t->ops->up(b.t, &b.by), 0);
	CHECK_EQ(b.t->ops->begin(b.t, "127.0.0.1-2026-11-21-10:00:00", &b.by), 0);
	CHECK_EQ(target_put(b.t, "vmcore-dmesg.txt", "the log\n", 8, &b.by), 0);
	trailer_of(&b, &tr);
	CHECK_EQ(tr.state, RAW_EMPTY);
	CHECK_EQ(tr.nr_files, 1);
	CHECK_EQ(b.t->ops->open(b.t, "vmcore.flat", FILE_REPLACE | FILE_CORE, &b.by, &f), 0);
	write_stream(f.fd, 12345678);
	CHECK_EQ(b.t->ops->close(b.t, &f, FILE_DONE, &b.by), 0);
	CHECK_EQ(target_put(b.t, "kdump-status.json", "{}", 2, &b.by), 0);
	CHECK_EQ(target_put(b.t, "kdump-status.json", "{{}}", 4, &b.by), 0);
	trailer_of(&b, &tr);
	CHECK_EQ(tr.state, RAW_COMPLETE);
	CHECK_EQ(tr.stream_len, 12345678);
	CHECK_STR(tr.host, "127.0.0.1-2026-11-21-10:00:00");
	CHECK_EQ(tr.nr_files, 2);
	CHECK_STR(tr.files[0].name, "vmcore-dmesg.txt");
	read_at(&b, tr.files[0].off, buf, 8);
	CHECK_MEM(buf, "the log\n", 8);
	CHECK_EQ(tr.files[1].len, 4);
	read_at(&b, 12345677, buf, 2);
	CHECK(buf[0] == 'K' && buf[1] == '\0'); /* padded, not what was there before */
	teardown(&b);
}

/* Whoever is switched off in the middle loses less than half of what was there. */
TEST(what_is_surely_there_is_noted_soon)
{
	struct raw_trailer tr = { .stream_len = 0 };
	struct target_file f;
	struct bench b;

	setup(&b, NULL, "");
	CHECK_EQ(b.t->ops->up(b.t, &b.by), 0);
	CHECK_EQ(b.t->ops->begin(b.t, "name", &b.by), 0);
	CHECK_EQ(b.t->ops->open(b.t, "vmcore.flat", FILE_REPLACE | FILE_CORE, &b.by, &f), 0);
	write_stream(f.fd, 5 << 20);
	while (tr.stream_len < 4 << 20 && deadline_left_ms(&b.by) > 0)
		trailer_of(&b, &tr);
	CHECK_EQ(tr.state, RAW_WRITING);
	CHECK_EQ(tr.stream_len, 4 << 20);
	CHECK_EQ(b.t->ops->close(b.t, &f, FILE_DONE, &b.by), 0);
	trailer_of(&b, &tr);
	CHECK_EQ(tr.stream_len, 5 << 20);
	teardown(&b);
}

TEST(a_full_device_says_so_and_keeps_what_fitted)
{
	struct raw_trailer tr;
	struct target_file f;
	struct bench b;
	char block[65536] = "x";
	ssize_t n;

	signal(SIGPIPE, SIG_IGN);
	setup(&b, NULL, "");
	CHECK_EQ(b.t->ops->up(b.t, &b.by), 0);
	CHECK_EQ(b.t->ops->begin(b.t, "name", &b.by), 0);
	CHECK_EQ(target_put(b.t, "vmcore-dmesg.txt", "the log\n", 8, &b.by), 0);
	CHECK_EQ(b.t->ops->open(b.t, "vmcore.flat", FILE_REPLACE | FILE_CORE, &b.by, &f), 0);
	do
		n = write(f.fd, block, sizeof(block));
	while (n > 0);
	CHECK_EQ(errno, EPIPE);
	fail_clear();
	CHECK_EQ(b.t->ops->close(b.t, &f, FILE_PARTIAL, &b.by), -ENOSPC);
	CHECK(strstr(fail_text(), "full"));
	trailer_of(&b, &tr);
	CHECK_EQ(tr.state, RAW_PARTIAL);
	CHECK_EQ(tr.stream_len, SIZE - RAW_FILES); /* up to the files, and not into them */
	read_at(&b, tr.files[0].off, block, 8);
	CHECK_MEM(block, "the log\n", 8);
	teardown(&b);
}

TEST(a_trailer_is_not_believed_blindly)
{
	struct raw_trailer tr, back;
	struct bench b;
	int fd;

	setup(&b, NULL, "");
	fd = open(b.d.loop, O_RDWR | O_CLOEXEC);
	CHECK_EQ(raw_trailer_read(fd, SIZE, &back), 0);
	tr = (struct raw_trailer){ .version = 1, .state = RAW_COMPLETE };
	memcpy(tr.magic, RAW_MAGIC, sizeof(tr.magic));
	tr.nr_files = 1;
	strcpy(tr.files[0].name, "log");
	tr.files[0].off = raw_files_at(SIZE);
	tr.files[0].len = 100;
	CHECK_EQ(raw_trailer_write(fd, SIZE, &tr), 0);
	CHECK_EQ(raw_trailer_read(fd, SIZE, &back), 1);
	strcpy(tr.files[0].name, "../log");
	CHECK_EQ(raw_trailer_write(fd, SIZE, &tr), 0);
	CHECK_EQ(raw_trailer_read(fd, SIZE, &back), 0);
	strcpy(tr.files[0].name, "log");
	tr.files[0].len = UINT64_MAX - 5;
	CHECK_EQ(raw_trailer_write(fd, SIZE, &tr), 0);
	CHECK_EQ(raw_trailer_read(fd, SIZE, &back), 0);
	tr.files[0].len = 1;
	tr.nr_files = 77;
	CHECK_EQ(raw_trailer_write(fd, SIZE, &tr), 0);
	CHECK_EQ(raw_trailer_read(fd, SIZE, &back), 0);
	tr.nr_files = 1;
	tr.stream_len = SIZE;
	CHECK_EQ(raw_trailer_write(fd, SIZE, &tr), 0);
	CHECK_EQ(raw_trailer_read(fd, SIZE, &back), 0);
	tr.stream_len = 0;
	CHECK_EQ(raw_trailer_write(fd, SIZE, &tr), 0);
	CHECK_EQ(raw_wipe(fd, SIZE), 0);
	CHECK_EQ(raw_trailer_read(fd, SIZE, &back), 0);
	CHECK_OP(raw_trailer_write(fd, 1 << 20, &tr), <, 0);
	close(fd);
	teardown(&b);
}

RUN(what_is_known_is_refused_unless_it_may_go, a_partition_table_is_known_too,
    a_mounted_one_is_refused_even_so, nobody_can_mount_it_while_we_write,
    a_stream_and_files_are_found_again, what_is_surely_there_is_noted_soon,
    a_full_device_says_so_and_keeps_what_fitted, a_trailer_is_not_believed_blindly)
