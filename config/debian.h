/* SPDX-License-Identifier: GPL-2.0-or-later */
/* debian.h - what Debian's kdump-config was asked to do, as a command of kdumpctl */
#ifndef CONFIG_DEBIAN_H
#define CONFIG_DEBIAN_H

#include <stddef.h>

/* kdumpctl's word for a verb of Debian's kdump-config; NULL: none of those. */
const char *debian_command(const char *verb);

/* All verbs, one by one; NULL past the last. */
const char *debian_verb_at(size_t i);

/*
 * Becomes kdumpctl COMMAND (of the PATH, or KDUMPCTL in the environment). Returns only when that
 * cannot be, with an exit code, having said why.
 */
int debian_run(const char *command);

#endif
