/* SPDX-License-Identifier: GPL-2.0-or-later */
/* help.h - what --help prints, and what a command line with a misspelt word is answered */
#ifndef SYSTEMD_HELP_H
#define SYSTEMD_HELP_H

#include "systemd/ctl.h"

void help_all(void);
void help_command(const struct ctl_command *c);

/* CTL_FAILED, told with a suggestion if one is near. */
int help_unknown_command(const char *name);

/* Has the command every option that stands in argv? CTL_OK; CTL_FAILED, told. */
int help_check_options(const struct ctl_command *c, char **argv);

#endif
