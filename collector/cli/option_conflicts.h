/* SPDX-License-Identifier: GPL-2.0-or-later */
/* option_conflicts.h - options that do not go together */
#ifndef CLI_OPTION_CONFLICTS_H
#define CLI_OPTION_CONFLICTS_H

#include "cli/options.h"

/* -EINVAL with one line that tells what to change. All of o is filled in, except that mode may
 * still become MODE_CHECK_PARAMS. */
int options_conflicts(const struct options *o);

/* Fill in o from o->given: the combined meaning of all options without a value. */
void options_flags(struct options *o);

#endif
