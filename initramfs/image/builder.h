/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * builder.h - one run of the builder: what every file of this folder works on
 *
 *     builder_open  ->  builder_gather  ->  (write the tree)  ->  builder_close
 *
 * gather() fills plan and tree, one concern per file:
 *
 *     targets.c -> mounts.c, chain*.c    devices of the plan, drivers wanted
 *     network.c, ssh.c                   what a remote target needs
 *     programs.c -> elf.c                hooks and programs with their libraries
 *     modules.c -> kmods.c, firmware.c   what was wanted, closed over, in load order
 *
 * Paths: "image path" is where a file lies in the image; "system path" is where
 * it lies on the production system without root; "real path" has root in front.
 */
#ifndef INITRAMFS_IMAGE_BUILDER_H
#define INITRAMFS_IMAGE_BUILDER_H

#include "initramfs/image/image.h"
#include "initramfs/image/tree.h"
#include "initramfs/plan/plan.h"

/* A growing list of words without duplicates, in order of arrival. Zeroed is empty. */
struct strlist {
	char **at; /* NULL at the end; NULL itself while empty */
	size_t nr;
};

int strlist_add(struct strlist *w, const char *word);
int strlist_addf(struct strlist *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool strlist_has(const struct strlist *w, const char *word);
void strlist_free(struct strlist *w);

struct builder {
	const struct config *cfg;
	char *config_path;
	char *root;	    /* "" or a directory without a slash at the end */
	char *modules;	    /* the directory lib/modules/RELEASE itself, real path */
	char *kernel;	    /* release */
	char *sysfs;	    /* "/sys" */
	char *proc;	    /* "/proc" */
	char *dev;	    /* "/dev" */
	char *capture;	    /* real path of what becomes /init */
	char *command_line; /* of the capture kernel; "" if it is not known */
	struct plan plan;
	struct tree tree;
	struct strlist wanted;	 /* module names or modaliases the image cannot do without */
	struct strlist optional; /* the same, but no harm is done without them */
	struct strlist warnings;
	bool self_test; /* run the programs of the image once it is written */
	bool network;	/* some target is remote */
	bool by_others; /* dracut or initramfs-tools bring devices up: they are only to be found */
	dev_t *chain;	/* what plan.devices[i] is on the production system */

	/* The table of a device-mapper device as "dmsetup table" prints it, to be freed. */
	int (*dm_table)(const char *name, char **out);
};

/* Defaults are filled in, nothing is looked at yet. */
int builder_open(const struct image_request *req, struct builder *out);
int builder_gather(struct builder *b);
void builder_close(struct builder *b);

/* A warning for the report; said once, however often it is given. */
int builder_warn(struct builder *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* root + system path, to be freed; symbolic links are resolved inside root. NULL: -errno in errno.
 */
char *builder_real(const struct builder *b, const char *path);

#endif
