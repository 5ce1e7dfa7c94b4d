/* SPDX-License-Identifier: GPL-2.0-or-later */
/* codec.h - page compression; one const table per library, codec_<name>.c */
#ifndef CODEC_CODEC_H
#define CODEC_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A page, and what it was stored as; size 0: as it is. */
struct codec_page {
	const void *page, *packed;
	size_t len, size;
};

#define CODEC_NOT_OURS SIZE_MAX

struct codec {
	const char *name;	     /* as written in kdump.conf: zlib, lzo, snappy, zstd */
	char letter;		     /* makedumpfile's option: c, l, p, z */
	uint32_t flag;		     /* as stored in the page descriptor */
	int min, max, default_level; /* compression levels; all 0 if it has none */

	size_t (*memory)(int level, size_t page); /* bytes one context will use */
	/* One context per thread; NULL: no memory. */
	void *(*open)(int level, size_t page);
	/*
	 * Bytes written; 0 if it would not get smaller than len. Writes at
	 * most room bytes to out.
	 */
	size_t (*compress)(void *ctx, const void *in, size_t len, void *out, size_t capacity);
	/*
	 * Forget the pages so far: what the next become depends on nothing before
	 * them. NULL: no page ever depends on another.
	 */
	void (*restart)(void *ctx);
	void (*close)(void *ctx);

	/*
	 * For pages that are in a dump already, where what a page becomes depends on those
	 * before it; NULL where it does not. adopt: would compress() give these size bytes now
	 * (0: the page as it is)? If certainly so, the context goes on as if it had. If not,
	 * settle() finds out from the page: it returns what compress() would, or
	 * CODEC_OTHERS if they were not made by this codec at this level. Taken as they are,
	 * they make a sound dump in any case.
	 */
	bool (*adopt)(void *ctx, const void *in, size_t size);
	size_t (*settle)(void *ctx, const struct codec_page *page, void *out, size_t capacity);

	/*
	 * Could these be a page of len bytes? By what stands at their ends alone: cheap, and
	 * false for what certainly cannot.
	 */
	bool (*plausible)(const void *in, size_t size, size_t len);

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
