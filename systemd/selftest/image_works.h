/* SPDX-License-Identifier: GPL-2.0-or-later */
/* image_works.h - run the programs of an existing image, from the image */
#ifndef SYSTEMD_SELFTEST_IMAGE_WORKS_H
#define SYSTEMD_SELFTEST_IMAGE_WORKS_H

#include "systemd/ctl.h"

#include <stdbool.h>

#define IMAGE_WORKS_MESSAGE_SIZE 500

/*
 * The self-test of initramfs/image/selftest/selftest.h for an image, a path below the root: 0 and a
 * summary in out; 1 and a warning in out; or the error of the program that does not run.
 */
int image_works(const struct ctl *ctl, const char *image, char out[IMAGE_WORKS_MESSAGE_SIZE]);

/*
 * The same before it is loaded: warnings are printed and return 0. any: the image was built by
 * somebody else and may lack our programs, which is only warned about.
 */
int image_works_or_fail(const struct ctl *ctl, const char *image, bool any);

#endif
