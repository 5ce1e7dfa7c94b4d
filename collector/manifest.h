/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * manifest.h - read what the files of a dump were when they were written
 *
 * kdump-manifest.json is the capture's (initramfs/capture/save/manifest.h), kdump-verified.json
 * that of --verify --record. Both come from a disk or a server, and may say anything: names are
 * checked, and only to be opened beneath the dump's directory.
 */
#ifndef MANIFEST_H
#define MANIFEST_H

#include "base/xsum.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MANIFEST_NAME	  "kdump-manifest.json"
#define VERIFIED_NAME	  "kdump-verified.json"
#define MANIFEST_MAX	  ((size_t)1 << 20) /* bytes of either */
#define MANIFEST_FILES	  64
#define MANIFEST_FILENAME 128
#define MANIFEST_UNKNOWN  UINT64_MAX
#define SHA256_TEXT	  65 /* in hexadecimal, with its end */

enum manifest_kind {
	MANIFEST_NO_SUM,
	MANIFEST_WHOLE, /* text: XXH3 of the first bytes of the file */
	MANIFEST_PAGES, /* sum: XXH3 of each piece of [from, to) */
	MANIFEST_UNITS, /* the same, as of struct xsum_set */
};

struct manifest_sum {
	enum manifest_kind kind;
	uint64_t bytes;
	char text[XSUM_TEXT];
	uint64_t from, to, piece, unit;
	uint64_t *sum;
	unsigned nr;
};

struct manifest_file {
	char name[MANIFEST_FILENAME]; /* without a slash, and neither "." nor ".." nor "" */
	uint64_t size;		      /* MANIFEST_UNKNOWN: null */
	struct manifest_sum sum;
	char sha256[SHA256_TEXT]; /* "": none */
};

struct manifest {
	char state[16];	 /* of the capture: "complete", "partial"... */
	char target[16]; /* kind of the target: "raw"... */
	uint64_t time;	 /* seconds since 1970 */
	struct manifest_file file[MANIFEST_FILES];
	unsigned nr;
};

/*
 * Either file. -EBADMSG, with a message: it is not one, or not a valid one; -ENOMEM. To be freed
 * with manifest_free(), also after an error.
 */
int manifest_parse(const char *text, size_t len, struct manifest *out);

/*
 * A manifest ends with its own checksum, which says that it is as it was written: the object
 * without its last member, and that. -EBADMSG.
 */
int manifest_check_self(const char *text, size_t len);
void manifest_free(struct manifest *m);

#endif
