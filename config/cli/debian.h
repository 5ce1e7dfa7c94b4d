/* SPDX-License-Identifier: GPL-2.0-or-later */
/* debian.h - what Debian's kdump-config was asked to do, as a command of kdumpctl */
#ifndef CONFIG_CLI_DEBIAN_H
#define CONFIG_CLI_DEBIAN_H

#include <stddef.h>

/*
 * kdumpctl's word for a verb of Debian's kdump-config; NULL: none of those. *most: how many
 * arguments may follow the verb.
 */
const char *debian_command(const char *verb, int *most);

/* All verbs, one by one; NULL past the last. */
const char *debian_verb_at(size_t i);

/*
 * Becomes kdumpctl COMMAND [WORD] (of the PATH, or KDUMPCTL in the environment); word NULL: none.
 * Returns only if that fails, with an exit code, after reporting the reason.
 */
int debian_run(const char *command, const char *word);

#endif
