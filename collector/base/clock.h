/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * clock.h - the monotonic clock, and deadlines: points in time on it
 *
 * Times are nanoseconds since some moment before the program began. Nothing here fails, and any
 * thread may call it.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define CLOCK_NS_PER_MS UINT64_C(1000000)
#define CLOCK_NS_PER_S	UINT64_C(1000000000)

struct deadline {
	uint64_t at; /* nanoseconds, as clock_ns() counts them */
};

static inline uint64_t clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * CLOCK_NS_PER_S + (uint64_t)ts.tv_nsec;
}

/* Seconds since a time of clock_ns(). */
static inline double clock_since(uint64_t since)
{
	return (double)(clock_ns() - since) / 1e9;
}

static inline struct deadline deadline_in_ms(uint64_t ms)
{
	return (struct deadline){ clock_ns() + ms * CLOCK_NS_PER_MS };
}

static inline struct deadline deadline_in(unsigned seconds)
{
	return deadline_in_ms((uint64_t)seconds * 1000);
}

/* For a limit from a configuration, in seconds, where 0 means none: a year here. */
static inline struct deadline deadline_limit(unsigned seconds)
{
	return deadline_in(seconds ? seconds : 366u * 24 * 3600);
}

/* The earlier one: a step with a limit of its own within a longer one. */
static inline struct deadline deadline_min(const struct deadline *a, struct deadline b)
{
	return a->at < b.at ? *a : b;
}

/* Milliseconds for poll(2): rounded up, at most INT32_MAX, 0 when the deadline is over. */
static inline int deadline_left_ms(const struct deadline *d)
{
	uint64_t now = clock_ns(), ms;

	if (now >= d->at)
		return 0;
	ms = (d->at - now + CLOCK_NS_PER_MS - 1) / CLOCK_NS_PER_MS;
	return ms > INT32_MAX ? INT32_MAX : (int)ms;
}

static inline bool deadline_over(const struct deadline *d)
{
	return clock_ns() >= d->at;
}

/* Sleep ms, but never past d; for something that must be polled. May end early by a signal. */
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
