/* SPDX-License-Identifier: GPL-2.0-or-later */
/* try_saving.h - the steps of kdumpctl test that need no crash */
#ifndef SYSTEMD_SELFTEST_TRY_SAVING_H
#define SYSTEMD_SELFTEST_TRY_SAVING_H

#include "systemd/ctl.h"

#include <stddef.h>

/*
 * Does the image hold what its plan needs: program, configuration, every module,
 * the key of an ssh target? -ENOENT with the name of what is missing.
 */
int try_image(const struct ctl *ctl, const char *image);

/* Write a file to the target and remove it, log in, open the device; words says what was done. */
int try_target(const struct ctl *ctl, const struct config_target *t, char *words, size_t room);

/*
 * Open the key slots of encrypted layers below the targets as the capture kernel will. 1: words
 * says how; 0: there is nothing to open, or nothing that another step does not say; -ENOKEY.
 */
int try_unlock(const struct ctl *ctl, char *words, size_t room);

#endif
