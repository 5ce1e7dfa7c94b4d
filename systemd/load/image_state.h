/* SPDX-License-Identifier: GPL-2.0-or-later */
/* image_state.h - is the image current, and build it */
#ifndef SYSTEMD_LOAD_IMAGE_STATE_H
#define SYSTEMD_LOAD_IMAGE_STATE_H

#include "systemd/ctl.h"
#include "systemd/load/kernel_paths.h"

struct image_request;

/* Fill in the request for ctl's configuration; it points into bufs. */
struct image_state_paths {
	char sysfs[CTL_PATH_MAX], proc[CTL_PATH_MAX], command_line[CTL_PATH_MAX];
};
void image_state_request(const struct ctl *ctl, struct image_state_paths *paths,
			 struct image_request *out);

/*
 * Is the image intact: size and hash of its record match; without a record, or with
 * force_no_rebuild, it can be read to its end. False: why gets the reason.
 */
bool image_state_intact(const struct ctl *ctl, const struct kernel_paths *at, char *why,
			size_t size);

/*
 * Must it be built? why gets the reason. force_no_rebuild and force_rebuild decide first, but a
 * damaged image is always rebuilt. If it cannot be determined, that is a reason too.
 */
bool image_state_stale(const struct ctl *ctl, const struct kernel_paths *at, char *why,
		       size_t size);

/* Build at->new_image and at->new_inputs; prints warnings and a summary. */
int image_state_build(const struct ctl *ctl, const struct kernel_paths *at);

/* Does the image contain the current kdump.conf? */
bool image_state_same_config(const struct ctl *ctl, const char *image);

#endif
