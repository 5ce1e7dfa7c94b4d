/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * verify.h - is all of a dump there, and can each page of it be unpacked?
 *
 * Dumps in kdump format of any writer and version, plain or flattened: header, bitmaps, notes,
 * every descriptor, and every page, on several threads. An ELF core has no compressed pages and no
 * checksums: of that, headers, notes and length.
 */
#ifndef VERIFY_H
#define VERIFY_H

#include "base/types.h"
#include "cli/options.h"

/* So begins the JSON of --verify DIR. */
#define VERIFY_JSON_BEGIN "{\"directory\":"

struct verify_result {
	uint64_t pages;	  /* that have a descriptor */
	uint64_t missing; /* of them, without data, as an incomplete dump says */
	uint64_t bytes;	  /* of page data; what pages share counts once for each thread */
	uint64_t faults;
	bool incomplete; /* the dump says itself that it is not whole */
	char first[320]; /* the first fault, by its place in the dump; "" if there is none */
};

/*
 * threads: -1 one for each CPU; 0 and 1 the caller's alone. 0 if the dump could be looked at,
 * whatever was found; a negative errno where even its headers cannot be read: it is no dump then.
 */
int verify_dump(const char *path, int threads, struct verify_result *out);

/*
 * By the command line: --verify DUMP|DIR, --threads, --json. The outcome is EXIT_CODE_COMPLETE for
 * a whole dump, EXIT_CODE_PARTIAL for one that says itself that it is not, EXIT_CODE_NOTHING for
 * one with a fault, or that is none (a negative errno).
 */
int verify_run(const struct options *o, enum exit_code *outcome);

#endif
