/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pack_case.h - a packer over a fake source, and a packed batch against that source */
#ifndef PACK_CASE_H
#define PACK_CASE_H

#include "base/err.h"
#include "check.h"
#include "fake_source.h"
#include "pack/packer.h"

#include <string.h>

/* A packer of its pages with the codec, at the default level. */
struct packer *open_packer(struct fake_source *s, const struct codec *c);

/* Every page of the batch is that of the source. */
void check_batch(const struct fake_source *s, const struct batch *b);

/* Page number to becomes like number from. */
void copy_page(struct fake_source *s, size_t to, size_t from);

/* All pages but those of zeros. */
void make_alike(struct fake_source *s);

#endif
