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
	 * Bytes written; 0 if it would not get smaller than len. Writes at most capacity bytes to
	 * out.
	 */
	size_t (*compress)(void *ctx, const void *in, size_t len, void *out, size_t capacity);
	/*
	 * Reset the context: the pages that follow do not depend on those before. NULL: no page
	 * ever depends on another.
	 */
	void (*restart)(void *ctx);
	void (*close)(void *ctx);

	/*
	 * For pages of a dump, if the result of compress() depends on the pages before; else NULL.
	 * adopt(): true if compress() would certainly give these size bytes now (0: the page as
	 * it is); then the context is updated as compress() would. If false, settle() compresses
	 * the page to find out: it returns the result of compress(), or CODEC_NOT_OURS if this
	 * codec did not make the bytes at this level. Even then they can be copied: readers can
	 * unpack them.
	 */
	bool (*adopt)(void *ctx, const void *in, size_t size);
	size_t (*settle)(void *ctx, const struct codec_page *page, void *out, size_t capacity);

	/*
	 * False if these bytes cannot be a page of len bytes. Cheap: checks only the bytes at
	 * both ends.
	 */
	bool (*plausible)(const void *in, size_t size, size_t len);

	/* Exactly len bytes into out, or a negative errno: -EBADMSG. */
	int (*decompress)(const void *in, size_t size, void *out, size_t len);
};

/* By name, by makedumpfile's option, by the flag in a page descriptor; all tables are constant, so
 * any thread may ask. NULL: not known, or not built in. */
const struct codec *codec_find(const char *name);
const struct codec *codec_by_letter(char letter);
const struct codec *codec_by_flag(uint32_t flag);

/* Every codec built in, in the order of their flags; NULL past the last. */
const struct codec *codec_at(unsigned i);

#endif
