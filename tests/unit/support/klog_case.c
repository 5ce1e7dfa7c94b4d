/* SPDX-License-Identifier: GPL-2.0-or-later */
/* klog_case.c - a made-up machine with an empty kernel log */
#include "klog_case.h"

#include "base/log.h"

struct fix *klog_machine(const char *era)
{
	struct fix *f = fix_new();

	log_setup(0, false);
	fix_machine(f, &(struct fix_opts){ .era = era });
	return f;
}

struct fix_ring klog_ring_case(const char *era, unsigned count_bits, unsigned size_bits)
{
	struct fix_ring r;

	fix_ring_open(klog_machine(era), count_bits, size_bits, &r);
	return r;
}
