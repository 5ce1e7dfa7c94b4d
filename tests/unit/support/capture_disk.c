/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capture_disk.c - a loop device with a file system, and a plan and config that name it */
#include "capture_disk.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

int shell(const char *fmt, ...)
{
	char line[1024];
	va_list ap;
	int rc;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	rc = system(line);
	if (rc != 0)
		print_message("# %s: %d\n", line, rc);
	return rc;
}

void first_line(const char *path, char *out, size_t room)
{
	FILE *f = fopen(path, "r");

	out[0] = '\0';
	if (f && fgets(out, (int)room, f))
		out[strcspn(out, "\n")] = '\0';
	if (f)
		fclose(f);
}

void disk_make(struct disk *d, unsigned mib, const char *mkfs, const char *conf)
{
	char path[128], id[64], command[256];
	struct plan_device *dev;
	struct plan_target *t;

	memset(d, 0, sizeof(*d));
	temp_dir(d->dir);
	CHECK_EQ(shell("truncate -s %uM %s/img", mib, d->dir), 0);
	first_line("/proc/sys/kernel/random/uuid", d->uuid, sizeof(d->uuid));
	snprintf(id, sizeof(id), "UUID=%s", d->uuid);
	if (mkfs) {
		const char *at = strstr(mkfs, "%s");

		CHECK(at);
		snprintf(command, sizeof(command), "%.*s%s%s", (int)(at - mkfs), mkfs, d->uuid,
			 at + 2);
		CHECK_EQ(shell("%s %s/img >/dev/null 2>&1", command, d->dir), 0);
	}
	CHECK_EQ(shell("losetup -f --show %s/img >%s/loop", d->dir, d->dir), 0);
	snprintf(path, sizeof(path), "%s/loop", d->dir);
	first_line(path, d->loop, sizeof(d->loop));
	snprintf(d->mount, sizeof(d->mount), "%s/mnt", d->dir);
	CHECK_EQ(mkdir(d->mount, 0700), 0);

	CHECK_EQ(config_parse("kdump.conf", conf, strlen(conf), CONFIG_LENIENT, &d->config), 0);
	CHECK_EQ(plan_init(&d->plan), 0);
	CHECK_EQ(plan_add_device(&d->plan, PLAN_PLAIN, &dev), 0);
	plan_set(&dev->name, d->loop + 5);
	plan_set(&dev->id, id);
	CHECK_EQ(plan_add_target(&d->plan, PLAN_FS, &t), 0);
	plan_set(&t->source, id);
	plan_set(&t->fstype, "ext4");
	plan_set(&t->path, "var/crash");
	CHECK_EQ(plan_add_index(&t->devices, &t->nr_devices, 0), 0);
	CHECK_EQ(devices_open(&d->plan, "/sys", "/dev", &d->devices), 0);
	d->cfg = (struct target_cfg){ .config = &d->config,
				      .plan = &d->plan,
				      .spec = t,
				      .mount_dir = d->mount,
				      .devices = &d->devices };
}

void disk_free(struct disk *d)
{
	(void)umount2(d->mount, MNT_DETACH);
	shell("losetup -d %s", d->loop);
	devices_close(&d->devices);
	plan_free(&d->plan);
	config_free(&d->config);
	shell("rm -rf %s", d->dir);
}
