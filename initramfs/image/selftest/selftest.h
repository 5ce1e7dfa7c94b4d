/* SPDX-License-Identifier: GPL-2.0-or-later */
/* selftest.h - run the programs of an image, out of the image, before it is relied on */
#ifndef INITRAMFS_IMAGE_SELFTEST_SELFTEST_H
#define INITRAMFS_IMAGE_SELFTEST_SELFTEST_H

#include <stddef.h>

/* Beside the capture program: the core it tries itself on. */
#define SELF_TEST_CORE	      "selftest.core"

#define SELFTEST_MESSAGE_SIZE 500

/*
 * Unpack image (a real path; kernel modules and firmware stay packed) into a root directory of its
 * own, in memory where this process may mount, and run there
 *
 *     - kdump-capture --self-test on core, a real path
 *     - the image's core_collector on that core; another program than ours only if it is a binary,
 *       for what a script does is not known
 *     - in an image of ours, for each other program, its dynamic linker: are all libraries there?
 *
 * 0: they run, out lists which did. 1: they may, out is a warning: programs for another machine,
 * no right to make a root directory, or another core_collector that did not like the core.
 * -ENODATA: the image has no program of ours. -EIO or what failed: the error names the program and
 * its exit status or signal. Forks; the caller's mounts and directories are untouched.
 */
int image_self_test(const char *image, const char *core, char out[SELFTEST_MESSAGE_SIZE]);

/* The path of the core beside a capture program (a real path); to be freed. NULL: no memory. */
char *image_self_test_core(const char *capture);

#endif
