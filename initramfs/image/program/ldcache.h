/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ldcache.h - /etc/ld.so.cache, read and not asked of a program */
#ifndef INITRAMFS_IMAGE_PROGRAM_LDCACHE_H
#define INITRAMFS_IMAGE_PROGRAM_LDCACHE_H

#include "initramfs/image/builder.h"

/*
 * Call fn with each path that the cache has for soname, but for variants that
 * need a certain CPU. Without a cache, or with one in a strange format: never.
 */
int ldcache_each(const struct builder *b, const char *soname,
		 int (*fn)(const char *path, void *arg), void *arg);

/* The same over bytes; any bytes at all. */
int ldcache_search(const char *data, size_t len, const char *soname,
		   int (*fn)(const char *path, void *arg), void *arg);

#endif
