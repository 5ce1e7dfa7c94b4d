/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * verify_dir.h - are the files of a dump's directory as they were written?
 *
 *     verify_dir  ->  verify_record  ->  verify_dir_free
 *
 * By its manifest, by the record of an earlier check, and by all that the dump says of itself. No
 * link is followed, and nothing outside of the directory is opened.
 */
#ifndef VERIFY_DIR_H
#define VERIFY_DIR_H

#include "manifest.h"
#include "verify.h"

enum verify_state {
	VERIFY_SIZE_ONLY, /* it has no checksum: it is there, and has its size */
	VERIFY_WHOLE,
	VERIFY_REARRANGED, /* a stream that was made a dump since */
	VERIFY_CHANGED,
	VERIFY_MISSING,
};

/* Against the record of an earlier check. */
enum verify_recorded {
	VERIFY_NOT_RECORDED,
	VERIFY_SAME, /* its SHA-256 is the same */
	VERIFY_OTHER,
};

#define VERIFY_UNLISTED 16 /* names at most */

struct verify_dir {
	struct manifest manifest, record;
	bool has_manifest, has_record;
	bool bad_manifest; /* it is there, and says nothing that can be trusted */
	enum verify_state state[MANIFEST_FILES];       /* of the manifest's files */
	enum verify_recorded recorded[MANIFEST_FILES]; /* of the record's files */
	/* What lies there and is in neither list: nothing is known of it. */
	char unlisted[VERIFY_UNLISTED][MANIFEST_FILENAME];
	unsigned nr_unlisted;		/* may be more than VERIFY_UNLISTED */
	struct verify_result dump;	/* unless core is "" */
	char core[MANIFEST_FILENAME];	/* of the file that was walked through */
	char sealed[MANIFEST_FILENAME]; /* a core that cannot be, without a key; "": none */
	bool incomplete;		/* by a name, or by what the dump says */
	uint64_t faults;		/* of all together */
	char first[400];
};

/*
 * path is a directory. 0, whatever was found; -ENOENT if no dump and no manifest is in it. To be
 * freed in any case.
 */
int verify_dir(const char *path, int threads, struct verify_dir *out);

/* What was found, and SHA-256 of each file, as VERIFIED_NAME in the directory. */
int verify_record(const char *path, const struct verify_dir *v);
void verify_dir_free(struct verify_dir *v);

/* The mode --verify of a directory; see verify_run(). */
int verify_dir_run(const struct options *o, enum exit_code *outcome);

/* Against the record, by name; VERIFY_NOT_RECORDED, too, if there is no record. */
enum verify_recorded verify_recorded_as(const struct verify_dir *v, const char *name);

/* For people: each file, how it was checked, and those that could not be. */
void verify_dir_print_files(const char *dir, const struct verify_dir *v);

/* Is the file of the dump's directory one that is written after the capture? */
bool verify_is_later(const char *name);

#endif
