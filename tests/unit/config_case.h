/* SPDX-License-Identifier: GPL-2.0-or-later */
/* config_case.h - a kdump.conf in a string, and what is said about it; after check.h */
#ifndef CONFIG_CASE_H
#define CONFIG_CASE_H

#include "config/config.h"

#include <string.h>

/* Complaints as lines of "LINE:COLUMN: error: TEXT"; static memory. */
static inline const char *said(const struct config_report *r)
{
	static char all[16384];
	char line[512];
	size_t n = 0;

	all[0] = '\0';
	for (unsigned i = 0; config_report_line(r, i, line, sizeof(line)); i++) {
		const char *text = strncmp(line, "k:", 2) == 0 && line[2] != ' ' ? line + 2 : line;

		n += (size_t)snprintf(all + n, sizeof(all) - n, "%s%s", i ? "\n" : "", text);
	}
	return all;
}

/* text is read with exactly these complaints; "" for none. */
static inline void read_conf(const char *text, const char *complaints, struct config *out)
{
	int rc;

	fail_clear();
	rc = config_parse("k", text, strlen(text), 0, out);
	if (strcmp(said(&out->report), complaints) != 0)
		print_message("# %s\n#  got: %s\n# want: %s\n", text, said(&out->report),
			      complaints);
	CHECK_STR(said(&out->report), complaints);
	CHECK_EQ(rc, out->report.nr_errors ? -EINVAL : 0);
}

static inline void good(const char *text, struct config *out)
{
	read_conf(text, "", out);
}

/* The same where only the complaints matter. */
static inline void complains(const char *text, const char *complaints)
{
	struct config c;

	read_conf(text, complaints, &c);
	config_free(&c);
}

#endif
