/* SPDX-License-Identifier: GPL-2.0-or-later */
/* try_saving.h - the steps of kdumpctl test without a crash */
#ifndef SYSTEMD_SELFTEST_TRY_SAVING_H
#define SYSTEMD_SELFTEST_TRY_SAVING_H

#include "systemd/ctl.h"

#include <stddef.h>

/*
 * Does the image contain what its plan needs: program, configuration, every module, the key of an
 * ssh target? -ENOENT: the message names what is missing.
 */
int try_image(const struct ctl *ctl, const char *image);

/*
 * Write a file to the target and remove it, log in, or open the device; message gets what was done.
 */
int try_target(const struct ctl *ctl, const struct config_target *t, char *message, size_t size);

/*
 * Open the key slots of encrypted layers below the targets as the capture kernel will. 1: message
 * says how; 0: nothing to open, or another step reports it; -ENOKEY.
 */
int try_unlock(const struct ctl *ctl, char *message, size_t size);

#endif
