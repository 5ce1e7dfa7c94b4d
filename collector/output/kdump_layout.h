/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdump_layout.h - offsets of the parts of a kdump-compressed file, and its headers */
#ifndef OUTPUT_KDUMP_LAYOUT_H
#define OUTPUT_KDUMP_LAYOUT_H

#include "base/dumpfile.h"
#include "output/format.h"

/* Byte offsets; each area ends where the next begins. See dumpfile.h. */
struct kdump_layout {
	uint32_t block;	     /* size of a block = a page */
	uint64_t sub_off;    /* sub header, then notes */
	uint64_t bitmap_off; /* RAM bits */
	uint64_t bitmap_len; /* of one of the two bitmaps */
	uint64_t desc_off;
	uint64_t data_off;
};

/* -EINVAL if such a dump is not possible: bad page size, no frames, or too many of them. */
int kdump_layout_init(struct kdump_layout *l, const struct dump_info *info);

/* The header says INCOMPLETE. */
void kdump_fill_header(const struct kdump_layout *l, const struct dump_info *info,
		       struct dump_header *out);
void kdump_fill_sub_header(const struct kdump_layout *l, const struct dump_info *info,
			   struct dump_sub_header *out);

#endif
