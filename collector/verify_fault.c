/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify_fault.c - count the faults of a dump, and keep the first one */
#include "verify_impl.h"

#include <stdarg.h>
#include <stdio.h>

bool verify_fault_counted(struct verify *v, uint64_t position)
{
	bool later;

	pthread_mutex_lock(&v->lock);
	later = v->out->faults > 0 && position > v->first;
	v->out->faults += later;
	pthread_mutex_unlock(&v->lock);
	return later;
}

void verify_fault(struct verify *v, uint64_t position, const char *fmt, ...)
{
	va_list ap;

	pthread_mutex_lock(&v->lock);
	if (v->out->faults++ == 0 || position < v->first) {
		v->first = position;
		va_start(ap, fmt);
		vsnprintf(v->out->first, sizeof(v->out->first), fmt, ap);
		va_end(ap);
	}
	pthread_mutex_unlock(&v->lock);
}
