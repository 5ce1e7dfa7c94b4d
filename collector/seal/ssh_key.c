/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ssh_key.c - ssh-ed25519 keys as OpenSSH writes them: the public half */
#include "seal/ssh_key.h"

#include "base/err.h"
#include "seal/base64.h"

#include <sodium.h>
#include <string.h>

/* The name and its length, then the length of the key. */
static const uint8_t blob_head[] = { 0,	  0,   0,   11,	 's', 's', 'h', '-', 'e', 'd',
				     '2', '5', '5', '1', '9', 0,   0,	0,   32 };

#define HEAD sizeof(blob_head)

int ssh_recipient(const uint8_t key[32], struct seal_recipient *out)
{
	uint8_t hash[crypto_hash_sha256_BYTES];

	*out = (struct seal_recipient){ .kind = SEAL_SSH_ED25519 };
	memcpy(out->blob, blob_head, HEAD);
	memcpy(out->blob + HEAD, key, 32);
	crypto_hash_sha256(hash, out->blob, SSH_BLOB);
	memcpy(out->tag, hash, sizeof(out->tag));
	if (crypto_sign_ed25519_pk_to_curve25519(out->point, key) < 0)
		return fail_set(-EINVAL, "this ssh key is no key that can be used");
	return 0;
}

int ssh_public_parse(const char *text, struct seal_recipient *out)
{
	const char *data = text + strlen(SSH_ED25519);
	uint8_t blob[SSH_BLOB + 3];
	size_t len;
	int nr;

	data += strspn(data, " \t");
	len = strcspn(data, " \t\r\n");
	nr = base64_decode((struct blob){ data, len }, BASE64_SSH, blob, sizeof(blob));
	if (nr < 0)
		return fail_set(-EINVAL, "this ssh key is not in base64");
	if (nr != SSH_BLOB || memcmp(blob, blob_head, HEAD) != 0)
		return fail_set(-EINVAL, "this ssh key is not what its first word says");
	return ssh_recipient(blob + HEAD, out);
}
