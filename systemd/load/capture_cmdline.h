/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capture_cmdline.h - the capture kernel's command line from this system and its settings */
#ifndef SYSTEMD_LOAD_CAPTURE_CMDLINE_H
#define SYSTEMD_LOAD_CAPTURE_CMDLINE_H

#include "systemd/ctl.h"

/* As capture_args_build(), with everything looked up; *out freed by the caller. */
int setup_cmdline(const struct ctl *ctl, const char *test_id, char **out);

#endif
