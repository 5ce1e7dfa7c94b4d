/* SPDX-License-Identifier: GPL-2.0-or-later */
/* image_works.h - run the programs of an image that is there, out of the image */
#ifndef SYSTEMD_SELFTEST_IMAGE_WORKS_H
#define SYSTEMD_SELFTEST_IMAGE_WORKS_H

#include "systemd/ctl.h"

#include <stdbool.h>

#define IMAGE_WORKS_MESSAGE_SIZE 500

/*
 * The self-test of initramfs/image/selftest/selftest.h on an image, a path below the root: 0 and
 * what ran in out; 1 and a warning; or the error of the program that does not run.
 */
int image_works(const struct ctl *ctl, const char *image, char out[IMAGE_WORKS_MESSAGE_SIZE]);

/*
 * The same before it is loaded: a warning is printed, and 0. any: an image that somebody else made
 * may do without our programs; it is warned of.
 */
int image_works_or_fail(const struct ctl *ctl, const char *image, bool any);

#endif
