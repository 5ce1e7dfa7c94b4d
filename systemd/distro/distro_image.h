/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * distro_image.h - an image built by dracut or initramfs-tools, for targets that only they can
 * bring up
 *
 * Our own image is tried first; -EOPNOTSUPP from image_build() or image_check() leads here. Our
 * dracut module or initramfs-tools hook puts our program into the image.
 */
#ifndef SYSTEMD_DISTRO_DISTRO_IMAGE_H
#define SYSTEMD_DISTRO_DISTRO_IMAGE_H

#include "systemd/ctl.h"

#include <stdio.h>

struct image_request;

/* The tool that builds images on this system: "dracut", "mkinitramfs", or NULL. */
const char *distro_tool(const struct ctl *ctl);

/*
 * Give such an image what our own would have (distro_put.c). After ctl_load(). The plan and the
 * network of fence_kdump_nodes are written below the image's root dir (NULL: nowhere). What the
 * tool can install itself is printed, including everything that scripts import:
 *
 *     program PATH | module NAME      one per line
 *
 * -EOPNOTSUPP when the main target is not a local file system.
 */
int distro_put(const struct image_request *req, const char *dir, FILE *f);

struct distro_files {
	const char *image;  /* real paths */
	const char *inputs; /* the record of its inputs */
};

/*
 * Build it and write the record. -ENOENT: there is no tool to build it; -ENOKEY: a person would
 * have to unlock the target's disk. May take minutes.
 */
int distro_build(const struct ctl *ctl, const struct image_request *req,
		 const struct distro_files *files);

/* As image_check(). */
int distro_check(const struct ctl *ctl, const struct image_request *req, const char *inputs,
		 char **why);

#endif
