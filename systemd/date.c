/* SPDX-License-Identifier: GPL-2.0-or-later */
/* date.c - a time as readable text */
#include "systemd/date.h"

#include <stdio.h>
#include <time.h>

void date_text(int64_t when, char out[DATE_SIZE])
{
	time_t t = (time_t)when;
	struct tm tm;

	snprintf(out, DATE_SIZE, "?");
	if (when && localtime_r(&t, &tm))
		strftime(out, DATE_SIZE, "%Y-%m-%d %H:%M:%S", &tm);
}
