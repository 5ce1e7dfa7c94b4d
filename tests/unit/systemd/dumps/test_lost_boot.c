/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_lost_boot.c - logs out of pstore, records of boots, and why there is no dump */
#include "systemd/dumps/lost_boot.h"

#include "base/err.h"
#include "base/util.h"
#include "check.h"
#include "systemd/dumps/pstore.h"
#include "temp_root.h"

#include <fcntl.h>
#include <linux/watchdog.h>

#define DIR_NOW "/sys/fs/pstore/"

/* A file of pstore, written at a time. */
static void piece(const char *path, int64_t when, const char *text)
{
	const struct timespec times[2] = { { .tv_sec = when }, { .tv_sec = when } };
	char real[FILES_PATH_MAX];

	root_put(path, text);
	CHECK_EQ(files_path(temp_root, path, real), 0);
	CHECK_EQ(utimensat(AT_FDCWD, real, times, 0), 0);
}

static void log_is(int64_t since, const char *text, unsigned missing)
{
	struct pstore_log log;

	CHECK_EQ(pstore_find(temp_root, since, &log), 1);
	CHECK_STR(log.text, text);
	CHECK_EQ(log.len, strlen(text));
	CHECK_EQ(log.missing, missing);
	free(log.text);
}

TEST(no_pstore_is_no_log)
{
	struct pstore_log log;

	root_new();
	CHECK_EQ(pstore_find(temp_root, 0, &log), 0);
	CHECK_EQ(log.text, NULL);
	root_drop();
}

TEST(parts_are_put_together_oldest_first)
{
	root_new();
	piece(DIR_NOW "dmesg-efi_pstore-170001", 500, "Panic#2 Part1\nthird\n");
	piece(DIR_NOW "dmesg-efi_pstore-170002", 500, "Panic#2 Part2\nsecond\n");
	piece(DIR_NOW "dmesg-efi_pstore-170003", 500, "Panic#2 Part3\nfirst\n");
	log_is(400, "first\nsecond\nthird\n", 0);
	root_drop();
}

TEST(a_missing_part_is_counted)
{
	root_new();
	piece(DIR_NOW "dmesg-erst-11", 500, "Panic#1 Part1\nthird\n");
	piece(DIR_NOW "dmesg-erst-13", 500, "Panic#1 Part3\nfirst\n");
	log_is(400, "first\nthird\n", 1);
	root_drop();
}

TEST(a_panic_wins_over_a_later_oops_and_a_shutdown)
{
	root_new();
	piece(DIR_NOW "dmesg-ramoops-0", 500, "Oops#1 Part1\noops\n");
	piece(DIR_NOW "dmesg-ramoops-1", 500, "Panic#2 Part1\npanic\n");
	piece(DIR_NOW "dmesg-ramoops-2", 600, "Oops#3 Part1\nlater\n");
	piece(DIR_NOW "dmesg-ramoops-3", 900, "Shutdown#4 Part1\nbye\n");
	log_is(400, "panic\n", 0);
	root_drop();
}

TEST(what_systemd_moved_is_found_and_old_logs_are_not)
{
	struct pstore_log log;

	root_new();
	piece("/var/lib/systemd/pstore/1700/001/dmesg-efi-1", 300, "Panic#1 Part1\nold\n");
	CHECK_EQ(pstore_find(temp_root, 400, &log), 0);
	piece("/var/lib/systemd/pstore/1800/001/dmesg-efi-1", 500, "Panic#1 Part1\nnew\n");
	log_is(400, "new\n", 0);
	root_drop();
}

/* The count starts anew with each boot: two crashes have parts of the same name. */
TEST(parts_of_an_older_crash_do_not_mix)
{
	root_new();
	piece(DIR_NOW "dmesg-erst-1", 500, "Panic#1 Part1\nold end\n");
	piece(DIR_NOW "dmesg-erst-2", 700, "Panic#1 Part1\nnew end\n");
	log_is(0, "new end\n", 0);
	root_drop();
}

TEST(hostile_files_are_left_out)
{
	struct pstore_log log;
	char real[FILES_PATH_MAX];

	root_new();
	piece(DIR_NOW "dmesg-erst-1", 500, "Panic#1 Part4294967295\nx\n");
	piece(DIR_NOW "dmesg-erst-2", 500, "Panic#1 Part0\nx\n");
	piece(DIR_NOW "dmesg-erst-3", 500, "no head at all\n");
	piece(DIR_NOW "dmesg-erst-4", 500, "Panic#1 Part1 and no line");
	piece(DIR_NOW "dmesg-erst-5", 500, "");
	piece(DIR_NOW "console-ramoops-0", 500, "Panic#1 Part1\nx\n");
	piece(DIR_NOW "dmesg-erst-6.enc.z", 500, "Panic#1 Part1\nx\n");
	CHECK_EQ(files_path(temp_root, DIR_NOW "dmesg-erst-7", real), 0);
	CHECK_EQ(symlink("/etc/passwd", real), 0);
	CHECK_EQ(pstore_find(temp_root, 0, &log), 0);
	CHECK_EQ(log.packed, 1);
	root_drop();
}

static void reason_has(struct lost_boot l, const char *text)
{
	char out[700];

	lost_boot_reason(&l, out, sizeof(out));
	if (!strstr(out, text))
		print_error("no \"%s\" in \"%s\"\n", text, out);
	CHECK(strstr(out, text) != NULL);
}

TEST(the_reason_is_named)
{
	const char *why = "no memory was reserved for it (crashkernel=)";

	reason_has((struct lost_boot){ .why_not = why, .panic = 10 }, "not armed: no memory");
	reason_has((struct lost_boot){ .why_not = "", .panic = 0 }, "kernel.panic is 0");
	reason_has((struct lost_boot){ .armed = true, .why_not = "", .watchdog = WDIOF_CARDRESET },
		   "hardware watchdog reset");
	reason_has((struct lost_boot){ .armed = true, .why_not = "", .panicked = true },
		   "capture kernel failed");
	reason_has((struct lost_boot){ .armed = true, .why_not = "" }, "the power failed");
	/* A watchdog that reset a machine after its panic says nothing new. */
	reason_has(
		(struct lost_boot){ .why_not = why, .panicked = true, .watchdog = WDIOF_CARDRESET },
		"not armed: no memory");
}

static struct ctl made_boot(const char *id)
{
	root_put("/proc/sys/kernel/random/boot_id", id);
	return (struct ctl){ .root = temp_root };
}

TEST(a_boot_that_ended_properly_is_clean)
{
	struct boot_record last;
	struct ctl ctl;

	root_new();
	ctl = made_boot("one\n");
	CHECK(!boot_record_last(&ctl, &last));
	boot_record_begin(&ctl);
	boot_record_armed(&ctl);
	CHECK(!boot_record_last(&ctl, &last));
	boot_record_disarmed(&ctl);
	boot_record_end(&ctl);
	ctl = made_boot("two\n");
	CHECK(boot_record_last(&ctl, &last));
	CHECK_EQ(last.end, BOOT_CLEAN);
	root_drop();
}

/* Stopped by hand, and then it crashed: with the unit, that is no end in good order. */
TEST(a_watched_boot_that_just_stops_is_lost)
{
	struct boot_record last;
	struct ctl ctl;

	root_new();
	ctl = made_boot("one\n");
	boot_record_begin(&ctl);
	boot_record_armed(&ctl);
	boot_record_disarmed(&ctl);
	ctl = made_boot("two\n");
	boot_record_begin(&ctl);
	CHECK(boot_record_last(&ctl, &last));
	CHECK_EQ(last.end, BOOT_RUNNING);
	CHECK(!last.armed);
	CHECK_STR(last.why_not, "kdump was stopped");
	boot_record_last_done(&ctl);
	CHECK(!boot_record_last(&ctl, &last));
	root_drop();
}

TEST(without_the_unit_disarming_is_the_end)
{
	struct boot_record last;
	struct ctl ctl;

	root_new();
	ctl = made_boot("one\n");
	boot_record_armed(&ctl);
	boot_record_disarmed(&ctl);
	ctl = made_boot("two\n");
	boot_record_armed(&ctl);
	CHECK(boot_record_last(&ctl, &last));
	CHECK_EQ(last.end, BOOT_CLEAN);
	ctl = made_boot("three\n");
	CHECK(boot_record_last(&ctl, &last));
	CHECK_EQ(last.end, BOOT_RUNNING);
	CHECK(last.armed);
	root_drop();
}

/* Files of the version before: "end" told that it was armed. */
TEST(an_older_record_is_understood)
{
	struct boot_record last;
	struct ctl ctl;

	root_new();
	root_put("/var/lib/kdump/boot.json", "{\"boot\":\"zero\",\"time\":7,\"end\":\"armed\"}");
	ctl = made_boot("one\n");
	CHECK(boot_record_last(&ctl, &last));
	CHECK_EQ(last.end, BOOT_RUNNING);
	CHECK(last.armed);
	CHECK_EQ(last.time, 7);
	root_drop();
}

RUN(no_pstore_is_no_log, parts_are_put_together_oldest_first, a_missing_part_is_counted,
    a_panic_wins_over_a_later_oops_and_a_shutdown, what_systemd_moved_is_found_and_old_logs_are_not,
    parts_of_an_older_crash_do_not_mix, hostile_files_are_left_out, the_reason_is_named,
    a_boot_that_ended_properly_is_clean, a_watched_boot_that_just_stops_is_lost,
    without_the_unit_disarming_is_the_end, an_older_record_is_understood)
