/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * builder.h - one run of the builder: what every file of this folder works on
 *
 *     builder_open  ->  builder_gather (gather.h)  ->  (write the tree)  ->  builder_close
 *
 * Paths: "image path" is where a file lies in the image; "system path" is where
 * it lies on the production system without root; "real path" has root in front.
 */
#ifndef INITRAMFS_IMAGE_BUILDER_H
#define INITRAMFS_IMAGE_BUILDER_H

#include "initramfs/image/image.h"
#include "initramfs/image/strlist.h"
#include "initramfs/image/tree.h"
#include "initramfs/plan/plan.h"

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
	struct strlist required; /* module names or modaliases the image cannot do without */
	struct strlist optional; /* the same, but no harm is done without them */
	struct strlist warnings;
	bool self_test; /* run the programs of the image once it is written */
	bool network;	/* some target is remote */
	bool by_distro; /* dracut or initramfs-tools bring devices up: they are only to be found */
	dev_t *chain;	/* what plan.devices[i] is on the production system */

	/* The table of a device-mapper device as "dmsetup table" prints it, to be freed. */
	int (*dm_table)(const char *name, char **out);
};

/* Defaults are filled in, nothing is looked at yet. */
int builder_open(const struct image_request *req, struct builder *out);
void builder_close(struct builder *b);

/* A warning for the report; it is shown once, however often it is added. */
int builder_warn(struct builder *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* root + system path, to be freed; symbolic links are resolved inside root. NULL: -errno in errno.
 */
char *builder_real(const struct builder *b, const char *path);

#endif
