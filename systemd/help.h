/* SPDX-License-Identifier: GPL-2.0-or-later */
/* help.h - print --help, and suggestions for misspelt commands and options */
#ifndef SYSTEMD_HELP_H
#define SYSTEMD_HELP_H

#include "systemd/ctl.h"

void help_all(void);
void help_command(const struct ctl_command *c);

/* Print the error, with a suggestion if a command is similar. Returns CTL_FAILED. */
int help_unknown_command(const char *name);

/* Does the command know every option in argv? CTL_OK, or prints an error: CTL_FAILED. */
int help_check_options(const struct ctl_command *c, char **argv);

#endif
