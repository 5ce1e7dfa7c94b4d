/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fake_source.h - a source in memory whose pages fail in every way there is */
#ifndef FAKE_SOURCE_H
#define FAKE_SOURCE_H

#include "base/err.h"
#include "base/util.h"
#include "check.h"
#include "noise.h"
#include "source/sigbus.h"
#include "source/source.h"

#include <string.h>

#define NR_PAGES 600

/* What becomes of a page that is looked at; FAULTS shows once it was mapped, HOLE never is. */
enum health { FINE, NO_RAM, UNREADABLE, FAULTS, HOLE };

struct fake_source {
	struct source base;
	unsigned shift;
	uint8_t *mem;
	enum health health[NR_PAGES];
	struct sigbus *sigbus; /* of mem, if it is a mapped file */
};

struct fake_view {
	struct view base;
	struct fake_source *src;
	bool damaged;
};

/* Pages by frame number: every fifth zero, every seventh noise, the rest text. mem is to be freed.
 */
void fake_open(struct fake_source *s, unsigned shift);

#endif
