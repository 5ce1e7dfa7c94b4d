/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ssh_private.c - ssh-ed25519 keys as OpenSSH writes them: the private half
 *
 *     magic | cipher | kdf | kdf options | number of keys | public key | private part
 *     private part: check | check | name | public | seed and public | comment | 1 2 3 ...
 *
 * Each piece but magic, number and checks has its length in front, 4 bytes, the largest first.
 */
#include "seal/ssh_key.h"

#include "base/err.h"
#include "seal/base64.h"
#include "base/util.h"
#include "seal/secret.h"

#include <sodium.h>
#include <string.h>

#define MAGIC	"openssh-key-v1" /* with its NUL */
#define END	"-----END OPENSSH PRIVATE KEY-----"
#define KEY_MAX 4096

struct wire {
	const uint8_t *p;
	size_t left;
	bool bad;
};

static uint32_t take_u32(struct wire *w)
{
	const uint8_t *p = w->p;

	if (w->left < 4) {
		w->bad = true;
		return 0;
	}
	w->p += 4;
	w->left -= 4;
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* A piece with its length in front. */
static struct blob take_piece(struct wire *w)
{
	uint32_t len = take_u32(w);
	struct blob piece = { w->p, len };

	if (w->bad || len > w->left) {
		w->bad = true;
		return (struct blob){ w->p, 0 };
	}
	w->p += len;
	w->left -= len;
	return piece;
}

static bool is(struct blob b, const char *text)
{
	return b.len == strlen(text) && memcmp(b.data, text, b.len) == 0;
}

static int wrong(void)
{
	return fail_set(-EINVAL, "this is not an ssh key as OpenSSH writes it");
}

/* Behind the comment: 1, 2, 3 up to a full block. */
static bool padding_fits(const struct wire *w)
{
	for (size_t i = 0; i < w->left; i++)
		if (w->p[i] != i + 1)
			return false;
	return w->left < 16;
}

static int take_private(struct wire w, struct seal_identity *out)
{
	uint32_t check = take_u32(&w);
	bool same = check == take_u32(&w) && !w.bad;
	struct blob name = take_piece(&w), pub, pair;
	uint8_t derived[32], secret[64];
	int rc = 0;

	if (!same)
		return wrong();
	if (!is(name, SSH_ED25519))
		return fail_set(-EINVAL, "this ssh key is of another kind than ssh-ed25519; age "
					 "keys and ssh-ed25519 keys can open a dump");
	pub = take_piece(&w);
	pair = take_piece(&w);
	(void)take_piece(&w);
	if (w.bad || pub.len != 32 || pair.len != 64 || !padding_fits(&w))
		return wrong();
	crypto_sign_seed_keypair(derived, secret, pair.data);
	if (memcmp(derived, pub.data, 32) != 0 ||
	    memcmp(derived, (const uint8_t *)pair.data + 32, 32) != 0)
		rc = wrong();
	if (rc == 0)
		rc = ssh_recipient(derived, &out->public);
	if (rc == 0)
		rc = crypto_sign_ed25519_sk_to_curve25519(out->scalar, secret);
	secret_wipe(secret, sizeof(secret));
	return rc;
}

static int take_key(const uint8_t *data, size_t len, struct seal_identity *out)
{
	struct wire w = { data, len, false };
	struct blob cipher, kdf, public, private;
	uint32_t nr;

	if (len < sizeof(MAGIC) || memcmp(data, MAGIC, sizeof(MAGIC)) != 0)
		return wrong();
	w.p += sizeof(MAGIC);
	w.left -= sizeof(MAGIC);
	cipher = take_piece(&w);
	kdf = take_piece(&w);
	(void)take_piece(&w);
	nr = take_u32(&w);
	public = take_piece(&w);
	private = take_piece(&w);
	if (w.bad || w.left > 0 || nr != 1 || public.len == 0)
		return wrong();
	if (!is(cipher, "none") || !is(kdf, "none"))
		return fail_set(-EINVAL,
				"this ssh key has a passphrase; take it off a copy of the key with "
				"ssh-keygen -p, or open the dump with age -d");
	return take_private((struct wire){ private.data, private.len, false }, out);
}

int ssh_private_parse(const char *text, struct seal_identity *out, const char **end)
{
	const char *data = text + strlen(SSH_PRIVATE);
	const char *stop = strstr(data, END);
	uint8_t *raw;
	int rc;

	if (!stop || stop - data > KEY_MAX * 4 / 3)
		return wrong();
	raw = secret_alloc(KEY_MAX);
	if (!raw)
		return fail(-ENOMEM, "read an ssh key");
	rc = base64_decode((struct blob){ data, (size_t)(stop - data) }, BASE64_SSH, raw, KEY_MAX);
	rc = rc < 0 ? wrong() : take_key(raw, (size_t)rc, out);
	secret_free(raw, KEY_MAX);
	*end = stop + strlen(END);
	return rc;
}
