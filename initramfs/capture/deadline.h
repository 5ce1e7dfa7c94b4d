/* SPDX-License-Identifier: GPL-2.0-or-later */
/* deadline.h - the capture's name for the clock of base/clock.h */
#ifndef CAPTURE_DEADLINE_H
#define CAPTURE_DEADLINE_H

#include "base/clock.h"

static inline uint64_t now_ns(void)
{
	return clock_ns();
}

#endif
