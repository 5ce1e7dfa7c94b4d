/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * agekeys.h - the keys of one age file: how they are made, wrapped for a recipient, unwrapped
 *
 * Compositions of libsodium's primitives, as the age v1 format lays them down. Keys that come out
 * are secrets: the caller keeps them in memory of secret.h, or wipes them. entropy_ready() comes
 * first. Any thread.
 */
#ifndef SEAL_AGEKEYS_H
#define SEAL_AGEKEYS_H

#include "seal/recipient.h"

#include <stddef.h>
#include <sys/types.h>

#define AGE_FILE_KEY 16
#define AGE_KEY	     32
#define AGE_SHARE    32
#define AGE_WRAPPED  (AGE_FILE_KEY + 16)
#define AGE_NONCE    16

/* What a stanza of the header says: the share, and the file key that only the recipient opens. */
struct age_wrap {
	uint8_t share[AGE_SHARE];
	uint8_t body[AGE_WRAPPED];
};

/*
 * Wrap the file key with secret, 32 fresh random bytes for each stanza. -EINVAL where the
 * recipient's key makes an all-zero shared secret, which everybody knows.
 */
int agekeys_wrap(const struct seal_recipient *to, const uint8_t secret[32],
		 const uint8_t file_key[AGE_FILE_KEY], struct age_wrap *out);

/* The reverse. -EACCES: it is for another key. No message: the next stanza may be ours. */
int agekeys_unwrap(const struct seal_identity *id, const struct age_wrap *wrap,
		   uint8_t file_key[AGE_FILE_KEY]);

/* The tweak of an ssh key, from the bytes that describe it on the wire. */
void agekeys_ssh_tweak(const uint8_t blob[SSH_BLOB], uint8_t out[AGE_KEY]);

/* Of the header up to the dashes of its last line. */
void agekeys_mac(const uint8_t file_key[AGE_FILE_KEY], struct blob header, uint8_t out[AGE_KEY]);

void agekeys_payload(const uint8_t file_key[AGE_FILE_KEY], const uint8_t nonce[AGE_NONCE],
		     uint8_t out[AGE_KEY]);

#endif
