/* SPDX-License-Identifier: GPL-2.0-or-later */
/* codec_impl.h - the entries of the table in codec.c; the build chooses which exist */
#ifndef CODEC_CODEC_IMPL_H
#define CODEC_CODEC_IMPL_H

#include "codec/codec.h"

extern const struct codec codec_zlib; /* codec_libdeflate.c, or codec_zlib.c without it */
extern const struct codec codec_lzo;
extern const struct codec codec_snappy;
extern const struct codec codec_zstd;

#endif
