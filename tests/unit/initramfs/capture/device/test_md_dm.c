/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_md_dm.c - what is asked of the kernel's drivers of md arrays and device-mapper, in which
 * order
 *
 * ioctl() stands for both drivers: it writes down each request, and refuses what it is told to.
 */
#include "initramfs/capture/device/devices.h"

#include "base/err.h"
#include "base/util.h"
#include "check.h"
#include "temp_root.h"

#include <linux/dm-ioctl.h>
#include <linux/major.h>
/* clang-format off */
#include <linux/raid/md_u.h>
/* clang-format on */
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define PARAMETERS "/sys/module/md_mod/parameters"
#define ATTRIBUTES "/sys/class/block/md127/md"

static char asked[2048];	      /* a line for each request */
static unsigned long refused;	      /* a request */
static int refused_with, raid_disks;  /* an errno; of an array that runs already */
static unsigned no_member = UINT_MAX; /* minor number of a disk that is not taken */

static void note(const char *fmt, ...)
{
	size_t len = strlen(asked);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(asked + len, sizeof(asked) - len, fmt, ap);
	va_end(ap);
}

static void note_table(const struct dm_ioctl *io)
{
	const char *at = (const char *)io + io->data_start;

	for (unsigned i = 0; i < io->target_count; i++) {
		const struct dm_target_spec *spec = (const struct dm_target_spec *)at;

		note("table %llu %llu %s %s\n", (unsigned long long)spec->sector_start,
		     (unsigned long long)spec->length, spec->target_type, (const char *)(spec + 1));
		at += spec->next;
		CHECK_OP((size_t)(at - (const char *)io), <=, io->data_size);
	}
}

static void md_request(unsigned long request, void *arg)
{
	const mdu_array_info_t *info = arg;
	const mdu_disk_info_t *disk = arg;
	char ro[8], degraded[8];

	if (request == SET_ARRAY_INFO) {
		note("metadata %d.%d\n", info->major_version, info->minor_version);
	} else if (request == ADD_NEW_DISK) {
		note("member %d:%d\n", disk->major, disk->minor);
	} else if (request == RUN_ARRAY) {
		snprintf(ro, sizeof(ro), "%s", root_text(PARAMETERS "/start_ro"));
		snprintf(degraded, sizeof(degraded), "%s",
			 root_text(PARAMETERS "/start_dirty_degraded"));
		note("run, start_ro %s, dirty_degraded %s\n", ro, degraded);
	}
}

static void dm_request(unsigned long request, struct dm_ioctl *io)
{
	if (request == DM_DEV_CREATE)
		note("create %s %s\n", io->name, io->uuid);
	else if (request == DM_TABLE_LOAD)
		note_table(io);
	else if (request == DM_DEV_SUSPEND)
		note("resume %s\n", io->name);
	io->dev = makedev(253, 7);
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (_IOC_TYPE(request) != MD_MAJOR && _IOC_TYPE(request) != DM_IOCTL)
		return (int)syscall(SYS_ioctl, fd, request, arg);
	if (request == GET_ARRAY_INFO)
		((mdu_array_info_t *)arg)->raid_disks = raid_disks;
	else if (_IOC_TYPE(request) == MD_MAJOR)
		md_request(request, arg);
	else
		dm_request(request, arg);
	errno = refused_with;
	if (request == ADD_NEW_DISK && (unsigned)((mdu_disk_info_t *)arg)->minor == no_member) {
		errno = EINVAL;
		return -1;
	}
	return request == refused ? -1 : 0;
}

/* Two disks, /dev/null and /dev/zero, and an array and a volume of them. */
struct made {
	struct plan plan;
	struct devices devices;
};

static struct plan_device *md_of(struct made *m)
{
	return &m->plan.devices[2];
}

static struct plan_device *dm_of(struct made *m)
{
	return &m->plan.devices[3];
}

static void made_open(struct made *m)
{
	const struct plan_extent extents[] = { { 0, 100, 1, 2048 }, { 100, 50, 0, 4096 } };
	struct plan_device *dev;

	root_new();
	root_put(PARAMETERS "/start_ro", "0");
	root_put(PARAMETERS "/start_dirty_degraded", "0");
	root_put(ATTRIBUTES "/reshape_position", "none\n");
	root_put(ATTRIBUTES "/sync_action", "idle\n");
	root_put(ATTRIBUTES "/resync_start", "12345\n");
	root_put("/dev/md127", "");
	root_put("/dev/dm-7", "");
	root_put("/dev/mapper/control", "");
	CHECK_EQ(chdir(temp_root), 0); /* names of nodes are short */
	CHECK_EQ(plan_init(&m->plan), 0);
	CHECK_EQ(plan_add_device(&m->plan, PLAN_PLAIN, &dev), 0);
	CHECK_EQ(plan_add_device(&m->plan, PLAN_PLAIN, &dev), 0);
	CHECK_EQ(plan_add_device(&m->plan, PLAN_MD, &dev), 0);
	plan_set(&dev->name, "md127");
	plan_set(&dev->metadata, "1.1");
	CHECK_EQ(plan_add_index(&dev->members, &dev->nr_members, 0), 0);
	CHECK_EQ(plan_add_index(&dev->members, &dev->nr_members, 1), 0);
	CHECK_EQ(plan_add_device(&m->plan, PLAN_DM, &dev), 0);
	plan_set(&dev->name, "vg0-crash");
	plan_set(&dev->uuid, "LVM-1");
	CHECK_EQ(plan_add_extent(dev, &extents[0]), 0);
	CHECK_EQ(plan_add_extent(dev, &extents[1]), 0);
	CHECK_EQ(devices_open(&m->plan, "sys", "dev", &m->devices), 0);
	strcpy(m->devices.known->node[0], "/dev/null"); /* 1:3 */
	strcpy(m->devices.known->node[1], "/dev/zero"); /* 1:5 */
	asked[0] = '\0';
	refused = 0;
	raid_disks = 0;
	no_member = UINT_MAX;
	fail_clear();
}

static void made_close(struct made *m)
{
	devices_close(&m->devices);
	plan_free(&m->plan);
	CHECK_EQ(chdir("/"), 0);
	root_drop();
}

/* The array's node; "": it was not started. */
static const char *start_md(struct made *m, int want)
{
	static char node[DEVICE_NODE_MAX];

	CHECK_EQ(device_md_start(&m->devices, md_of(m), node), want);
	return *node ? strrchr(node, '/') + 1 : "";
}

TEST(an_array_starts_read_only_and_its_resync_is_put_off)
{
	struct made m;

	made_open(&m);
	CHECK_STR(start_md(&m, 0), "md127");
	CHECK_STR(asked, "metadata 1.1\nmember 1:3\nmember 1:5\n"
			 "run, start_ro 1, dirty_degraded 1\n");
	CHECK_STR(root_text(PARAMETERS "/start_ro"), "0"); /* for the arrays of others */
	CHECK_EQ(strncmp(root_text(ATTRIBUTES "/sync_action"), "frozen", 6), 0);
	made_close(&m);
}

TEST(an_array_of_old_metadata_starts_with_the_members_it_has)
{
	struct made m;

	made_open(&m);
	plan_set(&md_of(&m)->metadata, "0.90");
	m.devices.known->node[0][0] = '\0';
	CHECK_STR(start_md(&m, 0), "md127");
	CHECK_STR(asked, "metadata 0.90\nmember 1:5\nrun, start_ro 1, dirty_degraded 1\n");
	made_close(&m);
	made_open(&m);
	no_member = 3; /* it belongs to another array */
	CHECK_STR(start_md(&m, 0), "md127");
	CHECK(strstr(asked, "member 1:5\nrun"));
	made_close(&m);
}

/* Two of them are not taken for each other, nor for md0 or md1. */
TEST(an_array_with_a_name_has_a_number_of_its_own)
{
	static const char *const names[] = { "md_home", "md_raid1", "md_d0" };
	struct made m;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		made_open(&m);
		root_put("/dev/md514", "");
		plan_set(&md_of(&m)->name, names[i]);
		CHECK_STR(start_md(&m, 0), "md514");
		made_close(&m);
	}
}

TEST(an_array_that_runs_is_not_started_again)
{
	struct made m;

	made_open(&m);
	raid_disks = 2;
	CHECK_STR(start_md(&m, 0), "md127");
	CHECK_STR(asked, "");
	CHECK_EQ(strncmp(root_text(ATTRIBUTES "/sync_action"), "frozen", 6), 0);
	made_close(&m);
	made_open(&m);
	raid_disks = 2;
	root_put(ATTRIBUTES "/reshape_position", "4096\n");
	CHECK_STR(start_md(&m, 0), "md127");
	CHECK_STR(root_text(ATTRIBUTES "/sync_action"), "idle\n");
	made_close(&m);
}

TEST(an_array_that_does_not_start_says_why)
{
	struct made m;

	made_open(&m);
	refused = RUN_ARRAY;
	refused_with = EIO;
	CHECK_STR(start_md(&m, -EIO), "");
	CHECK(strstr(fail_text(), "start array md127 with 2 of 2 members"));
	CHECK_STR(root_text(PARAMETERS "/start_ro"), "0");
	CHECK_STR(root_text(ATTRIBUTES "/sync_action"), "idle\n");
	made_close(&m);
	made_open(&m);
	refused = SET_ARRAY_INFO;
	refused_with = EINVAL;
	CHECK_STR(start_md(&m, -EINVAL), "");
	CHECK(strstr(fail_text(), "array md127: metadata 1.1"));
	made_close(&m);
}

TEST(a_volume_has_the_table_of_its_extents)
{
	char node[DEVICE_NODE_MAX];
	struct made m;

	made_open(&m);
	CHECK_EQ(device_dm_create(&m.devices, dm_of(&m), node), 0);
	CHECK_STR(strrchr(node, '/'), "/dm-7");
	CHECK_STR(asked, "create vg0-crash LVM-1\ntable 0 100 linear 1:5 2048\n"
			 "table 100 50 linear 1:3 4096\nresume vg0-crash\n");
	asked[0] = '\0';
	refused = DM_DEV_CREATE;
	refused_with = EBUSY; /* dracut was first */
	CHECK_EQ(device_dm_create(&m.devices, dm_of(&m), node), 0);
	CHECK(strstr(asked, "resume vg0-crash"));
	made_close(&m);
}

TEST(a_volume_that_is_refused_says_at_which_step)
{
	static const struct {
		unsigned long request;
		const char *words;
	} steps[] = { { DM_DEV_CREATE, "create vg0-crash" },
		      { DM_TABLE_LOAD, "load the table of vg0-crash" },
		      { DM_DEV_SUSPEND, "start vg0-crash" } };
	char node[DEVICE_NODE_MAX];
	struct made m;

	for (unsigned i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		made_open(&m);
		refused = steps[i].request;
		refused_with = ENXIO;
		CHECK_EQ(device_dm_create(&m.devices, dm_of(&m), node), -ENXIO);
		CHECK(strstr(fail_text(), steps[i].words));
		CHECK_STR(node, "");
		made_close(&m);
	}
	made_open(&m);
	strcpy(m.devices.known->node[1], "/dev/no-such-disk");
	CHECK_EQ(device_dm_create(&m.devices, dm_of(&m), node), -ENOENT);
	CHECK(strstr(fail_text(), "/dev/no-such-disk"));
	CHECK_STR(asked, "create vg0-crash LVM-1\n");
	made_close(&m);
}

RUN(an_array_starts_read_only_and_its_resync_is_put_off,
    an_array_of_old_metadata_starts_with_the_members_it_has,
    an_array_with_a_name_has_a_number_of_its_own, an_array_that_runs_is_not_started_again,
    an_array_that_does_not_start_says_why, a_volume_has_the_table_of_its_extents,
    a_volume_that_is_refused_says_at_which_step)
