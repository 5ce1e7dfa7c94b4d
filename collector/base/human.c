/* SPDX-License-Identifier: GPL-2.0-or-later */
/* human.c - print sizes and times for people */
#include "base/human.h"

#include "base/duration.h"
#include "base/util.h"

#include <stddef.h>
#include <stdio.h>

char *human_bytes(char buf[HUMAN_MAX], uint64_t bytes)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	double v = (double)bytes / 1024;
	size_t i = 0;

	if (bytes < 1024) {
		snprintf(buf, HUMAN_MAX, "%u B", (unsigned)bytes);
		return buf;
	}
	/* 1023.95 would be printed as 1024.0 */
	for (; v >= 1023.95 && i + 1 < ARRAY_SIZE(units); i++)
		v /= 1024;
	snprintf(buf, HUMAN_MAX, "%.1f %s", v, units[i]);
	return buf;
}

char *human_seconds(char buf[HUMAN_MAX], double seconds)
{
	unsigned long s = (unsigned long)(seconds + 0.5);
	char text[DURATION_MAX];

	if (seconds < 9.95)
		snprintf(buf, HUMAN_MAX, "%.1f s", seconds);
	else if (s < 60)
		snprintf(buf, HUMAN_MAX, "%lu s", s);
	else
		snprintf(buf, HUMAN_MAX, "%s", duration_text(text, s));
	return buf;
}
