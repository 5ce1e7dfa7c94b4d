/* SPDX-License-Identifier: GPL-2.0-or-later */
/* agekeys.c - the keys of one age file: how they are made, wrapped for a recipient, unwrapped */
#include "seal/agekeys.h"

#include "base/err.h"
#include "seal/secret.h"

#include <sodium.h>
#include <string.h>

#define INFO_X25519 "age-encryption.org/v1/X25519"
#define INFO_SSH    "age-encryption.org/v1/ssh-ed25519"

static void hmac(struct blob key, struct blob a, struct blob b, uint8_t out[AGE_KEY])
{
	crypto_auth_hmacsha256_state st;

	crypto_auth_hmacsha256_init(&st, key.data, key.len);
	crypto_auth_hmacsha256_update(&st, a.data, a.len);
	crypto_auth_hmacsha256_update(&st, b.data, b.len);
	crypto_auth_hmacsha256_final(&st, out);
	secret_wipe(&st, sizeof(st));
}

/* HKDF-SHA-256, one block of 32 bytes. */
static void hkdf(struct blob ikm, struct blob salt, const char *info, uint8_t out[AGE_KEY])
{
	static const uint8_t none[1], first = 1;
	uint8_t prk[AGE_KEY];

	/* A key of no bytes and one of 32 zeroes are the same to HMAC. */
	if (salt.len == 0)
		salt = (struct blob){ none, 0 };
	if (ikm.len == 0)
		ikm = (struct blob){ none, 0 };
	hmac(salt, ikm, (struct blob){ none, 0 }, prk);
	hmac((struct blob){ prk, sizeof(prk) }, (struct blob){ info, strlen(info) },
	     (struct blob){ &first, 1 }, out);
	secret_wipe(prk, sizeof(prk));
}

void agekeys_ssh_tweak(const uint8_t blob[SSH_BLOB], uint8_t out[AGE_KEY])
{
	hkdf((struct blob){ NULL, 0 }, (struct blob){ blob, SSH_BLOB }, INFO_SSH, out);
}

/* An ssh key signs elsewhere: the tweak keeps what is shared here apart from that. */
static int tweak(const struct seal_recipient *r, uint8_t shared[32])
{
	uint8_t by[AGE_KEY], tweaked[32];
	int rc;

	if (r->kind != SEAL_SSH_ED25519)
		return 0;
	agekeys_ssh_tweak(r->blob, by);
	rc = crypto_scalarmult_curve25519(tweaked, by, shared); /* not in place */
	memcpy(shared, tweaked, sizeof(tweaked));
	secret_wipe(tweaked, sizeof(tweaked));
	return rc;
}

/* The key of a stanza, of what both sides share. r is who reads. -1: it is all zero. */
static int wrap_key(const struct seal_recipient *r, const uint8_t share[AGE_SHARE],
		    uint8_t shared[32], uint8_t out[AGE_KEY])
{
	uint8_t salt[AGE_SHARE + 32];

	if (tweak(r, shared) < 0 || sodium_is_zero(shared, 32))
		return -1;
	memcpy(salt, share, AGE_SHARE);
	memcpy(salt + AGE_SHARE, r->point, 32);
	hkdf((struct blob){ shared, 32 }, (struct blob){ salt, sizeof(salt) },
	     r->kind == SEAL_X25519 ? INFO_X25519 : INFO_SSH, out);
	return 0;
}

int agekeys_wrap(const struct seal_recipient *to, const uint8_t secret[32],
		 const uint8_t file_key[AGE_FILE_KEY], struct age_wrap *out)
{
	static const uint8_t nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];
	uint8_t shared[32], key[AGE_KEY];
	int rc = crypto_scalarmult_curve25519_base(out->share, secret);

	if (rc == 0)
		rc = crypto_scalarmult_curve25519(shared, secret, to->point);
	if (rc == 0)
		rc = wrap_key(to, out->share, shared, key);
	if (rc == 0)
		rc = crypto_aead_chacha20poly1305_ietf_encrypt(
			out->body, NULL, file_key, AGE_FILE_KEY, NULL, 0, NULL, nonce, key);
	secret_wipe(shared, sizeof(shared));
	secret_wipe(key, sizeof(key));
	return rc < 0 ? fail_set(-EINVAL, "the recipient's key is one that everybody can open") : 0;
}

int agekeys_unwrap(const struct seal_identity *id, const struct age_wrap *wrap,
		   uint8_t file_key[AGE_FILE_KEY])
{
	static const uint8_t nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];
	uint8_t shared[32], key[AGE_KEY];
	int rc = crypto_scalarmult_curve25519(shared, id->scalar, wrap->share);

	if (rc == 0)
		rc = wrap_key(&id->public, wrap->share, shared, key);
	if (rc == 0)
		rc = crypto_aead_chacha20poly1305_ietf_decrypt(file_key, NULL, NULL, wrap->body,
							       AGE_WRAPPED, NULL, 0, nonce, key);
	secret_wipe(shared, sizeof(shared));
	secret_wipe(key, sizeof(key));
	return rc < 0 ? -EACCES : 0;
}

void agekeys_mac(const uint8_t file_key[AGE_FILE_KEY], struct blob header, uint8_t out[AGE_KEY])
{
	uint8_t key[AGE_KEY];

	hkdf((struct blob){ file_key, AGE_FILE_KEY }, (struct blob){ NULL, 0 }, "header", key);
	hmac((struct blob){ key, sizeof(key) }, header, (struct blob){ "", 0 }, out);
	secret_wipe(key, sizeof(key));
}

void agekeys_payload(const uint8_t file_key[AGE_FILE_KEY], const uint8_t nonce[AGE_NONCE],
		     uint8_t out[AGE_KEY])
{
	hkdf((struct blob){ file_key, AGE_FILE_KEY }, (struct blob){ nonce, AGE_NONCE }, "payload",
	     out);
}
