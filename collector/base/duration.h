/* SPDX-License-Identifier: GPL-2.0-or-later */
/* duration.h - parse and print durations: "90s", "5min", "1h 30min" */
#ifndef BASE_DURATION_H
#define BASE_DURATION_H

#include <stdbool.h>
#include <stdint.h>

#define DURATION_MAX 48

/* "0s", "45s", "1min 30s", "5min", "1h 2min", "2d 3h"; in buf, which is returned. */
char *duration_text(char buf[DURATION_MAX], uint64_t seconds);

/*
 * A number of seconds, or numbers with a unit each, largest first: s, sec, second(s),
 * m, min, minute(s), h, hr, hour(s), d, day(s); "1h30min". False: it is no such text, or
 * more than a year.
 */
bool duration_parse(const char *text, uint64_t *seconds);

#endif
