/* SPDX-License-Identifier: GPL-2.0-or-later */
/* option_table.c - options.def as data, and as getopt_long() wants it */
#include "cli/option_table.h"

#include "base/near.h"

#include <getopt.h>
#include <stdio.h>

/* getopt codes of long names; below are letters. Twice the row, plus 1 for its second name. */
#define LONG_BASE 256

static const struct option_row rows[] = {
#define OPTION(id, letter, name, alias, arg, group, help) \
	[OPT_##id] = { letter, name, alias, arg, GROUP_##group, help },
#include "cli/options.def"
#undef OPTION
};

const struct option_row *option_at(unsigned i)
{
	return i < NR_OPTIONS ? &rows[i] : NULL;
}

static int arg_kind(const struct option_row *row)
{
	if (!row->arg)
		return no_argument;
	return row->arg[0] == '[' ? optional_argument : required_argument;
}

void option_getopt_tables(char shorts[OPTION_SHORTS], struct option longs[OPTION_LONGS])
{
	/* '-': operands are returned in order, between options too, even with POSIXLY_CORRECT. */
	*shorts++ = '-';
	*shorts++ = ':';
	for (int i = 0; i < NR_OPTIONS; i++) {
		const struct option_row *row = &rows[i];
		const char *names[2] = { row->name, row->alias };

		if (row->letter)
			*shorts++ = row->letter;
		if (row->letter && row->arg)
			*shorts++ = ':';
		for (int n = 0; n < 2; n++) {
			if (names[n])
				*longs++ = (struct option){ names[n], arg_kind(row), NULL,
							    LONG_BASE + 2 * i + n };
		}
	}
	*shorts = '\0';
	*longs = (struct option){ 0 };
}

bool option_identify(int code, enum option_id *id, char *name, size_t size)
{
	if (code >= LONG_BASE) {
		const struct option_row *row = &rows[(code - LONG_BASE) / 2];

		*id = (enum option_id)((code - LONG_BASE) / 2);
		snprintf(name, size, "--%s", (code - LONG_BASE) % 2 ? row->alias : row->name);
		return true;
	}
	snprintf(name, size, "-%c", code);
	for (unsigned i = 0; i < NR_OPTIONS; i++) {
		if (rows[i].letter == code) {
			*id = (enum option_id)i;
			return true;
		}
	}
	return false;
}

const char *option_near(const char *word)
{
	struct near near;

	near_init(&near, word);
	for (unsigned i = 0; i < NR_OPTIONS; i++) {
		if (rows[i].name && rows[i].group != GROUP_REFUSED)
			near_try(&near, rows[i].name);
		if (rows[i].alias)
			near_try(&near, rows[i].alias);
	}
	return near.best;
}
