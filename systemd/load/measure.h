/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * measure.h - size of a dump of the running system, and the memory needed to save it
 *
 * The size is measured: kdump-collect does a dry run over /proc/kcore, counts the pages of each
 * class and compresses a sample. The memory is added up from what this kernel and image need, with
 * constants that were measured in virtual machines.
 */
#ifndef SYSTEMD_LOAD_MEASURE_H
#define SYSTEMD_LOAD_MEASURE_H

#include "systemd/ctl.h"

#include <stdint.h>

struct measure_dump {
	uint64_t ram;	  /* bytes */
	uint64_t kept;	  /* bytes that go into the dump, before compression */
	uint64_t written; /* bytes of the dump */
	uint64_t page_size;
	uint64_t zero, cache, cache_private, user, free, unreadable; /* pages left out, by class */
	uint64_t anonymous; /* memory that the collector used, bytes */
	unsigned level;
	double seconds; /* duration of the measurement */
	bool no_ratio;	/* the compression could not be measured: written is kept */
};

/* Parse the output of kdump-collect --dry-run --json. -EBADMSG: it is something else. */
int measure_dump_parse(const char *json, struct measure_dump *out);

/*
 * Run it with the configured options for the first target, for at most this many seconds.
 * -EOPNOTSUPP: the collector is an external program, so the size is unknown; -ETIMEDOUT.
 */
int measure_dump(const struct ctl *ctl, unsigned seconds, struct measure_dump *out);

struct measure_memory {
	uint64_t reserved; /* bytes, and CMA that programs may use besides */
	uint64_t cma;
	uint64_t kernel;      /* its sections, and what it needs to start */
	uint64_t modules;     /* as loaded */
	uint64_t image;	      /* the file and what is unpacked from it */
	uint64_t runtime;     /* collector, drivers' buffers, page cache */
	uint64_t need;	      /* the sum */
	uint64_t fixed;	      /* the part of need that CMA cannot provide: all but runtime */
	uint64_t recommended; /* the larger of need with a margin and the default */
};

/* Sizes in an image, by image_list(). */
struct measure_image {
	uint64_t file;	   /* bytes of the image file */
	uint64_t unpacked; /* bytes of all files in it */
	uint64_t modules;  /* bytes of modules in it, as stored */
	bool packed;	   /* they are compressed */
};

int measure_image(const struct ctl *ctl, const char *image, struct measure_image *out);

/* Pure: add up. kernel: bytes of sections, 0: unknown; collector: bytes, 0: unknown. */
void measure_memory_sum(const struct measure_image *image, uint64_t kernel, uint64_t collector,
			uint64_t fallback, struct measure_memory *out);

#endif
