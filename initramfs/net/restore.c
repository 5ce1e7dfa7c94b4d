/* SPDX-License-Identifier: GPL-2.0-or-later */
/* restore.c - what every step of bringing the network up needs */
#include "initramfs/net/restore.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#define NAP_NS 50000000

uint64_t restore_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * UINT64_C(1000000000) + (uint64_t)ts.tv_nsec;
}

bool restore_nap(const struct net_restorer *r)
{
	struct timespec ts = { .tv_nsec = NAP_NS };

	if (restore_now() >= r->deadline)
		return false;
	nanosleep(&ts, NULL);
	return true;
}

void restore_log(const struct net_restorer *r, const char *fmt, ...)
{
	char message[256];
	va_list ap;

	if (!r->log)
		return;
	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	r->log(r->arg, message);
}

int restore_index(const struct net_restorer *r, const char *name)
{
	const struct net_link *row = name[0] ? net_find(r->net, name) : NULL;

	return row ? r->index[row - r->net->link] : 0;
}
