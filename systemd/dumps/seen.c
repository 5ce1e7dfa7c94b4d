/* SPDX-License-Identifier: GPL-2.0-or-later */
/* seen.c - how often a target's dumps show the same bug */
#include "systemd/dumps/seen.h"

#include "systemd/date.h"

#include <stdio.h>
#include <string.h>

struct seen dumps_seen(const struct dumps *dumps, const struct dump *d)
{
	struct seen s = { 0 };

	if (!d->panic.fingerprint[0] || d->test)
		return s;
	s = (struct seen){ .times = 1, .since = d->time };
	for (size_t i = 0; i < dumps->nr; i++) {
		const struct dump *other = &dumps->dump[i];

		if (other == d || other->test || !other->time || other->time >= d->time ||
		    strcmp(other->panic.fingerprint, d->panic.fingerprint) != 0)
			continue;
		s.times++;
		if (other->time < s.since)
			s.since = other->time;
	}
	return s;
}

static const char *ordinal_end(unsigned n)
{
	if (n % 100 >= 11 && n % 100 <= 13)
		return "th";
	return n % 10 == 1 ? "st" : n % 10 == 2 ? "nd" : n % 10 == 3 ? "rd" : "th";
}

void seen_text(const struct seen *s, char out[SEEN_TEXT])
{
	char date[DATE_SIZE];

	out[0] = '\0';
	if (s->times < 2)
		return;
	date_text(s->since, date);
	date[strcspn(date, " ")] = '\0'; /* the day */
	snprintf(out, SEEN_TEXT, "%u%s time since %s", s->times, ordinal_end(s->times), date);
}
