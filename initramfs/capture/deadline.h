/* SPDX-License-Identifier: GPL-2.0-or-later */
/* deadline.h - until when something may take: a point on the monotonic clock */
#ifndef CAPTURE_DEADLINE_H
#define CAPTURE_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct deadline {
	uint64_t at; /* nanoseconds */
};

static inline uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static inline struct deadline deadline_in_ms(uint64_t ms)
{
	return (struct deadline){ now_ns() + ms * 1000000u };
}

static inline struct deadline deadline_in(unsigned seconds)
{
	return deadline_in_ms((uint64_t)seconds * 1000);
}

/* For a limit from the configuration: 0 is none, which is a year here. */
static inline struct deadline deadline_limit(unsigned seconds)
{
	return deadline_in(seconds ? seconds : 366u * 24 * 3600);
}

/* The nearer one: a step with a limit of its own within a longer one. */
static inline struct deadline deadline_min(const struct deadline *a, struct deadline b)
{
	return a->at < b.at ? *a : b;
}

/* Rounded up, at most INT32_MAX; 0 when it is over. For poll(2). */
static inline int deadline_left_ms(const struct deadline *d)
{
	uint64_t now = now_ns(), ms;

	if (now >= d->at)
		return 0;
	ms = (d->at - now + 999999u) / 1000000u;
	return ms > INT32_MAX ? INT32_MAX : (int)ms;
}

static inline bool deadline_over(const struct deadline *d)
{
	return now_ns() >= d->at;
}

/* Between two looks at something that tells nobody when it changes; never past d. */
static inline void deadline_nap(const struct deadline *d, int ms)
{
	int left = deadline_left_ms(d);
	struct timespec ts = { 0 };

	if (ms > left)
		ms = left;
	ts.tv_sec = ms / 1000;
	ts.tv_nsec = (long)(ms % 1000) * 1000000;
	nanosleep(&ts, NULL);
}

#endif
