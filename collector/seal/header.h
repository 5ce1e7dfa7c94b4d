/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * header.h - the text in front of an age file: for each recipient a stanza with the file key
 *
 *     age-encryption.org/v1
 *     -> X25519 SHARE
 *     BODY
 *     --- MAC
 */
#ifndef SEAL_HEADER_H
#define SEAL_HEADER_H

#include "base/sealed_magic.h"
#include "seal/agekeys.h"

#define HEADER_STANZAS	   128	      /* more are refused when reading */
#define HEADER_MAX	   (64 << 10) /* and so are longer headers */

/* What the writer makes at most: HEADER_WRITTEN_MAX bytes. */
#define HEADER_WRITTEN_MAX (128 + 128 * SEAL_RECIPIENTS)

struct header_text {
	size_t len;
	char text[HEADER_WRITTEN_MAX];
};

/* The header of a file with this key for all of the recipients. */
int header_write(const struct seal_recipients *to, const uint8_t file_key[AGE_FILE_KEY],
		 struct header_text *out);

/*
 * Where the header that text begins with ends: its length, 0 if more bytes are needed to say,
 * -EBADMSG if it is none. Any input.
 */
ssize_t header_length(const char *text, size_t len);

/*
 * Find the file key of a header (as long as header_length() says) with one of the identities, and
 * check its MAC. -EBADMSG: it is not well-formed or was changed. -EACCES: it is for none of them.
 */
int header_open(const char *text, size_t len, const struct seal_identities *ids,
		uint8_t file_key[AGE_FILE_KEY]);

#endif
