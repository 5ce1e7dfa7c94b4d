/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * raw_area.h - what lies on a raw device that holds a dump
 *
 *     0                    flattened stream (base/dumpfile.h), cut short if the dump was
 *     end - RAW_FILES      small files: kernel log, status, log of the capture kernel
 *     end - 4096           struct raw_trailer: what there is of both
 *
 * end is the size of the device, rounded down to 4096. The capture writes, the next
 * start of the production system reads: the dump into a file, the small files beside
 * it; only then the first and the last block are wiped. Integers are little-endian.
 */
#ifndef PLAN_RAW_AREA_H
#define PLAN_RAW_AREA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RAW_MAGIC     "KDUMPRAW"
#define RAW_BLOCK     4096
#define RAW_FILES     (16u << 20) /* for small files and the trailer */
#define RAW_FILES_MAX 8
#define RAW_NAME_MAX  64
#define RAW_MIN_SIZE  (4ull * RAW_FILES) /* a smaller device is refused */

enum raw_state {
	RAW_EMPTY,    /* no dump: small files at most */
	RAW_WRITING,  /* begun; stream_len is what is surely there */
	RAW_COMPLETE, /* the collector reported that it is complete */
	RAW_PARTIAL,  /* it stopped in the middle; what is there can be salvaged */
};

struct raw_file {
	char name[RAW_NAME_MAX]; /* "vmcore-dmesg.txt"; ends with a NUL */
	uint64_t off;		 /* on the device */
	uint64_t len;
};

struct raw_trailer {
	char magic[8];
	uint32_t version; /* 1 */
	uint32_t state;	  /* enum raw_state */
	uint64_t stream_len;
	uint64_t time; /* of the capture, seconds since 1970 */
	uint32_t nr_files;
	uint32_t zero;
	struct raw_file files[RAW_FILES_MAX];
	char host[RAW_NAME_MAX]; /* name of the dump's directory, where there would be one */
};

/* Offsets for a device of size bytes; 0 if it is too small. */
uint64_t raw_trailer_at(uint64_t size);
uint64_t raw_files_at(uint64_t size);

/*
 * Read the trailer of an open device: 1 if there is a sound one (every offset lies in
 * the device), 0 if there is none, or a negative errno.
 */
int raw_trailer_read(int fd, uint64_t size, struct raw_trailer *out);

/* Write it and sync. */
int raw_trailer_write(int fd, uint64_t size, const struct raw_trailer *trailer);

/* First and last block to zeros, synced: the dump is saved elsewhere. */
int raw_wipe(int fd, uint64_t size);

#endif
