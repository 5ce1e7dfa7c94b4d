/* SPDX-License-Identifier: GPL-2.0-or-later */
/* klog_case.h - a made-up machine with an empty kernel log */
#ifndef KLOG_CASE_H
#define KLOG_CASE_H

#include "fixture.h"

struct fix *klog_machine(const char *era);

/* Its memory is .f of the result. */
struct fix_ring klog_ring_case(const char *era, unsigned count_bits, unsigned size_bits);

#endif
