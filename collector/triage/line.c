/* SPDX-License-Identifier: GPL-2.0-or-later */
/* line.c - split off what a console or a logger put in front of a line of a kernel log */
#include "triage/line.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STAMP_WITHIN 120 /* bytes; farther right a bracket with digits is part of a message */

bool line_starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* "[   17.084551]" with so many decimals at least: its length, 0 if there is none at s. */
static size_t stamp_length(const char *s, size_t decimals, double *seconds)
{
	const char *at = s + 1, *dot;

	if (*s != '[')
		return 0;
	at += strspn(at, " ");
	dot = at + strspn(at, "0123456789");
	if (dot == at || *dot != '.' || strspn(dot + 1, "0123456789") < decimals)
		return 0;
	*seconds = strtod(at, NULL);
	at = dot + 1 + strspn(dot + 1, "0123456789");
	return *at == ']' ? (size_t)(at + 1 - s) : 0;
}

/* "[  T123]" or "[    C1]": its length, 0 if there is none at s. */
static size_t caller_length(const char *s, char caller[LINE_CALLER])
{
	const char *at = s + 1, *end;

	if (*s != '[')
		return 0;
	at += strspn(at, " ");
	if (*at != 'T' && *at != 'C')
		return 0;
	end = at + 1 + strspn(at + 1, "0123456789");
	if (*end != ']' || end == at + 1)
		return 0;
	snprintf(caller, LINE_CALLER, "%.*s", (int)(end - at), at);
	return (size_t)(end + 1 - s);
}

/* Behind the first time stamp; NULL: there is none. */
static const char *behind_stamp(const char *text, double *seconds)
{
	const char *at = text;

	while ((at = strchr(at, '[')) && at - text < STAMP_WITHIN) {
		size_t n = stamp_length(at, at == text ? 1 : 6, seconds);

		if (n)
			return at + n;
		at++;
	}
	return NULL;
}

/* "<4>", or "Apr  1 10:00:00 host kernel: ". */
static const char *behind_logger(const char *text)
{
	const char *kernel = strstr(text, " kernel: ");
	int date = 0;

	/* "2018/01/09 14:28:48 " */
	if (sscanf(text, "%*4d/%*2d/%*2d %*2d:%*2d:%*2d %n", &date) == 0 && date > 0)
		text += date;

	if (text[0] == '<' && isdigit((unsigned char)text[1])) {
		size_t n = strspn(text + 1, "0123456789");

		return text[n + 1] == '>' ? text + n + 2 : text;
	}
	return kernel && kernel - text < STAMP_WITHIN ? kernel + strlen(" kernel: ") : text;
}

void triage_line(const char *from, size_t len, struct triage_line *out)
{
	char raw[LINE_MAX_LEN];
	const char *text, *behind;
	size_t n = 0;

	for (; n < len && n < sizeof(raw) - 1 && from[n]; n++)
		raw[n] = iscntrl((unsigned char)from[n]) && from[n] != '\t' ? '?' : from[n];
	while (n > 0 && (raw[n - 1] == '?' || isspace((unsigned char)raw[n - 1])))
		n--;
	raw[n] = '\0';
	*out = (struct triage_line){ .seconds = -1 };
	text = behind_logger(raw);
	behind = behind_stamp(text, &out->seconds);
	if (behind) {
		text = behind + (*behind == ' ');
		text += caller_length(behind, out->caller);
		text += *text == ' ' && out->caller[0];
		if (!out->caller[0] && caller_length(text, out->caller))
			text += caller_length(text, out->caller) + 1;
	}
	snprintf(out->text, sizeof(out->text), "%s", text);
}
