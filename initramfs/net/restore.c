/* SPDX-License-Identifier: GPL-2.0-or-later */
/* restore.c - what every step of bringing the network up needs */
#include "initramfs/net/restore.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#define NAP_NS 50000000

bool restore_nap(const struct net_restorer *r)
{
	struct timespec ts = { .tv_nsec = NAP_NS };

	if (clock_ns() >= r->deadline)
		return false;
	nanosleep(&ts, NULL);
	return true;
}

void restore_log(const struct net_restorer *r, const char *fmt, ...)
{
	char message[ERR_MESSAGE_MAX];
	va_list ap;

	if (!r->log)
		return;
	va_start(ap, fmt);
	text_set_va(message, sizeof(message), fmt, ap);
	va_end(ap);
	r->log(r->arg, message);
}

int restore_index(const struct net_restorer *r, const char *name)
{
	const struct net_link *row = name[0] ? net_find(r->net, name) : NULL;

	return row ? r->index[row - r->net->link] : 0;
}
