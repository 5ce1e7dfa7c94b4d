/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdump_lost.h - descriptors of pages that never reached the disk */
#ifndef OUTPUT_KDUMP_LOST_H
#define OUTPUT_KDUMP_LOST_H

#include "output/kdump_layout.h"
#include "output/sink.h"

/*
 * After a failed write or sync: what points past the end of the object as it is now becomes a
 * page that is missing. Does what it can, says nothing; a sink that cannot tell stays as it is.
 * nr: descriptors in the area. room: of buf, in descriptors.
 */
void kdump_forget_lost(struct sink *s, const struct kdump_layout *at, uint64_t nr,
		       struct dump_desc *buf, size_t room);

#endif
