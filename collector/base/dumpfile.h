/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dumpfile.h - the kdump-compressed format, version 6, as it is on disk (LP64)
 *
 *     block 0                     struct dump_header
 *     block 1 ..                  struct dump_sub_header, then all ELF notes
 *     block 1 + sub_hdr_size      bitmap 1 (RAM), bitmap 2 (has a descriptor)
 *     then                        struct dump_desc, one per bit of bitmap 2, by pfn
 *     then                        page data, in any order; first a page of zeros
 *
 * All integers have the byte order of the dumped machine.
 */
#ifndef BASE_DUMPFILE_H
#define BASE_DUMPFILE_H

#include <assert.h>
#include <stdint.h>

#define DUMP_SIGNATURE "KDUMP   "
#define DUMP_VERSION   6
#define DUMP_UTS_LEN   65

/* dump_header.status and, but for the last two, dump_desc.flags */
enum dump_flag {
	DUMP_ZLIB = 0x1,
	DUMP_LZO = 0x2,
	DUMP_SNAPPY = 0x4,
	DUMP_INCOMPLETE = 0x8,
	DUMP_EXCLUDED_VMEMMAP = 0x10,
	DUMP_ZSTD = 0x20,
};

struct dump_utsname {
	char sysname[DUMP_UTS_LEN];
	char nodename[DUMP_UTS_LEN];
	char release[DUMP_UTS_LEN];
	char version[DUMP_UTS_LEN];
	char machine[DUMP_UTS_LEN];
	char domainname[DUMP_UTS_LEN];
};

struct dump_header {
	char signature[8];
	int32_t header_version;
	struct dump_utsname uts;
	uint8_t pad[6];
	int64_t tv_sec;
	int64_t tv_usec; /* always 0: libkdumpfile takes some values for a 32-bit dump */
	uint32_t status;
	int32_t block_size;
	int32_t sub_hdr_size;	/* in blocks */
	uint32_t bitmap_blocks; /* both bitmaps; even */
	uint32_t max_mapnr;	/* clamped; max_mapnr_64 counts */
	uint32_t total_ram_blocks;
	uint32_t device_blocks;
	uint32_t written_blocks;
	uint32_t current_cpu;
	int32_t nr_cpus;
};

struct dump_sub_header {
	uint64_t phys_base;
	int32_t dump_level;
	int32_t split;
	uint64_t start_pfn;
	uint64_t end_pfn;
	int64_t offset_vmcoreinfo;
	uint64_t size_vmcoreinfo;
	int64_t offset_note;
	uint64_t size_note;
	int64_t offset_eraseinfo;
	uint64_t size_eraseinfo;
	uint64_t start_pfn_64;
	uint64_t end_pfn_64;
	uint64_t max_mapnr_64;
};

struct dump_desc {
	int64_t offset; /* 0: the page is missing from an incomplete dump */
	uint32_t size;
	uint32_t flags;
	uint64_t page_flags; /* always 0 */
};

static_assert(sizeof(struct dump_header) == 464, "dump_header");
static_assert(sizeof(struct dump_sub_header) == 104, "dump_sub_header");
static_assert(sizeof(struct dump_desc) == 24, "dump_desc");

/* Flattened stream: one start block, then records, all big-endian. */
#define FLAT_MAGIC "makedumpfile"
#define FLAT_BLOCK 4096

struct flat_start {
	char magic[16];
	uint64_t type;	  /* 1 */
	uint64_t version; /* 1 */
};

struct flat_record {
	uint64_t off; /* both all ones: end of the stream */
	uint64_t size;
};

#endif
