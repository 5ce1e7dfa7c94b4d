/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_rotation.c - which old dumps go, whatever kind of target they are on */
#include "initramfs/plan/rotation.h"

#include "check.h"

#include <stdio.h>
#include <string.h>

#define MACHINE "0123456789abcdef0123456789abcdef"
#define OTHER	"fedcba9876543210fedcba9876543210"

/* A target that only remembers: each dump removed frees one byte. */
struct fake {
	char removed[512];
	uint64_t free;
	int rc; /* of remove() */
};

static bool full(void *arg, uint64_t need)
{
	return ((struct fake *)arg)->free < need;
}

static int take(void *arg, const char *name)
{
	struct fake *f = arg;

	if (f->rc != 1)
		return f->rc;
	strcat(strcat(f->removed, name), " ");
	f->free++;
	return 1;
}

static void no_log(const char *line)
{
	(void)line;
}

static struct rotation make(void)
{
	return (struct rotation){ .machine = MACHINE, .current = "h-2026-01-09-00:00:00" };
}

/* day 1 to 9: its name; changed: by the target's clock. */
static void add(struct rotation *r, const char *host, int day, bool complete, int64_t changed)
{
	char name[64];

	snprintf(name, sizeof(name), "%s-2026-01-0%d-00:00:00", host, day);
	rotation_add(r, &(struct rotation_found){ name, ROTATION_MINE, complete, changed });
}

static int run(struct rotation *r, unsigned keep, uint64_t need, struct fake *f)
{
	int rc = rotation_run(r, keep, need, &(struct rotation_ops){ full, take, no_log, f });

	rotation_free(r);
	return rc;
}

TEST(keep_counts_complete_dumps_only)
{
	struct fake f = { .rc = 1 };
	struct rotation r = make();

	add(&r, "h", 4, true, 4);
	add(&r, "h", 1, true, 1);
	add(&r, "h", 3, false, 3);
	add(&r, "h", 2, true, 2);
	CHECK_EQ(run(&r, 2, 0, &f), 1);
	CHECK_STR(f.removed, "h-2026-01-01-00:00:00 ");
}

TEST(the_newest_by_date_and_by_clock_stay_until_the_current_one_is_complete)
{
	struct fake f = { .rc = 1 };
	struct rotation r = make();

	add(&r, "h", 1, true, 9);
	add(&r, "h", 2, true, 2);
	add(&r, "h", 3, true, 3);
	CHECK_EQ(run(&r, 0, UINT64_MAX, &f), 1);
	CHECK_STR(f.removed, "h-2026-01-02-00:00:00 ");

	f.removed[0] = '\0';
	r = make();
	add(&r, "h", 1, true, 9);
	add(&r, "h", 3, true, 3);
	add(&r, "h", 9, true, 10); /* the current one */
	CHECK_EQ(run(&r, 0, 0, &f), 2);
	CHECK_STR(f.removed, "h-2026-01-01-00:00:00 h-2026-01-03-00:00:00 ");
}

TEST(space_takes_the_oldest_until_there_is_enough)
{
	struct fake f = { .rc = 1, .free = 3 };
	struct rotation r = make();

	for (int day = 1; day <= 6; day++)
		add(&r, day % 2 ? "10.0.0.1" : "10.0.0.2", day, true, day);
	CHECK_EQ(run(&r, ROTATION_KEEP_ALL, 5, &f), 2);
	CHECK_STR(f.removed, "10.0.0.1-2026-01-01-00:00:00 10.0.0.2-2026-01-02-00:00:00 ");
}

TEST(keep_all_and_no_need_remove_nothing)
{
	struct fake f = { .rc = 1 };
	struct rotation r = make();

	for (int day = 1; day <= 6; day++)
		add(&r, "h", day, true, day);
	CHECK_EQ(run(&r, ROTATION_KEEP_ALL, 0, &f), 0);
}

TEST(a_dump_that_cannot_be_removed_is_passed_or_ends_it)
{
	struct fake f = { .rc = 0 };
	struct rotation r = make();

	add(&r, "h", 1, false, 1);
	add(&r, "h", 2, true, 2);
	CHECK_EQ(run(&r, 1, 0, &f), 0);
	f.rc = -5;
	r = make();
	add(&r, "h", 1, false, 1);
	add(&r, "h", 2, true, 2);
	CHECK_EQ(run(&r, 1, 0, &f), -5);
}

TEST(dumps_of_others_and_of_unknown_machines_neither_count_nor_go)
{
	struct fake f = { .rc = 1 };
	struct rotation r = make();

	add(&r, "h", 1, true, 1);
	rotation_add(&r, &(struct rotation_found){ "h-2026-01-02-00:00:00", ROTATION_OTHER, 1, 2 });
	rotation_add(&r,
		     &(struct rotation_found){ "h-2026-01-03-00:00:00", ROTATION_UNKNOWN, 1, 3 });
	rotation_add(&r, &(struct rotation_found){ "notes", ROTATION_MINE, 1, 3 });
	rotation_add(&r, &(struct rotation_found){ "h-2026-01-04-00:00:00", ROTATION_MIXED, 1, 4 });
	CHECK_EQ(r.nr, 1);
	CHECK_EQ(r.unknown, 1);
	CHECK_EQ(r.mixed, 1);
	CHECK_EQ(run(&r, 1, UINT64_MAX, &f), 0);
	CHECK_STR(f.removed, "");
}

TEST(the_names_of_files_that_kdump_writes)
{
	static const char *const ours[] = {
		"vmcore",
		"vmcore.flat",
		"vmcore-incomplete",
		"vmcore-dmesg.txt.age",
		"vmcore-report.json",
		"kexec-dmesg.log",
		"kdump-status.json",
		"kdump-manifest.json",
		"kdump-verified.json",
		".vmcore.json.part",
	};
	static const char *const others[] = { "notes.txt", "vmlinux", "core", ".", "..hidden", "" };

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		CHECK(rotation_is_ours(ours[i]));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		CHECK(!rotation_is_ours(others[i]));
}

static enum rotation_owner owner(const char *machine, const char *status)
{
	return rotation_owner(&(struct rotation){ .machine = machine }, status);
}

TEST(the_status_says_whose_a_dump_is)
{
	static const char mine[] = "{\"host\":\"h\",\"machine_id\":\"" MACHINE "\",\"a\":1}";
	static const char quoted[] = "{\"host\":\",\\\"machine_id\\\":\\\"" MACHINE "\\\"\"}";

	CHECK_EQ(owner(MACHINE, mine), ROTATION_MINE);
	CHECK_EQ(owner(OTHER, mine), ROTATION_OTHER);
	CHECK_EQ(owner(MACHINE, "{\"host\":\"h\",\"machine_id\":null}"), ROTATION_UNKNOWN);
	CHECK_EQ(owner(MACHINE, "{\"host\":\"h\"}"), ROTATION_UNKNOWN);
	CHECK_EQ(owner(MACHINE, quoted), ROTATION_UNKNOWN);
	CHECK_EQ(owner(MACHINE, "{\"host\":\"h\",\"machine_id\":\"" MACHINE), ROTATION_OTHER);
	CHECK_EQ(owner(MACHINE, NULL), ROTATION_UNKNOWN);
	CHECK_EQ(owner("", mine), ROTATION_UNKNOWN);
	CHECK_EQ(owner("uninitialized", mine), ROTATION_UNKNOWN);
	CHECK_EQ(owner(NULL, mine), ROTATION_UNKNOWN);
}

RUN(keep_counts_complete_dumps_only,
    the_newest_by_date_and_by_clock_stay_until_the_current_one_is_complete,
    space_takes_the_oldest_until_there_is_enough, keep_all_and_no_need_remove_nothing,
    a_dump_that_cannot_be_removed_is_passed_or_ends_it,
    dumps_of_others_and_of_unknown_machines_neither_count_nor_go,
    the_names_of_files_that_kdump_writes, the_status_says_whose_a_dump_is)
