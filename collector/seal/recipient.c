/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recipient.c - who may open what is sealed */
#include "seal/recipient.h"

#include "base/err.h"
#include "base/file.h"
#include "base/util.h"
#include "seal/bech32.h"
#include "seal/entropy.h"
#include "seal/ssh_key.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX ((size_t)64 << 10)

/* What age knows, or a person may try, and we do not take. The first that fits counts. */
static const struct {
	const char *begin, *message;
} refused[] = {
	{ "AGE-SECRET-KEY-", "this is a secret key, which must not be here: give its public half, "
			     "which age-keygen -y prints" },
	{ "AGE-PLUGIN-", "this is an identity of a plugin; give a recipient" },
	{ "-----BEGIN", "this is a private key, which must not be here: give its public half" },
	{ "age1pq1", "recipients of the kind age1pq1 (post-quantum) are not supported: the age of "
		     "distributions does not open them" },
	{ "ssh-rsa", "ssh-rsa recipients are not supported; give an age1 or ssh-ed25519 one" },
	{ "ssh-dss", "ssh-dss recipients are not supported; give an age1 or ssh-ed25519 one" },
	{ "ecdsa-", "ecdsa recipients are not supported; give an age1 or ssh-ed25519 one" },
	{ "sk-", "recipients on a security key are not supported; give an age1 or ssh-ed25519 "
		 "one" },
	{ "scrypt", "passphrases are not supported: the crashed machine would hold the secret" },
	{ "passphrase", "passphrases are not supported: the crashed machine would hold the "
			"secret" },
	{ "github:", "keys are not fetched from a server; give the key itself" },
	{ "AGE1", "recipients are in small letters" },
};

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static int refuse(const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
		if (begins(text, refused[i].begin))
			return fail_adopt(-EINVAL, refused[i].message);
	if (begins(text, "age1") && strchr(text + 4, '1'))
		return fail_adopt(-EINVAL, "recipients of age plugins are not supported; give an "
					   "age1 or ssh-ed25519 one");
	return 0;
}

/* A key of small order shares the same secret with everybody. */
static int check_point(const struct seal_recipient *r)
{
	static const uint8_t scalar[32] = { 8, 1 };
	uint8_t shared[32];

	if (crypto_scalarmult_curve25519(shared, scalar, r->point) < 0 ||
	    sodium_is_zero(shared, sizeof(shared)))
		return fail_set(-EINVAL, "this key is one that everybody can open");
	return 0;
}

int seal_recipient_parse(const char *text, struct seal_recipient *out)
{
	int rc = refuse(text);

	*out = (struct seal_recipient){ .kind = SEAL_X25519 };
	if (rc < 0)
		return rc;
	if (begins(text, SSH_ED25519 " ") || begins(text, SSH_ED25519 "\t"))
		rc = ssh_public_parse(text, out);
	else if (begins(text, "age1"))
		rc = bech32_decode(text, "age", false, out->point);
	else
		rc = fail_set(-EINVAL,
			      "this is no recipient: those begin with age1 or ssh-ed25519");
	return rc < 0 ? rc : check_point(out);
}

void seal_recipient_text(const struct seal_recipient *r, char out[SEAL_TEXT_MAX])
{
	_Static_assert(BECH32_TEXT_MAX <= SEAL_TEXT_MAX, "a key fits");

	if (r->kind == SEAL_X25519) {
		bech32_encode(r->point, "age", false, out);
		return;
	}
	out = stpcpy(out, SSH_ED25519 " ");
	sodium_bin2base64(out, SEAL_TEXT_MAX - strlen(SSH_ED25519 " "), r->blob, SSH_BLOB,
			  sodium_base64_VARIANT_ORIGINAL);
}

static int add(struct seal_recipients *to, const char *text)
{
	struct seal_recipient r;
	int rc = seal_recipient_parse(text, &r);

	if (rc < 0)
		return rc;
	for (unsigned i = 0; i < to->nr; i++)
		if (to->r[i].kind == r.kind && memcmp(to->r[i].point, r.point, 32) == 0)
			return 0;
	if (to->nr == SEAL_RECIPIENTS)
		return fail_set(-EINVAL, "more than %d recipients", SEAL_RECIPIENTS);
	to->r[to->nr++] = r;
	return 0;
}

/* Cut the line off text: without the blanks around it. */
static char *take_line(char **text)
{
	char *line = strsep(text, "\n");
	size_t len;

	line += strspn(line, " \t");
	len = strlen(line);
	while (len > 0 && strchr(" \t\r", line[len - 1]))
		line[--len] = '\0';
	return line;
}

static int add_file(struct seal_recipients *to, const char *path)
{
	unsigned nr = 0, before = to->nr, found = 0;
	char *text, *rest;
	int rc = file_read(path, FILE_MAX, &text, NULL);

	if (rc == -ENOENT)
		return fail_set(rc, "%s is neither a recipient nor a file", path);
	if (rc < 0)
		return rc;
	for (rest = text; rest && rc >= 0;) {
		const char *line = take_line(&rest);

		nr++;
		if (*line == '\0' || *line == '#')
			continue;
		found++;
		rc = add(to, line);
	}
	free(text);
	if (rc < 0)
		to->nr = before;
	if (rc < 0)
		return fail(rc, "%s, line %u", path, nr);
	return found ? 0 : fail_set(-EINVAL, "%s: no recipient in it", path);
}

static bool looks_like_recipient(const char *text)
{
	if (begins(text, "age1") || begins(text, "ssh-"))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
		if (begins(text, refused[i].begin))
			return true;
	return false;
}

int seal_recipients_add(struct seal_recipients *to, const char *text)
{
	int rc = entropy_ready(ENTROPY_WAIT_MS);

	if (rc < 0)
		return rc;
	return looks_like_recipient(text) ? add(to, text) : add_file(to, text);
}
