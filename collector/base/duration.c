/* SPDX-License-Identifier: GPL-2.0-or-later */
/* duration.c - parse and print durations: "90s", "5min", "1h 30min" */
#include "duration.h"

#include "util.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST (366u * 24 * 3600)

/* The first spelling of a unit is the one that is printed. */
static const struct unit {
	uint64_t seconds;
	const char *names[5];
} units[] = {
	{ 24 * 3600, { "d", "day", "days" } },
	{ 3600, { "h", "hr", "hour", "hours" } },
	{ 60, { "min", "m", "minute", "minutes" } },
	{ 1, { "s", "sec", "second", "seconds" } },
};

/* Print two units at most: no seconds after hours, no minutes after days. */
char *duration_text(char buf[DURATION_MAX], uint64_t seconds)
{
	unsigned first = 0, nr = 0;
	int n = 0;

	while (first + 1 < ARRAY_SIZE(units) && seconds < units[first].seconds)
		first++;
	if (first + 2 < ARRAY_SIZE(units)) {
		uint64_t least = units[first + 1].seconds;

		seconds = (seconds + least / 2) / least * least;
	}
	for (unsigned i = first ? first - 1 : 0; i < ARRAY_SIZE(units) && nr < 2; i++) {
		uint64_t v = seconds / units[i].seconds;

		seconds %= units[i].seconds;
		if (!v)
			continue;
		n += snprintf(buf + n, DURATION_MAX - (size_t)n, "%s%llu%s", nr ? " " : "",
			      (unsigned long long)v, units[i].names[0]);
		nr++;
	}
	if (!nr)
		snprintf(buf, DURATION_MAX, "0s");
	return buf;
}

/* Index of the unit that these letters are; -1: none. */
static int find_unit(const char *text, size_t len)
{
	for (unsigned i = 0; i < ARRAY_SIZE(units); i++) {
		for (unsigned n = 0; n < 5 && units[i].names[n]; n++) {
			if (strlen(units[i].names[n]) == len &&
			    strncmp(units[i].names[n], text, len) == 0)
				return (int)i;
		}
	}
	return -1;
}

bool duration_parse(const char *text, uint64_t *seconds)
{
	uint64_t sum = 0;
	int last = -1;

	do {
		size_t digits = strspn(text, "0123456789"), letters;
		uint64_t v = strtoull(text, NULL, 10);
		int unit;

		if (digits == 0 || digits > 9)
			return false;
		text += digits;
		letters = strcspn(text, "0123456789");
		unit = letters ? find_unit(text, letters) : (int)ARRAY_SIZE(units) - 1;
		/* Without a unit only alone. */
		if (unit <= last || (!letters && last >= 0))
			return false;
		last = unit;
		sum += v * units[unit].seconds;
		text += letters;
	} while (*text && sum <= LONGEST);
	*seconds = sum;
	return sum <= LONGEST;
}
