/* SPDX-License-Identifier: GPL-2.0-or-later */
/* option_operands.h - what the operands of a command line mean */
#ifndef CLI_OPTION_OPERANDS_H
#define CLI_OPTION_OPERANDS_H

#include "cli/options.h"

/* The last one is only there to be named in a complaint. */
#define OPTION_OPERANDS (OPTIONS_PARTS + 2)

/*
 * Set vmcore, part, dump and member from nr operands, after options_flags(); name has the first
 * OPTION_OPERANDS of them. -EINVAL with a line for the user.
 */
int option_operands(struct options *o, const char *name[OPTION_OPERANDS], unsigned nr);

#endif
