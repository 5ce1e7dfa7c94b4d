/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_target_dir.c - dumps on real file systems: names, modes, room, and nothing beside the mount
 */
#include "initramfs/capture/target/target_dir.h"

#include "base/err.h"
#include "capture_disk.h"
#include "initramfs/capture/console.h"

#define MKFS_EXT4 "mkfs.ext4 -q -U %s"
#define NAME	  "127.0.0.1-2026-11-21-10:00:00"

static struct deadline soon(void)
{
	return deadline_in(30);
}

static struct target *up(struct disk *d)
{
	struct deadline by = soon();
	struct target *t;

	fail_clear();
	CHECK_EQ(target_new(&d->cfg, &t), 0);
	CHECK_EQ(t->ops->up(t, &by), 0);
	return t;
}

static void down(struct target *t)
{
	struct deadline by = soon();

	t->ops->down(t, &by);
	t->ops->free(t);
}

static int begin(struct target *t, const char *name)
{
	struct deadline by = soon();

	return t->ops->begin(t, name, &by);
}

static int put(struct target *t, const char *name, const char *text)
{
	struct deadline by = soon();

	fail_clear();
	return target_put(t, name, text, strlen(text), &by);
}

/* Mode of a path below the mount; -1: it is not there. */
static int mode_of(const struct disk *d, const char *path)
{
	char full[512];
	struct stat st;

	snprintf(full, sizeof(full), "%s/%s", d->mount, path);
	return lstat(full, &st) < 0 ? -1 : (int)(st.st_mode & 07777);
}

TEST(part_names)
{
	char out[TARGET_NAME_MAX];

	target_part_name("vmcore", out);
	CHECK_STR(out, "vmcore-incomplete");
	target_part_name("vmcore.flat", out);
	CHECK_STR(out, "vmcore-incomplete");
	target_part_name("vmcore-dmesg.txt", out);
	CHECK_STR(out, "vmcore-dmesg-incomplete.txt");
}

/* The same on the three kinds of disks that matter. */
static void whole_life(const char *mkfs, const char *type, unsigned mib)
{
	struct disk d;
	struct target *t;
	uint64_t space = 0;
	struct deadline by = soon();

	disk_make(&d, mib, mkfs, "");
	plan_set(&d.plan.targets[0].fstype, type);
	t = up(&d);
	CHECK_STR(t->kind, type);
	CHECK_EQ(begin(t, NAME), 0);
	CHECK_STR(t->dir, NAME);
	CHECK_EQ(mode_of(&d, "var/crash/" NAME), 0700);
	CHECK_EQ(t->ops->space(t, &by, &space), 0);
	CHECK(space > 8u << 20 && space < (uint64_t)mib << 20);
	CHECK_EQ(put(t, "kdump-status.json", "{}"), 0);
	CHECK_EQ(put(t, "kdump-status.json", "{1}"), 0);
	CHECK_EQ(mode_of(&d, "var/crash/" NAME "/kdump-status.json"), 0600);
	CHECK_EQ(mode_of(&d, "var/crash/" NAME "/kdump-status-incomplete.json"), -1);
	down(t);
	CHECK_EQ(mode_of(&d, "var"), -1); /* unmounted */
	disk_free(&d);
}

TEST(ext4_xfs_and_btrfs)
{
	whole_life(MKFS_EXT4, "ext4", 64);
	whole_life("mkfs.xfs -q -m uuid=%s", "xfs", 320);
	whole_life("mkfs.btrfs -q -U %s", "btrfs", 128);
}

static uint64_t space_of(struct target *t)
{
	struct deadline by = soon();
	uint64_t space = 0;

	CHECK_EQ(t->ops->space(t, &by, &space), 0);
	return space;
}

/* It is for the files after the core, whatever fills the disk before. */
TEST(reserved_space_is_given_back_for_the_first_file_after_the_core)
{
	static const char *const names[] = { "kexec-dmesg.log", "kexec-dmesg.log.age" };

	for (unsigned i = 0; i < 2; i++) {
		struct disk d;
		struct target *t;
		uint64_t before;

		disk_make(&d, 64, MKFS_EXT4, "");
		plan_set(&d.plan.targets[0].fstype, "ext4");
		t = up(&d);
		CHECK_EQ(begin(t, NAME), 0);
		before = space_of(t);
		CHECK_EQ(put(t, "vmcore-dmesg.txt.age", "log"), 0);
		CHECK_OP(space_of(t), <=, before);
		CHECK_EQ(put(t, names[i], "log"), 0);
		CHECK_OP(space_of(t), >, before + (400 << 10));
		down(t);
		disk_free(&d);
	}
}

TEST(a_second_dump_of_one_second_gets_a_suffix)
{
	struct disk d;
	struct target *t;

	disk_make(&d, 32, MKFS_EXT4, "");
	t = up(&d);
	CHECK_EQ(begin(t, NAME), 0);
	down(t);
	t = up(&d);
	CHECK_EQ(begin(t, NAME), 0);
	CHECK_STR(t->dir, NAME "-2");
	/* A retry goes on in the directory that it has. */
	t->ops->down(t, &(struct deadline){ clock_ns() + 5000000000ull });
	CHECK_EQ(t->ops->up(t, &(struct deadline){ clock_ns() + 5000000000ull }), 0);
	CHECK_EQ(begin(t, NAME), 0);
	CHECK_STR(t->dir, NAME "-2");
	down(t);
	disk_free(&d);
}

static int write_core(struct target *t, enum file_end end)
{
	struct deadline by = soon();
	struct target_file f;

	CHECK_EQ(t->ops->open(t, "vmcore", FILE_CORE, &by, &f), 0);
	CHECK_EQ(target_by_path(t, &f, &by), 0);
	CHECK_OP(access(f.path, F_OK), <, 0);
	CHECK_EQ(shell("umask 0; echo core >%s", f.path), 0); /* as a program would */
	return t->ops->close(t, &f, end, &by);
}

TEST(a_core_ends_as_it_deserves)
{
	struct disk d;
	struct target *t;
	struct deadline by = soon();
	struct target_file f;

	disk_make(&d, 32, MKFS_EXT4, "");
	t = up(&d);
	CHECK_EQ(begin(t, NAME), 0);
	CHECK_EQ(write_core(t, FILE_NOTHING), 0);
	CHECK_EQ(mode_of(&d, "var/crash/" NAME "/vmcore-incomplete"), -1);
	CHECK_EQ(write_core(t, FILE_PARTIAL), 0);
	CHECK_EQ(mode_of(&d, "var/crash/" NAME "/vmcore-incomplete"), 0600);
	CHECK_EQ(mode_of(&d, "var/crash/" NAME "/vmcore"), -1);
	CHECK_EQ(write_core(t, FILE_DONE), 0);
	CHECK_EQ(mode_of(&d, "var/crash/" NAME "/vmcore-incomplete"), -1);
	CHECK_EQ(mode_of(&d, "var/crash/" NAME "/vmcore"), 0600);
	/* And is not replaced by another. */
	fail_clear();
	CHECK_EQ(t->ops->open(t, "vmcore", FILE_CORE, &by, &f), -EEXIST);
	down(t);
	disk_free(&d);
}

TEST(a_link_in_place_of_the_core_is_not_followed)
{
	struct disk d;
	struct target *t;
	struct deadline by = soon();
	struct target_file f;

	disk_make(&d, 32, MKFS_EXT4, "");
	t = up(&d);
	CHECK_EQ(begin(t, NAME), 0);
	CHECK_EQ(shell("ln -s /etc/passwd %s/var/crash/%s/vmcore-incomplete", d.mount, NAME), 0);
	CHECK_EQ(t->ops->open(t, "vmcore", FILE_CORE, &by, &f),
		 0); /* the link goes, not what it names */
	CHECK_EQ(target_by_path(t, &f, &by), 0);
	CHECK_EQ(shell("ln -s /etc/passwd %s", f.path), 0);
	fail_clear();
	CHECK_OP(t->ops->close(t, &f, FILE_DONE, &by), <, 0);
	CHECK_EQ(access("/etc/passwd", F_OK), 0);
	down(t);
	disk_free(&d);
}

TEST(nothing_is_written_beside_the_mount)
{
	struct disk d;
	struct target *t;
	struct deadline by = soon();
	struct target_file f;

	disk_make(&d, 32, MKFS_EXT4, "");
	t = up(&d);
	CHECK_EQ(begin(t, NAME), 0);
	CHECK_EQ(umount2(d.mount, MNT_DETACH), 0); /* a hook, perhaps */
	CHECK_EQ(shell("mkdir -p %s/var/crash/%s", d.mount, NAME), 0);
	fail_clear();
	CHECK_OP(t->ops->open(t, "vmcore", FILE_CORE, &by, &f), <, 0);
	CHECK(strstr(fail_text(), "not mounted"));
	fail_clear();
	CHECK_OP(put(t, "kdump-status.json", "{}"), <, 0);
	/* Something else there, and memory at that. */
	CHECK_EQ(mount("t", d.mount, "tmpfs", 0, NULL), 0);
	fail_clear();
	CHECK_OP(t->ops->open(t, "vmcore", FILE_CORE, &by, &f), <, 0);
	CHECK(strstr(fail_text(), "memory"));
	down(t);
	disk_free(&d);
}

TEST(a_path_through_links_stays_on_the_disk)
{
	struct disk d;
	struct target *t;

	disk_make(&d, 32, MKFS_EXT4, "");
	CHECK_EQ(mount(d.loop, d.mount, "ext4", 0, NULL), 0);
	/* An absolute link means the disk's own root: there it leads on the running system. */
	CHECK_EQ(shell("mkdir -p %s/data %s/var; ln -s /data %s/var/crash", d.mount, d.mount,
		       d.mount),
		 0);
	CHECK_EQ(umount(d.mount), 0);
	t = up(&d);
	CHECK_EQ(begin(t, NAME), 0);
	CHECK_EQ(mode_of(&d, "data/" NAME), 0700);
	CHECK_OP(access("/data/" NAME, F_OK), <, 0);
	down(t);
	disk_free(&d);
}

TEST(a_disk_that_can_only_be_read_is_said)
{
	struct deadline by = soon();
	struct disk d;
	struct target *t;

	disk_make(&d, 32, MKFS_EXT4, "");
	CHECK_EQ(shell("blockdev --setro %s", d.loop), 0);
	CHECK_EQ(target_new(&d.cfg, &t), 0);
	fail_clear();
	CHECK_OP(t->ops->up(t, &by), <, 0);
	CHECK(strstr(fail_text(), "ead-only") || strstr(fail_text(), "ermission"));
	down(t);
	CHECK_EQ(shell("blockdev --setrw %s", d.loop), 0); /* the number is used again */
	disk_free(&d);
}

TEST(a_disk_that_is_not_there_is_waited_for_and_named)
{
	struct deadline by = deadline_in_ms(400);
	uint64_t before = clock_ns();
	struct disk d;
	struct target *t;

	disk_make(&d, 32, NULL, "");
	CHECK_EQ(target_new(&d.cfg, &t), 0);
	fail_clear();
	CHECK_EQ(t->ops->up(t, &by), -ETIMEDOUT);
	CHECK(strstr(fail_text(), d.uuid) && strstr(fail_text(), "did not appear"));
	CHECK(clock_ns() - before >= 400000000ull && clock_ns() - before < 5000000000ull);
	down(t);
	disk_free(&d);
}

/* The plan has another disk of the btrfs, which does not appear. */
static void add_missing(struct disk *d)
{
	struct plan_device *dev;

	devices_close(&d->devices);
	CHECK_EQ(plan_add_device(&d->plan, PLAN_PLAIN, &dev), 0);
	plan_set(&dev->name, "sdz");
	plan_set(&dev->id, "UUID_SUB=20202020-0000-4000-8000-000000000000");
	CHECK_EQ(plan_add_index(&d->plan.targets[0].devices, &d->plan.targets[0].nr_devices, 1), 0);
	CHECK_EQ(devices_open(&d->plan, "/sys", "/dev", &d->devices), 0);
	plan_set(&d->plan.targets[0].fstype, "btrfs");
	plan_set(&d->plan.targets[0].options, "subvolid=5");
}

/* The btrfs gave it up after the image was built. */
TEST(a_disk_that_a_btrfs_gave_up_does_not_cost_the_dump)
{
	struct disk d;
	struct target *t;

	disk_make(&d, 128, "mkfs.btrfs -q -U %s", "timeout device=1\n");
	add_missing(&d);
	t = up(&d);
	CHECK_EQ(begin(t, NAME), 0);
	down(t);
	disk_free(&d);
}

TEST(a_disk_that_a_btrfs_needs_is_named)
{
	struct deadline by = soon();
	struct disk d;
	struct target *t;

	disk_make(&d, 128, "f() { truncate -s 128M $1.more && mkfs.btrfs -q -U %s $1 $1.more; }; f",
		  "timeout device=1\n");
	add_missing(&d);
	CHECK_EQ(target_new(&d.cfg, &t), 0);
	fail_clear();
	CHECK_OP(t->ops->up(t, &by), <, 0);
	CHECK(strstr(fail_text(), "the disk sdz") && strstr(fail_text(), "did not appear"));
	down(t);
	disk_free(&d);
}

TEST(a_mount_option_nobody_knows_does_not_cost_the_dump)
{
	struct disk d;
	struct target *t;

	disk_make(&d, 32, MKFS_EXT4, "");
	plan_set(&d.plan.targets[0].options, "noatime,x-systemd.automount,frobnicate=7,nofail");
	t = up(&d);
	CHECK_EQ(begin(t, NAME), 0);
	down(t);
	disk_free(&d);
}

RUN(part_names, ext4_xfs_and_btrfs, reserved_space_is_given_back_for_the_first_file_after_the_core,
    a_second_dump_of_one_second_gets_a_suffix, a_core_ends_as_it_deserves,
    a_link_in_place_of_the_core_is_not_followed, nothing_is_written_beside_the_mount,
    a_path_through_links_stays_on_the_disk, a_disk_that_can_only_be_read_is_said,
    a_disk_that_is_not_there_is_waited_for_and_named,
    a_disk_that_a_btrfs_gave_up_does_not_cost_the_dump, a_disk_that_a_btrfs_needs_is_named,
    a_mount_option_nobody_knows_does_not_cost_the_dump)
