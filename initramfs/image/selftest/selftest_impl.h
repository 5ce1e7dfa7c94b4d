/* SPDX-License-Identifier: GPL-2.0-or-later */
/* selftest_impl.h - what the parts of the self-test of an image know of each other */
#ifndef INITRAMFS_IMAGE_SELFTEST_SELFTEST_IMPL_H
#define INITRAMFS_IMAGE_SELFTEST_SELFTEST_IMPL_H

#include "initramfs/image/selftest/selftest.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Make dir the root of this process, empty, and where that is allowed a file system in memory that
 * goes away with the process. -EPERM: it may not. Only in a process that does nothing else.
 */
int self_test_root(const char *dir);

/* Unpack the image (an open file; name is for errors) into the root directory. */
int self_test_unpack(int fd, const char *name);

/*
 * All of it, in the new root, where the image and the core /SELF_TEST_CORE are; as above. machine:
 * the e_machine that can run here, 0 if that is not known.
 */
int self_test_programs(uint16_t machine, char out[SELFTEST_MESSAGE_SIZE]);

#endif
