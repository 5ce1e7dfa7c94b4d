/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bootargs.h - a kernel command line as a list of words
 *
 *     bootargs_parse()   from text, as often as there is text; adds at the end
 *     bootargs_remove(), bootargs_add(), bootargs_set()
 *     bootargs_text()    back to text
 *     bootargs_fini()
 *
 * Words keep the quotes they came with, so nothing is lost on the way through.
 * What stands behind a bare "--" belongs to init: it stays last, is never
 * searched, and new words go in front of it.
 */
#ifndef SYSTEMD_BOOTARGS_H
#define SYSTEMD_BOOTARGS_H

#include <stdbool.h>
#include <stddef.h>

struct bootargs {
	char **word; /* owned; not to be written to: its value stands behind its end */
	size_t nr;
	size_t nr_kernel; /* words before "--"; nr if there is none */
};

/*
 * Add the words of line, split as the kernel does it (base/karg.h). -ENOMEM; a zeroed struct is
 * an empty list.
 */
int bootargs_parse(const char *line, struct bootargs *args);

void bootargs_fini(struct bootargs *args);

/*
 * Remove every word with this name, whatever its value. '-' and '_' are the
 * same, as for the kernel.
 */
void bootargs_remove(struct bootargs *args, const char *name);

/* The same for the name of a word that may have a value. */
void bootargs_remove_same(struct bootargs *args, const char *word);

/* Remove words with an empty value ("root="): a template nobody filled in. */
void bootargs_remove_empty(struct bootargs *args);

/* Of words that are the same, keep the last: for console= the last one counts. */
void bootargs_unique(struct bootargs *args);

/* Add one word. */
int bootargs_add(struct bootargs *args, const char *word);

/* The same, but an earlier word of that name goes, unless the name may be given often. */
int bootargs_set(struct bootargs *args, const char *word);

/*
 * Value of the last word with this name, its quotes taken off as the kernel does; "" if it has
 * none, NULL if it is not there. Borrowed.
 */
const char *bootargs_value(const struct bootargs *args, const char *name);

/* The i-th kernel word if it has this name, else NULL; its value as above. For names given often.
 */
const char *bootargs_value_at(const struct bootargs *args, size_t i, const char *name);

/* One line in out, freed by the caller. -ENOMEM. */
int bootargs_text(const struct bootargs *args, char **out);

#endif
