/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capture_cmdline.h - collect the inputs of the capture kernel's command line */
#ifndef SYSTEMD_LOAD_CAPTURE_CMDLINE_H
#define SYSTEMD_LOAD_CAPTURE_CMDLINE_H

#include "systemd/ctl.h"

/* Call capture_args_build() with the inputs of this system; the caller frees *out. */
int setup_cmdline(const struct ctl *ctl, const char *test_id, char **out);

#endif
