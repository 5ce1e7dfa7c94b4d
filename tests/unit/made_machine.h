/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * made_machine.h - a production system in a temporary directory: /sys, /proc, /dev and a root
 *
 *     machine_open  ->  machine_disk, machine_ext4, machine_dm ...  ->  builder  ->  machine_close
 *
 * Disks are sparse files with real file systems and labels on them; what the
 * builder learns about them comes from libblkid as on a real machine.
 */
#ifndef MADE_MACHINE_H
#define MADE_MACHINE_H

#include "initramfs/image/builder.h"

#include "base/err.h"
#include "check.h"
#include "temp_dir.h"
#include "config/config.h"

#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct machine {
	char dir[64];
	char sys[80], proc[80], dev[80], root[80], conf[96];
	struct config cfg;
};

/* Run a command of the shell, which must succeed. */
void machine_run(const char *fmt, ...);

/* dir/PATH with these bytes; parents are made. */
void machine_put(const char *dir, const char *path, const char *text);

/* dir/PATH is a link to to; parents are made. */
void machine_link(const char *dir, const char *path, const char *to);

/* An empty machine in a new directory. */
void machine_open(struct machine *m);

/* Free it, and remove its directory. */
void machine_close(struct machine *m);

/* A driver's directory on a bus, with its module. */
void machine_driver(const struct machine *m, const char *device, const char *driver,
		    const char *modalias);

/* A block device at a place below /sys, and its empty disk of 64 MiB. */
void machine_block(const struct machine *m, const char *place, const char *number);

#define VDA_PLACE "devices/pci0000:00/0000:00:05.0/virtio3/block/vda"
#define VDA_FS	  "11111111-2222-3333-4444-555555555555"

/* The virtio disk vda, 254:0. */
void machine_vda(const struct machine *m);

/* Make a file system on one of its disks. */
void machine_mkfs(const struct machine *m, const char *kind, const char *name);

/* One line of mountinfo. */
void machine_mount(const struct machine *m, const char *line);

/* The device-mapper device dm-0, 253:0, named vg0-dump, with this table. */
void machine_dm(const struct machine *m, const char *uuid, const char *table);

/* What to build for this configuration. */
struct image_request machine_request(struct machine *m, const char *conf);

/* A builder for this configuration; builder_close() it. */
void machine_builder(struct machine *m, const char *conf, struct builder *out);

#endif
