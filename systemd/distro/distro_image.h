/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * distro_image.h - an image made by dracut or initramfs-tools, for what only they can bring up
 *
 * Our own image is tried first; -EOPNOTSUPP from image_build() or image_check() leads
 * here. The image has our program in it, by the dracut module or the initramfs-tools hook.
 */
#ifndef SYSTEMD_DISTRO_DISTRO_IMAGE_H
#define SYSTEMD_DISTRO_DISTRO_IMAGE_H

#include "systemd/ctl.h"

#include <stdio.h>

struct image_request;

/* The program that makes one on this system: "dracut", "mkinitramfs", or NULL. */
const char *distro_tool(const struct ctl *ctl);

/*
 * What our own image would have, for such an image, in distro_put.c. After ctl_load(). The plan
 * and the network of fence_kdump_nodes go below the image's root dir (NULL: nowhere); what the
 * maker of the image knows how to put in is named, with all that scripts import:
 *
 *     program PATH | module NAME      each on a line of its own
 *
 * -EOPNOTSUPP when the main target is not a local file system.
 */
int distro_put(const struct image_request *req, const char *dir, FILE *f);

struct distro_files {
	const char *image;  /* real paths */
	const char *inputs; /* the record of what went in */
};

/*
 * Build it and write the record. -ENOENT: there is no program to do it; -ENOKEY: a person
 * would have to unlock what the target lies on. Takes its time.
 */
int distro_build(const struct ctl *ctl, const struct image_request *req,
		 const struct distro_files *files);

/* As image_check(). */
int distro_check(const struct ctl *ctl, const struct image_request *req, const char *inputs,
		 char **why);

#endif
