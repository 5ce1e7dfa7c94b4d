/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dump_sealed.h - files of a dump that are encrypted: what they are called, and what is in them
 *
 * Nothing that was decrypted leaves memory: it is read into memory of secret.h, described by
 * dump_info.h, and wiped. The files are untrusted; only what was authenticated to its end counts,
 * but for the beginning of a core, of which the pieces read count.
 */
#ifndef SYSTEMD_DUMPS_DUMP_SEALED_H
#define SYSTEMD_DUMPS_DUMP_SEALED_H

#include "seal/unseal.h"
#include "systemd/dumps/dump_info.h"

/* Encrypted bytes of a log or report that are read; a larger one is not opened. */
#define DUMP_SEALED_MAX	 (32u << 20)
/* Encrypted bytes that hold at least DUMP_HEAD bytes of a core: header and one piece. */
#define DUMP_SEALED_HEAD (136u << 10)

struct dump_sealed_file {
	const char *name; /* with .age */
	uint64_t size;	  /* of the encrypted file */
	int64_t mtime;
	struct unseal_input in; /* from its beginning, at most DUMP_SEALED_MAX bytes */
};

/*
 * Add an encrypted file, as dump_file() does with others. ids: NULL, if it is not to be opened. A
 * file that cannot be opened is in d->seal_error.
 */
void dump_file_sealed(struct dump *d, const struct dump_sealed_file *f,
		      const struct seal_identities *ids);

/* Add the first CORE_INFO_MAX bytes of an encrypted core, as dump_more() does. */
int dump_more_sealed(struct dump *d, struct unseal_input in, const struct seal_identities *ids);

/* Which of the decrypted bytes are kept: the first or the last max ones. */
struct dump_sealed_want {
	size_t max;
	bool tail;
	bool head_alone; /* stop when max bytes are there: the rest is not looked at */
};

struct dump_sealed_text {
	char *data; /* with a NUL behind it; in memory of secret.h */
	size_t len, size;
};

/* Decrypt into out, to be freed. -EACCES: another key; -EBADMSG: damaged; -EFBIG; -ENOMEM. */
int dump_sealed_read(struct unseal_input in, const struct seal_identities *ids,
		     const struct dump_sealed_want *want, struct dump_sealed_text *out);
void dump_sealed_free(struct dump_sealed_text *text);

/* One line about the state of the encryption, for people; "": nothing of it is encrypted. */
void dump_sealed_state(const struct dump *d, char *out, size_t size);

#endif
