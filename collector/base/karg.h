/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * karg.h - the words of a kernel command line, split as the kernel splits them
 *
 *     for (const char *at = line; karg_next(&at, &word);)
 *
 * One reader for every command line here. The rules are those of next_arg() in the kernel's
 * lib/cmdline.c: a '"' anywhere begins or ends a quotation, within which blanks do not
 * separate; a backslash is a plain character; of the quotes only one around the value, or one
 * around the whole word, is taken off. Module parameters in finit_module(2) follow them too.
 */
#ifndef BASE_KARG_H
#define BASE_KARG_H

#include <stdbool.h>
#include <stddef.h>

/* One word. All pointers lead into the line; nothing ends with '\0' there. */
struct karg {
	const char *word; /* as it stands in the line, quotes and all */
	size_t len;
	const char *name;
	size_t name_len;
	const char *value; /* behind the first '='; NULL: there is none */
	size_t value_len;
};

/*
 * The word at *at, or behind the blanks there; *at moves behind it. An open quotation ends with the
 * line. False: there is none any more. A word that is "--" is given like any other: what
 * follows belongs to init.
 */
bool karg_next(const char **at, struct karg *out);

/* Is this word "--"? Then the words after it are for init. */
bool karg_is_end(const struct karg *k);

/* Are two names the same to the kernel, for which '-' and '_' are one letter? */
bool karg_same_name(const char *a, size_t a_len, const char *b, size_t b_len);
bool karg_is(const struct karg *k, const char *name);

/* Does the line have this parameter, in front of "--"? */
bool karg_has(const char *line, const char *name);

/*
 * The value of the last parameter of this name in front of "--" into out, cut to fit; "" for one
 * without. False: it is not there.
 */
bool karg_find(const char *line, const char *name, char *out, size_t size);

#endif
