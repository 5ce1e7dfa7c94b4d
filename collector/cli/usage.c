/* SPDX-License-Identifier: GPL-2.0-or-later */
/* usage.c - the output of -h and -v, and messages about options without effect */
#include "cli/options.h"

#include "base/log.h"
#include "base/util.h"
#include "codec/codec.h"
#include "cli/option_table.h"
#include "cli/version.h"

#include <string.h>

#define HELP_COLUMN 34 /* after the longest name; leaves 46 of 80 characters */

static const char *const titles[] = {
	[GROUP_MODE] = "What to do",
	[GROUP_CONTENT] = "What to leave out",
	[GROUP_STORAGE] = "How to store it",
	[GROUP_REPORT] = "What to print",
};

/* "  -d, --level N" */
static int print_names(FILE *f, const struct option_row *row)
{
	bool may_lack = row->arg && row->arg[0] == '[';
	int n = row->letter ? fprintf(f, "  -%c", row->letter) : fprintf(f, "    ");

	if (row->name)
		n += fprintf(f, "%s--%s", row->letter ? ", " : "  ", row->name);
	if (row->alias)
		n += fprintf(f, ", --%s", row->alias);
	if (may_lack)
		n += fprintf(f, "[=%s", row->arg + 1);
	else if (row->arg)
		n += fprintf(f, " %s", row->arg);
	return n;
}

/* Print each line of help in its column. */
static void print_help(FILE *f, int gap, const char *help)
{
	for (;; gap = HELP_COLUMN) {
		int len = (int)strcspn(help, "\n");

		fprintf(f, "%*s%.*s\n", gap, "", len, help);
		if (!help[len])
			return;
		help += len + 1;
	}
}

static void print_group(FILE *f, enum option_group group)
{
	const struct option_row *row;

	fprintf(f, "\n%s:\n", titles[group]);
	for (unsigned i = 0; (row = option_at(i)); i++) {
		int n;

		if (row->group != group)
			continue;
		n = print_names(f, row);
		print_help(f, n < HELP_COLUMN ? HELP_COLUMN - n : 1, row->help);
	}
}

/* Options without effect are listed by name only, so that nobody starts to use them. */
static void print_ignored(FILE *f)
{
	const struct option_row *row;

	fprintf(f, "\nAccepted for compatibility with makedumpfile, without effect:\n ");
	for (unsigned i = 0; (row = option_at(i)); i++) {
		if (row->group != GROUP_IGNORED)
			continue;
		if (row->name)
			fprintf(f, " --%s", row->name);
		else
			fprintf(f, " -%c", row->letter);
	}
	fprintf(f, "\n");
}

void usage_print(FILE *f)
{
	fprintf(f, "Saves the memory of a crashed Linux kernel, its log, or why it died.\n\n"
		   "  kdump-collect [OPTION]... VMCORE DUMP\n"
		   "  kdump-collect [OPTION]... --split VMCORE DUMP DUMP...\n"
		   "  kdump-collect [OPTION]... --reassemble PART PART... DUMP\n"
		   "  kdump-collect [OPTION]... -F VMCORE > STREAM\n"
		   "  kdump-collect -R DUMP < STREAM\n"
		   "  kdump-collect --dump-dmesg VMCORE LOG\n"
		   "  kdump-collect --report VMCORE FILE\n"
		   "  kdump-collect --vtop ADDR VMCORE [DUMP]\n");
	for (unsigned g = 0; g < ARRAY_SIZE(titles); g++)
		print_group(f, (enum option_group)g);
	print_ignored(f);
	fprintf(f, "\nExamples:\n"
		   "  kdump-collect -l -d 31 /proc/vmcore /var/crash/vmcore\n"
		   "  kdump-collect --dump-dmesg /proc/vmcore -\n"
		   "  kdump-collect -z -d 31 -F /proc/vmcore | ssh host 'kdump-collect -R vmcore'\n"
		   "\nExit status: 0 complete, 1 nothing usable saved, 2 usage, 3 partial dump.\n"
		   "Run under the name makedumpfile: 0 complete, 1 anything else.\n");
}

void options_notes(const struct options *o)
{
	for (unsigned i = 0; i < NR_OPTIONS; i++) {
		const struct option_row *row = option_at(i);

		if (row->group != GROUP_IGNORED || !(o->given & UINT64_C(1) << i))
			continue;
		log_msg(LOG_DEBUG, "%s%s%.*s has no effect: %s", row->name ? "--" : "-",
			row->name ? row->name : "", row->name ? 0 : 1, &row->letter, row->help);
	}
}

void version_print(FILE *f, bool as_makedumpfile)
{
	const struct codec *c;

	/* Scripts read makedumpfile's version from the third word of this line. */
	if (as_makedumpfile)
		fprintf(f, "makedumpfile: version " MAKEDUMPFILE_VERSION " (kdump-collect %s)\n",
			KDUMP_VERSION);
	else
		fprintf(f, "kdump-collect %s\n", KDUMP_VERSION);
	fprintf(f, "compressors:");
	for (unsigned i = 0; (c = codec_at(i)); i++) {
		fprintf(f, " %s", c->name);
		if (c->min != c->max)
			fprintf(f, " (%d..%d)", c->min, c->max);
	}
	fprintf(f, " none\n");
}
