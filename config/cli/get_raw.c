/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_raw.c - what stands in a kdump.conf under keys of a pattern */
#include "config/cli/get_raw.h"

#include "base/err.h"
#include "config/parse/file.h"
#include "config/parse/text.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

/*
 * "^(EXPRESSION)$". Keys hold none of |()+?, so a backslash in front of them is that of a basic
 * expression, as sed(1) takes it, and goes.
 */
static char *anchored(const char *regex)
{
	char *whole = malloc(strlen(regex) + 5), *to = whole;

	if (!whole)
		return NULL;
	*to++ = '^';
	*to++ = '(';
	for (; *regex; regex++) {
		if (*regex != '\\' || !regex[1] || !strchr("|()+?", regex[1]))
			*to++ = *regex;
	}
	memcpy(to, ")$", 3);
	return whole;
}

static int compile(const char *regex, regex_t *out)
{
	char *whole = anchored(regex), reason[128];
	int rc;

	if (!whole)
		return fail(-ENOMEM, "%s", regex);
	rc = regcomp(out, whole, REG_EXTENDED | REG_NOSUB);
	free(whole);
	if (rc == 0)
		return 0;
	regerror(rc, out, reason, sizeof(reason));
	return fail(-EINVAL, "'%.80s' is not a regular expression (%s)", regex, reason);
}

static int last_value(const struct config_text *text, const regex_t *re, char **out)
{
	for (unsigned i = text->nr; i > 0; i--) {
		if (regexec(re, text->lines[i - 1].key, 0, NULL, 0) != 0)
			continue;
		*out = strdup(text->lines[i - 1].value);
		return *out ? 0 : fail(-ENOMEM, "kdump.conf");
	}
	return 0;
}

static int search(const char *name, const char *bytes, size_t len, const regex_t *re, char **out)
{
	struct config_report report;
	struct config_text *text;
	int rc = config_report_init(&report, name);

	if (rc == 0)
		rc = config_text_read(bytes, len, &report, &text);
	if (rc == 0) {
		rc = last_value(text, re, out);
		config_text_free(text);
	}
	config_report_fini(&report);
	return rc;
}

int config_get_raw(const char *file, const char *regex, char **out)
{
	char *bytes = NULL;
	size_t len = 0;
	regex_t re;
	int rc = compile(regex, &re);

	*out = NULL;
	if (rc < 0)
		return rc;
	rc = config_file_read(file, &bytes, &len);
	if (rc == -ENOENT)
		fail_clear();
	if (rc == 0)
		rc = search(file, bytes, len, &re, out);
	free(bytes);
	regfree(&re);
	return rc == -ENOENT ? 0 : rc;
}
