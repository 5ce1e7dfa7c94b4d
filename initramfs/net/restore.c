/* SPDX-License-Identifier: GPL-2.0-or-later */
/* restore.c - what every step of bringing the network up needs */
#include "initramfs/net/restore.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#define NAP_NS 50000000

uint64_t replay_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * UINT64_C(1000000000) + (uint64_t)ts.tv_nsec;
}

bool replay_nap(const struct replay *r)
{
	struct timespec ts = { .tv_nsec = NAP_NS };

	if (replay_now() >= r->deadline)
		return false;
	nanosleep(&ts, NULL);
	return true;
}

void replay_say(const struct replay *r, const char *fmt, ...)
{
	char words[256];
	va_list ap;

	if (!r->say)
		return;
	va_start(ap, fmt);
	vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	r->say(r->arg, words);
}

int replay_index(const struct replay *r, const char *name)
{
	const struct net_link *row = name[0] ? net_find(r->net, name) : NULL;

	return row ? r->index[row - r->net->link] : 0;
}
