/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ldcache.c - /etc/ld.so.cache
 *
 *     magic "glibc-ld.so.cache1.1"   20 bytes
 *     number of entries              u32
 *     length of the strings          u32
 *     flags, padding, extension      5 x u32
 *     entries                        each 24 bytes, see below
 *     strings                        offsets count from the magic
 */
#include "initramfs/image/program/ldcache.h"

#include "base/err.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC	   "glibc-ld.so.cache1.1"
#define HEADER_LEN 48

struct cache_entry {
	int32_t flags;
	uint32_t key;	/* soname */
	uint32_t value; /* path */
	uint32_t os_version;
	uint64_t hwcap; /* not 0: needs a certain CPU */
};

/* A string inside the file that ends inside it; NULL if not. */
static const char *string_at(const char *data, size_t len, uint32_t at)
{
	if (at >= len || !memchr(data + at, '\0', len - at))
		return NULL;
	return data + at;
}

int ldcache_search(const char *data, size_t len, const char *soname,
		   int (*fn)(const char *path, void *arg), void *arg)
{
	uint32_t nr;
	int rc = 0;

	if (len < HEADER_LEN || memcmp(data, MAGIC, strlen(MAGIC)) != 0)
		return 0;
	memcpy(&nr, data + 20, sizeof(nr));
	for (uint32_t i = 0; i < nr && rc == 0; i++) {
		size_t at = HEADER_LEN + (size_t)i * sizeof(struct cache_entry);
		const char *key, *value;
		struct cache_entry e;

		if (at > len - sizeof(e))
			break;
		memcpy(&e, data + at, sizeof(e));
		key = string_at(data, len, e.key);
		value = string_at(data, len, e.value);
		if (key && value && e.hwcap == 0 && strcmp(key, soname) == 0)
			rc = fn(value, arg);
	}
	return rc;
}

int ldcache_each(const struct builder *b, const char *soname,
		 int (*fn)(const char *path, void *arg), void *arg)
{
	char *real = builder_real(b, "/etc/ld.so.cache");
	int fd = real ? open(real, O_RDONLY | O_CLOEXEC) : -1, rc = 0;
	struct stat sb;
	char *map;

	free(real);
	if (fd < 0)
		return 0;
	if (fstat(fd, &sb) == 0 && sb.st_size > 0) {
		map = mmap(NULL, (size_t)sb.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (map != MAP_FAILED) {
			rc = ldcache_search(map, (size_t)sb.st_size, soname, fn, arg);
			munmap(map, (size_t)sb.st_size);
		}
	}
	close(fd);
	return rc;
}
