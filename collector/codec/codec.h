/* SPDX-License-Identifier: GPL-2.0-or-later */
/* codec.h - page compression; one const table per library, codec_<name>.c */
#ifndef CODEC_CODEC_H
#define CODEC_CODEC_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct codec {
	const char *name;    /* as written in kdump.conf: zlib, lzo, snappy, zstd */
	char letter;	     /* makedumpfile's option: c, l, p, z */
	uint32_t flag;	     /* as stored in the page descriptor */
	int min, max, usual; /* compression levels; all 0 if it has none */

	size_t (*memory)(int level, size_t page); /* bytes one context will use */
	/* One context per thread; NULL: no memory. */
	void *(*open)(int level, size_t page);
	/*
	 * Bytes written; 0 if it would not get smaller than len. Writes at
	 * most room bytes to out.
	 */
	size_t (*compress)(void *ctx, const void *in, size_t len, void *out, size_t room);
	/*
	 * Forget the pages so far: what the next become depends on nothing before
	 * them. NULL: no page ever depends on another.
	 */
	void (*restart)(void *ctx);
	void (*close)(void *ctx);

	/* Exactly len bytes into out, or a negative errno: -EBADMSG. */
	int (*decompress)(const void *in, size_t size, void *out, size_t len);
};

/* NULL if not known or not built in. */
const struct codec *codec_find(const char *name);
const struct codec *codec_by_letter(char letter);
const struct codec *codec_by_flag(uint32_t flag);

/* Every codec built in, in the order of their flags; NULL past the last. */
const struct codec *codec_at(unsigned i);

#endif
