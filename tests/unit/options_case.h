/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options_case.h - a line as the command line of kdump-collect, and what is said of a bad one */
#ifndef OPTIONS_CASE_H
#define OPTIONS_CASE_H

#include "base/err.h"
#include "check.h"
#include "cli/options.h"
#include "codec/codec.h"

#include <string.h>

/* A build without snappy, whatever this build is. */
static const struct codec codecs[] = {
	{ .name = "zlib", .letter = 'c', .min = 1, .max = 12, .default_level = 1 },
	{ .name = "lzo", .letter = 'l' },
	{ .name = "zstd", .letter = 'z', .min = -5, .max = 19, .default_level = 1 },
};

const struct codec *codec_at(unsigned i)
{
	return i < 3 ? &codecs[i] : NULL;
}

const struct codec *codec_find(const char *name)
{
	for (unsigned i = 0; i < 3; i++) {
		if (strcmp(codecs[i].name, name) == 0)
			return &codecs[i];
	}
	return NULL;
}

const struct codec *codec_by_letter(char letter)
{
	for (unsigned i = 0; i < 3; i++) {
		if (codecs[i].letter == letter)
			return &codecs[i];
	}
	return NULL;
}

#define WORDS 24

/* Parse a line split at blanks; the first word is argv[0]; '' is an empty word. */
static int parse(const char *line, struct options *o)
{
	static char copy[512];
	char *argv[WORDS + 1] = { NULL };
	int argc = 0;

	fail_clear();
	snprintf(copy, sizeof(copy), "%s", line);
	for (char *w = strtok(copy, " "); w && argc < WORDS; w = strtok(NULL, " "))
		argv[argc++] = strcmp(w, "''") == 0 ? w + 2 : w;
	return options_parse(argc, argv, o);
}

/* A bad line is refused with exactly these words. */
static void refused(const char *line, const char *words)
{
	struct options o;
	int rc = parse(line, &o);

	if (rc != -EINVAL || strcmp(fail_text(), words) != 0)
		print_message("# %s\n#  got: %d %s\n# want: %s\n", line, rc, fail_text(), words);
	CHECK_EQ(rc, -EINVAL);
	CHECK_STR(fail_text(), words);
}

#endif
