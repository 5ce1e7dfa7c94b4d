/* SPDX-License-Identifier: GPL-2.0-or-later */
/* image_state.h - is the image what would be built now, and build it */
#ifndef SYSTEMD_LOAD_IMAGE_STATE_H
#define SYSTEMD_LOAD_IMAGE_STATE_H

#include "systemd/ctl.h"
#include "systemd/load/kernel_paths.h"

struct image_request;

/* The request for ctl's configuration; paths in bufs live as long as they do. */
struct image_state_paths {
	char sysfs[CTL_PATH_MAX], proc[CTL_PATH_MAX], command_line[CTL_PATH_MAX];
};
void image_state_request(const struct ctl *ctl, struct image_state_paths *paths,
			 struct image_request *out);

/*
 * Is the image there as it was built: the size and the hash of its record; without a record, or
 * with force_no_rebuild, an image that can be read to its end. False: why gets the reason.
 */
bool image_state_intact(const struct ctl *ctl, const struct kernel_paths *at, char *why,
			size_t size);

/*
 * Must it be built? why gets the reason. The rules of force_no_rebuild and
 * force_rebuild come first, but no damaged image is ever kept. What cannot be found out now counts
 * as a reason.
 */
bool image_state_stale(const struct ctl *ctl, const struct kernel_paths *at, char *why,
		       size_t room);

/* Build at->new_image and at->new_inputs; tells warnings and what went in. */
int image_state_build(const struct ctl *ctl, const struct kernel_paths *at);

/* Does the image hold the very kdump.conf that is there now? */
bool image_state_same_config(const struct ctl *ctl, const char *image);

#endif
