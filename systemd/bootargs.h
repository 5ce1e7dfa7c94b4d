/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bootargs.h - a kernel command line as a list of parameters
 *
 *     bootargs_parse()   from text; may be called again, appends
 *     bootargs_remove(), bootargs_add(), bootargs_set()
 *     bootargs_text()    back to text
 *     bootargs_fini()
 *
 * Parameters keep their quotes, so text that goes in comes out unchanged. Parameters after a bare
 * "--" belong to init: they stay last, are never searched, and new parameters are inserted before
 * the "--".
 */
#ifndef SYSTEMD_BOOTARGS_H
#define SYSTEMD_BOOTARGS_H

#include <stdbool.h>
#include <stddef.h>

struct bootargs {
	char **word; /* owned; read-only: the unquoted value follows its NUL */
	size_t nr;
	size_t nr_kernel; /* parameters before "--"; nr if there is no "--" */
};

/*
 * Append the parameters of line, split as the kernel splits them (base/karg.h). -ENOMEM; a zeroed
 * struct is an empty list.
 */
int bootargs_parse(const char *line, struct bootargs *args);

void bootargs_fini(struct bootargs *args);

/*
 * Remove every parameter of this name, whatever its value. '-' and '_' are equal, as in the kernel.
 */
void bootargs_remove(struct bootargs *args, const char *name);

/* The same for the name of "name" or "name=value". */
void bootargs_remove_same(struct bootargs *args, const char *word);

/* Remove parameters with an empty value ("root="): a template that was not filled in. */
void bootargs_remove_empty(struct bootargs *args);

/* Of identical parameters keep the last: for console= the last one counts. */
void bootargs_unique(struct bootargs *args);

/* Append one parameter. */
int bootargs_add(struct bootargs *args, const char *word);

/* The same, but remove earlier parameters of that name unless the name may be repeated. */
int bootargs_set(struct bootargs *args, const char *word);

/*
 * Value of the last parameter of this name, unquoted as the kernel does it; "" if it has none, NULL
 * if there is no such parameter. Borrowed.
 */
const char *bootargs_value(const struct bootargs *args, const char *name);

/*
 * Value (as above) of the i-th kernel parameter if it has this name, else NULL. For repeatable
 * names.
 */
const char *bootargs_value_at(const struct bootargs *args, size_t i, const char *name);

/* One line in out, freed by the caller. -ENOMEM. */
int bootargs_text(const struct bootargs *args, char **out);

#endif
