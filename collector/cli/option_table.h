/* SPDX-License-Identifier: GPL-2.0-or-later */
/* option_table.h - the rows of options.def, for the parser, --help and the tests */
#ifndef CLI_OPTION_TABLE_H
#define CLI_OPTION_TABLE_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

enum option_group {
	GROUP_MODE,
	GROUP_CONTENT,
	GROUP_STORAGE,
	GROUP_REPORT,
	GROUP_IGNORED,
	GROUP_REFUSED /* of makedumpfile, and not planned */
};

enum option_id {
#define OPTION(id, letter, name, alias, arg, group, help) OPT_##id,
#include "cli/options.def"
#undef OPTION
	NR_OPTIONS
};

struct option_row {
	char letter;	   /* 0 if none */
	const char *name;  /* NULL if none */
	const char *alias; /* NULL if none */
	const char *arg;   /* NULL if none; "[X]" may be left out */
	enum option_group group;
	const char *help;
};

/* Indexed by enum option_id; NULL past the last. */
const struct option_row *option_at(unsigned i);

/* Array sizes for the same rows in the form of getopt_long(). */
#define OPTION_SHORTS (2 * NR_OPTIONS + 3)
#define OPTION_LONGS  (2 * NR_OPTIONS + 1)

/* Fill arrays of these sizes. */
void option_getopt_tables(char shorts[OPTION_SHORTS], struct option longs[OPTION_LONGS]);

/* Which row a getopt code is, and how the user spelled it: "-d", "--level". False: none. */
bool option_identify(int code, enum option_id *id, char *name, size_t size);

/* The long option nearest to a misspelt one, without dashes; NULL: none is near. */
const char *option_near(const char *word);

#endif
