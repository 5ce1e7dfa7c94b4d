/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_target_space.c - old dumps are removed, never the newest complete one, nor others */
#include "initramfs/plan/dump_name.h"
#include "initramfs/capture/target/target_dir.h"

#include "base/err.h"
#include "capture_disk.h"

#define MKFS "mkfs.ext4 -q -U %s"
#define NAME "127.0.0.1-2026-11-21-10:00:00"

struct bench {
	struct disk d;
	struct target *t;
};

#define MACHINE "0123456789abcdef0123456789abcdef"
#define STATUS	"{\"host\":\"h\",\"machine_id\":\"%s\",\"test\":null}"

/* The directory's time decides, too, in seconds: all tests' dumps are of one, whenever they run. */
#define AGED	"touch -d 2020-01-01 "

/* An old dump: file is its core's name, of mib; status is the text of its status file. */
static void old_with(const struct bench *b, const char *name, const char *file, unsigned mib,
		     const char *status)
{
	char dir[256];

	snprintf(dir, sizeof(dir), "%s/var/crash/%s", b->d.mount, name);
	CHECK_EQ(shell("mkdir -p %s && fallocate -l %uM %s/%s && "
		       "echo '%s' >%s/kdump-status.json && " AGED "%s",
		       dir, mib, dir, file, status, dir, dir),
		 0);
}

/* One of this machine. */
static void old(const struct bench *b, const char *name, const char *file, unsigned mib)
{
	char status[128];

	snprintf(status, sizeof(status), STATUS, MACHINE);
	old_with(b, name, file, mib, status);
}

static bool is_there(const struct bench *b, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/var/crash/%s", b->d.mount, name);
	return access(path, F_OK) == 0;
}

static void setup(struct bench *b)
{
	struct deadline by = deadline_in(30);

	disk_make(&b->d, 64, MKFS, "");
	CHECK_EQ(plan_set(&b->d.plan.machine, MACHINE), 0);
	fail_clear();
	CHECK_EQ(target_new(&b->d.cfg, &b->t), 0);
	CHECK_EQ(b->t->ops->up(b->t, &by), 0);
	CHECK_EQ(b->t->ops->begin(b->t, NAME, &by), 0);
}

static void teardown(struct bench *b)
{
	struct deadline by = deadline_in(30);

	b->t->ops->down(b->t, &by);
	b->t->ops->free(b->t);
	disk_free(&b->d);
}

static unsigned make_space(struct bench *b, unsigned keep, uint64_t need)
{
	struct deadline by = deadline_in(30);
	unsigned removed = 99;

	fail_clear();
	CHECK_EQ(b->t->ops->make_space(b->t, keep, need, &by, &removed), 0);
	return removed;
}

#define OLD1 "127.0.0.1-2020-01-01-00:00:01"
#define OLD2 "127.0.0.1-2020-01-01-00:00:02"
#define OLD3 "127.0.0.1-2020-01-01-00:00:03"

TEST(so_many_complete_ones_stay)
{
	struct bench b;

	setup(&b);
	old(&b, OLD1, "vmcore", 1);
	old(&b, OLD2, "vmcore", 1);
	old(&b, OLD3, "vmcore-incomplete", 1);
	CHECK_EQ(make_space(&b, 5, 0), 0);
	CHECK_EQ(make_space(&b, ROTATION_KEEP_ALL, 0), 0);
	CHECK_EQ(make_space(&b, 1, 0), 1);
	CHECK(!is_there(&b, OLD1) && is_there(&b, OLD2) && is_there(&b, OLD3));
	teardown(&b);
}

TEST(the_newest_complete_one_stays_until_there_is_a_newer)
{
	struct bench b;

	setup(&b);
	old(&b, OLD1, "vmcore", 1);
	old(&b, OLD2, "vmcore", 1);
	CHECK_EQ(make_space(&b, 0, 0), 1);
	CHECK(!is_there(&b, OLD1) && is_there(&b, OLD2));
	old(&b, NAME, "vmcore", 1); /* the dump we are at is complete now */
	CHECK_EQ(make_space(&b, 0, 0), 1);
	CHECK(!is_there(&b, OLD2) && is_there(&b, NAME));
	teardown(&b);
}

TEST(need_takes_the_oldest_and_no_more_than_it_must)
{
	struct bench b;
	struct deadline by = deadline_in(30);
	uint64_t space;

	setup(&b);
	old(&b, OLD1, "vmcore", 12);
	old(&b, OLD2, "vmcore", 12);
	old(&b, OLD3, "vmcore", 12);
	CHECK_EQ(b.t->ops->space(b.t, &by, &space), 0);
	CHECK_EQ(make_space(&b, ROTATION_KEEP_ALL, space + (8 << 20)), 1);
	CHECK(!is_there(&b, OLD1) && is_there(&b, OLD2));
	/* More than there is: all but the newest complete one. */
	CHECK_EQ(make_space(&b, ROTATION_KEEP_ALL, 1ull << 40), 1);
	CHECK(!is_there(&b, OLD2) && is_there(&b, OLD3));
	teardown(&b);
}

TEST(what_is_not_ours_is_not_touched)
{
	struct bench b;

	setup(&b);
	old(&b, OLD1, "vmcore", 1);
	old(&b, OLD2, "vmcore", 1);
	old_with(&b, "10.0.0.7-2020-01-01-00:00:01", "vmcore", 1,
		 "{}"); /* no ID: an old version's */
	old(&b, "127.0.0.1-notes", "vmcore", 1);
	CHECK_EQ(shell("mkdir %s/var/crash/%s/sub", b.d.mount, OLD1), 0); /* somebody's */
	CHECK_EQ(shell("ln -s / %s/var/crash/127.0.0.1-2019-01-01-00:00:00", b.d.mount), 0);
	CHECK_EQ(shell("mkdir %s/var/crash/127.0.0.1-2018-01-01-00:00:00; "
		       ": >%s/var/crash/127.0.0.1-2018-01-01-00:00:00/letter",
		       b.d.mount, b.d.mount),
		 0);
	CHECK_EQ(make_space(&b, 0, 1ull << 40), 0);
	CHECK(is_there(&b, OLD1 "/sub") && is_there(&b, OLD2));
	CHECK(is_there(&b, "10.0.0.7-2020-01-01-00:00:01") && is_there(&b, "127.0.0.1-notes"));
	CHECK(is_there(&b, "127.0.0.1-2018-01-01-00:00:00/letter"));
	teardown(&b);
}

/* It is a dump of this machine, but somebody has put work of his own beside it. */
TEST(a_dump_with_other_files_stays)
{
	struct bench b;

	setup(&b);
	old(&b, OLD1, "vmcore", 1);
	old(&b, OLD2, "vmcore", 1);
	old(&b, OLD3, "vmcore", 1);
	CHECK_EQ(shell("cd %s/var/crash/%s && : >vmcore-dmesg.txt && : >kexec-dmesg.log && "
		       ": >kdump-verified.json && " AGED ".",
		       b.d.mount, OLD1),
		 0);
	CHECK_EQ(shell(": >%s/var/crash/%s/analysis.txt", b.d.mount, OLD2), 0);
	CHECK_EQ(make_space(&b, 1, 0), 1);
	CHECK(!is_there(&b, OLD1) && is_there(&b, OLD2 "/vmcore") && is_there(&b, OLD3));
	CHECK_EQ(make_space(&b, 1, 1ull << 40), 0);
	CHECK(is_there(&b, OLD2 "/analysis.txt"));
	teardown(&b);
}

/* Machines that share a virtiofs directory are all called 127.0.0.1; an address may change. */
TEST(the_machine_id_says_whose_a_dump_is)
{
	struct bench b;
	char status[128];

	setup(&b);
	snprintf(status, sizeof(status), STATUS, "fedcba9876543210fedcba9876543210");
	old_with(&b, OLD1, "vmcore", 1, status);
	old_with(&b, OLD2, "vmcore", 1, "{\"host\":\"h\",\"machine_id\":null}");
	old(&b, OLD3, "vmcore", 1);
	old(&b, "10.0.0.7-2020-01-01-00:00:02", "vmcore", 1);
	CHECK_EQ(make_space(&b, 1, 0), 1);
	CHECK_EQ(make_space(&b, 0, 1ull << 40), 0);
	CHECK(is_there(&b, OLD1) && is_there(&b, OLD2) && is_there(&b, OLD3));
	CHECK(!is_there(&b, "10.0.0.7-2020-01-01-00:00:02"));
	teardown(&b);
}

/* A FIFO or a link in place of the status is not opened, and the directory stays. */
TEST(a_status_that_is_not_a_file_keeps_the_directory)
{
	struct bench b;

	setup(&b);
	old(&b, OLD2, "vmcore", 1);
	CHECK_EQ(shell("mkdir -p %s/var/crash/%s %s/var/crash/127.0.0.1-2019-01-01-00:00:00; "
		       "mkfifo %s/var/crash/%s/kdump-status.json; "
		       "ln -s ../%s/kdump-status.json "
		       "%s/var/crash/127.0.0.1-2019-01-01-00:00:00/kdump-status.json",
		       b.d.mount, OLD1, b.d.mount, b.d.mount, OLD1, OLD2, b.d.mount),
		 0);
	CHECK_EQ(make_space(&b, 0, 1ull << 40), 0);
	CHECK(is_there(&b, OLD1) && is_there(&b, "127.0.0.1-2019-01-01-00:00:00"));
	teardown(&b);
}

/* A clock that was wrong named the last good dump for 1970: the file system knows better. */
TEST(the_latest_by_the_disks_clock_stays_too)
{
	struct bench b;

	setup(&b);
	old(&b, OLD1, "vmcore", 1);
	old(&b, OLD2, "vmcore", 1);
	CHECK_EQ(shell("touch -d 2001-01-01 %s/var/crash/%s", b.d.mount, OLD1), 0);
	CHECK_EQ(shell("touch -d 2001-01-01 %s/var/crash/%s", b.d.mount, OLD2), 0);
	old(&b, "127.0.0.1-1970-01-01-00:00:09", "vmcore", 1);
	CHECK_EQ(make_space(&b, 0, 0), 1);
	CHECK(!is_there(&b, OLD1) && is_there(&b, OLD2));
	CHECK(is_there(&b, "127.0.0.1-1970-01-01-00:00:09"));
	teardown(&b);
}

TEST(names)
{
	char name[64], tiny[8];
	const char *stamp;

	setenv("TZ", "UTC", 1);
	dump_name_make("10.0.0.1", 0, name, sizeof(name));
	CHECK_STR(name, "10.0.0.1-1970-01-01-00:00:00");
	CHECK(dump_name_has_date(name, &stamp));
	CHECK_STR(stamp, "1970-01-01-00:00:00");
	CHECK(dump_name_has_date("h-1970-01-01-00:00:00-12", &stamp));
	CHECK(!dump_name_has_date("h-1970-01-01-00:00:00-", &stamp));
	CHECK(!dump_name_has_date("h-1970-01-01-00:00:00x", &stamp));
	CHECK(!dump_name_has_date("h-1970-01-01-00-00-00", &stamp));
	CHECK(dump_name_has_date("web-1-1970-01-01-00:00:00", &stamp));
	CHECK_STR(stamp, "1970-01-01-00:00:00");
	CHECK(!dump_name_has_date("-1970-01-01-00:00:00", &stamp));
	CHECK(!dump_name_has_date("h", &stamp));
	dump_name_make("a/../b", 0, name, sizeof(name));
	CHECK(!strchr(name, '/'));
	dump_name_make("h", (time_t)1 << 62, name, sizeof(name)); /* a clock gone wild */
	CHECK(dump_name_has_date(name, &stamp));
	CHECK(!dump_name_nth("0123456789", 1, tiny, sizeof(tiny)));
}

RUN(so_many_complete_ones_stay, the_newest_complete_one_stays_until_there_is_a_newer,
    need_takes_the_oldest_and_no_more_than_it_must, what_is_not_ours_is_not_touched,
    a_dump_with_other_files_stays, the_machine_id_says_whose_a_dump_is,
    a_status_that_is_not_a_file_keeps_the_directory, the_latest_by_the_disks_clock_stays_too, names)
