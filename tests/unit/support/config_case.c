/* SPDX-License-Identifier: GPL-2.0-or-later */
/* config_case.c - a kdump.conf in a string, and what is said about it; after check.h */
#include "config_case.h"

#include "base/err.h"
#include "check.h"

#include <string.h>

const char *said(const struct config_report *r)
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

void read_conf(const char *text, const char *complaints, struct config *out)
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

void good(const char *text, struct config *out)
{
	read_conf(text, "", out);
}

void complains(const char *text, const char *complaints)
{
	struct config c;

	read_conf(text, complaints, &c);
	config_free(&c);
}
