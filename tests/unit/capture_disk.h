/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capture_disk.h - a loop device with a file system, and a plan and config that name it */
#ifndef CAPTURE_DISK_H
#define CAPTURE_DISK_H

#include "check.h"
#include "temp_dir.h"
#include "config/config.h"
#include "initramfs/capture/device/devices.h"
#include "initramfs/capture/target/target.h"
#include "initramfs/plan/plan.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

struct disk {
	char dir[64];  /* of all of it */
	char loop[32]; /* "/dev/loop3" */
	char uuid[48]; /* its own: others may run the same test at the same time */
	char mount[96];
	struct config config;
	struct plan plan;
	struct devices devices;
	struct target_cfg cfg;
};

/* Run a command of the shell; its exit code, and a message if that is not 0. */
int shell(const char *fmt, ...);

/* The first line of a file, without its end; "": there is none. */
void first_line(const char *path, char *out, size_t room);

/* mkfs: "mkfs.ext4 -q -U %s", or NULL for an empty disk. conf: lines of kdump.conf. */
void disk_make(struct disk *d, unsigned mib, const char *mkfs, const char *conf);

/* Unmount it, and detach the loop device. */
void disk_free(struct disk *d);

#endif
