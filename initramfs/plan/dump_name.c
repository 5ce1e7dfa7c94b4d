/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump_name.c - names of dump directories */
#include "initramfs/plan/dump_name.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define STAMP_SHAPE "dddd-dd-dd-dd:dd:dd"
#define STAMP_LEN   (sizeof(STAMP_SHAPE) - 1)

void dump_name_make(const char *host, time_t when, char *out, size_t size)
{
	char stamp[STAMP_LEN + 1], clean[64];
	struct tm tm;

	snprintf(clean, sizeof(clean), "%s", host);
	for (char *c = clean; *c; c++) {
		if (*c == '/')
			*c = '_';
	}
	if (!localtime_r(&when, &tm) ||
	    strftime(stamp, sizeof(stamp), "%Y-%m-%d-%H:%M:%S", &tm) != STAMP_LEN)
		strcpy(stamp, "1970-01-01-00:00:00"); /* the clock is out of range */
	snprintf(out, size, "%s-%s", clean, stamp);
}

bool dump_name_nth(const char *name, unsigned n, char *out, size_t size)
{
	int len = n > 1 ? snprintf(out, size, "%s-%u", name, n) : snprintf(out, size, "%s", name);

	return len > 0 && (size_t)len < size;
}

static bool has_shape(const char *text)
{
	for (size_t i = 0; i < STAMP_LEN; i++) {
		char want = STAMP_SHAPE[i];

		if (want == 'd' ? !isdigit((unsigned char)text[i]) : text[i] != want)
			return false;
	}
	return true;
}

/* The date and what follows it: nothing, or -N. */
static bool is_stamp(const char *text)
{
	const char *rest = text + STAMP_LEN;

	if (!has_shape(text))
		return false;
	if (!*rest)
		return true;
	return *rest == '-' && rest[1] && strspn(rest + 1, "0123456789") == strlen(rest + 1);
}

bool dump_name_has_date(const char *name, const char **stamp)
{
	for (const char *at = strchr(name, '-'); at; at = strchr(at + 1, '-')) {
		if (at == name || !is_stamp(at + 1))
			continue;
		*stamp = at + 1;
		return true;
	}
	return false;
}
