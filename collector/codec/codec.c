/* SPDX-License-Identifier: GPL-2.0-or-later */
/* codec.c - the table of codecs built in */
#include "codec/codec_impl.h"

#include "base/util.h"

#include <string.h>

static const struct codec *const codecs[] = {
	&codec_zlib,
#if HAVE_LZO
	&codec_lzo,
#endif
#if HAVE_SNAPPY
	&codec_snappy,
#endif
#if HAVE_ZSTD
	&codec_zstd,
#endif
};

const struct codec *codec_at(unsigned i)
{
	return i < ARRAY_SIZE(codecs) ? codecs[i] : NULL;
}

const struct codec *codec_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(codecs); i++)
		if (strcmp(codecs[i]->name, name) == 0)
			return codecs[i];
	return NULL;
}

const struct codec *codec_by_letter(char letter)
{
	for (size_t i = 0; i < ARRAY_SIZE(codecs); i++)
		if (codecs[i]->letter == letter)
			return codecs[i];
	return NULL;
}

const struct codec *codec_by_flag(uint32_t flag)
{
	for (size_t i = 0; i < ARRAY_SIZE(codecs); i++)
		if (codecs[i]->flag == flag)
			return codecs[i];
	return NULL;
}
