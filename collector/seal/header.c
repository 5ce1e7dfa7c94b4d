/* SPDX-License-Identifier: GPL-2.0-or-later */
/* header.c - the text in front of an age file, written */
#include "seal/header.h"

#include "base/err.h"
#include "seal/entropy.h"
#include "seal/secret.h"

#include <sodium.h>
#include <string.h>

static void put_text(struct header_text *h, const char *text)
{
	size_t len = strlen(text);

	memcpy(h->text + h->len, text, len);
	h->len += len;
}

static void put_base64(struct header_text *h, const uint8_t *data, size_t len)
{
	char text[64];

	sodium_bin2base64(text, sizeof(text), data, len, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
	put_text(h, text);
}

static int put_stanza(struct header_text *h, const struct seal_recipient *r,
		      const uint8_t file_key[AGE_FILE_KEY])
{
	uint8_t secret[32];
	struct age_wrap wrap;
	int rc = entropy_get(secret, sizeof(secret));

	if (rc == 0)
		rc = agekeys_wrap(r, secret, file_key, &wrap);
	secret_wipe(secret, sizeof(secret));
	if (rc < 0)
		return rc;
	put_text(h, r->kind == SEAL_X25519 ? "-> X25519 " : "-> ssh-ed25519 ");
	if (r->kind == SEAL_SSH_ED25519) {
		put_base64(h, r->tag, sizeof(r->tag));
		put_text(h, " ");
	}
	put_base64(h, wrap.share, sizeof(wrap.share));
	put_text(h, "\n");
	put_base64(h, wrap.body, sizeof(wrap.body));
	put_text(h, "\n");
	return 0;
}

int header_write(const struct seal_recipients *to, const uint8_t file_key[AGE_FILE_KEY],
		 struct header_text *out)
{
	uint8_t mac[AGE_KEY];
	int rc = to->nr ? 0 : fail_set(-EINVAL, "encrypt: no recipient");

	out->len = 0;
	put_text(out, SEALED_MAGIC);
	for (unsigned i = 0; i < to->nr && rc == 0; i++)
		rc = put_stanza(out, &to->r[i], file_key);
	if (rc < 0)
		return rc;
	put_text(out, "---");
	agekeys_mac(file_key, (struct blob){ out->text, out->len }, mac);
	put_text(out, " ");
	put_base64(out, mac, sizeof(mac));
	put_text(out, "\n");
	return 0;
}
