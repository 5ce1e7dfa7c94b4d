/* SPDX-License-Identifier: GPL-2.0-or-later */
/* option_conflicts.h - options that do not go together */
#ifndef CLI_OPTION_CONFLICTS_H
#define CLI_OPTION_CONFLICTS_H

#include "cli/options.h"

/* -EINVAL with one line that says the way out; o is filled in but for mode's last word. */
int options_conflicts(const struct options *o);

/* What the options without a value that were given mean together: fills in o from o->given. */
void options_flags(struct options *o);

#endif
