/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shell_vars.c - the variables that were read */
#include "config/sysconfig/shell_reader.h"

#include <stdlib.h>
#include <string.h>

struct shell_var *shell_find(const struct shell_vars *v, const char *name, size_t len)
{
	for (unsigned i = 0; i < v->nr; i++) {
		if (strlen(v->vars[i].name) == len && strncmp(v->vars[i].name, name, len) == 0)
			return &v->vars[i];
	}
	return NULL;
}

const struct shell_var *shell_vars_find(const struct shell_vars *v, const char *name)
{
	return shell_find(v, name, strlen(name));
}

/* Good after a failed read too. */
void shell_vars_free(struct shell_vars *v)
{
	for (unsigned i = 0; i < v->nr; i++) {
		free(v->vars[i].name);
		free(v->vars[i].value);
	}
	free(v->vars);
	*v = (struct shell_vars){ 0 };
}
