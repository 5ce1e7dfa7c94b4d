/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shell.h - a file of shell assignments, read without a shell
 *
 *     shell_vars_read -> shell_vars_get -> shell_vars_free
 *
 * Understood: NAME=VALUE and NAME+=VALUE, several on a line, perhaps behind "export";
 * '...', "..." and backslashes; comments; lines joined by a backslash; $NAME and
 * ${NAME} of what was assigned before. A line end within quotes becomes a blank.
 * All else would be a program, and is an error.
 */
#ifndef CONFIG_SYSCONFIG_SHELL_H
#define CONFIG_SYSCONFIG_SHELL_H

#include "config/report.h"

#define SHELL_VALUE_MAX (16 << 10) /* bytes of one value; appending could double it for ever */
#define SHELL_VARS_MAX	512

struct shell_var {
	char *name;
	char *value;
	struct config_position position; /* of the name, where it was last assigned */
};

struct shell_vars {
	struct shell_var *vars;
	unsigned nr;
};

/* All that can be read is kept, errors are in the report. 0 or -ENOMEM; free in both cases. */
int shell_vars_read(const char *text, size_t len, struct config_report *report,
		    struct shell_vars *out);
void shell_vars_free(struct shell_vars *v);

/* NULL: never assigned. */
const struct shell_var *shell_vars_find(const struct shell_vars *v, const char *name);

#endif
