/* SPDX-License-Identifier: GPL-2.0-or-later */
/* identity.c - the private keys that open what is sealed */
#include "seal/recipient.h"

#include "base/err.h"
#include "base/sealed_magic.h"
#include "seal/bech32.h"
#include "seal/entropy.h"
#include "seal/secret.h"
#include "seal/ssh_key.h"

#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX ((size_t)64 << 10)
#define PREFIX	 "age-secret-key-"

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static int take_age(const char *line, size_t len, struct seal_identity *out)
{
	char text[BECH32_TEXT_MAX];
	int rc;

	if (len >= sizeof(text))
		return fail_set(-EINVAL, "the key is too long");
	memcpy(text, line, len);
	text[len] = '\0';
	rc = bech32_decode(text, PREFIX, true, out->scalar);
	secret_wipe(text, sizeof(text));
	out->public = (struct seal_recipient){ .kind = SEAL_X25519 };
	if (rc == 0 && crypto_scalarmult_curve25519_base(out->public.point, out->scalar) < 0)
		rc = fail_set(-EINVAL, "the key cannot be used");
	return rc;
}

static int refuse(const char *text)
{
	if (begins(text, "AGE-PLUGIN-"))
		return fail_set(-EINVAL, "keys of age plugins are not supported here; age -d opens "
					 "the dump with them");
	if (sealed_magic_is(text, strlen(text)) || begins(text, "-----BEGIN AGE ENCRYPTED FILE"))
		return fail_set(-EINVAL,
				"the key file itself is encrypted; decrypt it with age -d");
	if (begins(text, "-----BEGIN"))
		return fail_set(-EINVAL, "this private key is of a kind that is not supported; age "
					 "keys and ssh-ed25519 keys of OpenSSH are");
	if (begins(text, "age1") || begins(text, "ssh-"))
		return fail_set(-EINVAL, "this is a public key; the private one opens a dump");
	return fail_set(-EINVAL, "this is no private key");
}

/* One key at text; *end is behind it. */
static int take_one(const char *text, struct seal_identity *out, const char **end)
{
	size_t len = strcspn(text, " \t\r\n");

	*end = text + len;
	if (begins(text, SSH_PRIVATE))
		return ssh_private_parse(text, out, end);
	if (begins(text, "AGE-SECRET-KEY-"))
		return take_age(text, len, out);
	return refuse(text);
}

static int take_all(const char *text, struct seal_identities *ids)
{
	int rc = 0;

	while (rc == 0) {
		text += strspn(text, " \t\r\n");
		if (*text == '\0')
			break;
		if (*text == '#') {
			text = strchrnul(text, '\n');
			continue;
		}
		if (ids->nr == SEAL_IDENTITIES)
			return fail_set(-EINVAL, "more than %d keys", SEAL_IDENTITIES);
		rc = take_one(text, &ids->id[ids->nr], &text);
		if (rc == 0)
			ids->nr++;
	}
	return rc < 0 || ids->nr ? rc : fail_set(-EINVAL, "no key in it");
}

int seal_identities_parse(const char *text, const char *name, struct seal_identities **out)
{
	struct seal_identities *ids;
	int rc = entropy_ready(ENTROPY_WAIT_MS);

	if (rc < 0)
		return rc;
	ids = secret_alloc(sizeof(*ids));
	if (!ids)
		return fail(-ENOMEM, "%s", name);
	rc = take_all(text, ids);
	if (rc < 0) {
		seal_identities_free(ids);
		return fail(rc, "%s", name);
	}
	*out = ids;
	return 0;
}

void seal_identities_free(struct seal_identities *ids)
{
	secret_free(ids, sizeof(*ids));
}

/* All of a small file; a pipe too. */
static int read_text(const char *path, char *text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	size_t len = 0;
	ssize_t n = 1;
	int rc;

	if (fd < 0)
		return fail(-errno, "%s", path);
	while (n > 0 && len < FILE_MAX) {
		n = read(fd, text + len, FILE_MAX - len);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n > 0)
			len += (size_t)n;
	}
	rc = n < 0 ? fail(-errno, "%s", path) : 0;
	close(fd);
	if (rc == 0 && len == FILE_MAX)
		rc = fail_set(-EFBIG, "%s: too large for a key", path);
	if (rc == 0 && memchr(text, '\0', len))
		rc = fail_set(-EINVAL, "%s: not a text", path);
	return rc;
}

int seal_identities_read(const char *path, struct seal_identities **out)
{
	char *text = secret_alloc(FILE_MAX + 1);
	int rc;

	if (!text)
		return fail(-ENOMEM, "%s", path);
	rc = read_text(path, text);
	if (rc == 0)
		rc = seal_identities_parse(text, path, out);
	secret_free(text, FILE_MAX + 1);
	return rc;
}

int seal_identity_new(struct seal_recipient *out, char secret[SEAL_TEXT_MAX])
{
	uint8_t *scalar;
	int rc = entropy_ready(ENTROPY_WAIT_MS);

	secret[0] = '\0';
	*out = (struct seal_recipient){ .kind = SEAL_X25519 };
	if (rc < 0)
		return rc;
	scalar = secret_alloc(BECH32_KEY);
	rc = scalar ? entropy_get(scalar, BECH32_KEY) : fail(-ENOMEM, "make a key");
	if (rc == 0 && crypto_scalarmult_curve25519_base(out->point, scalar) < 0)
		rc = fail_set(-EIO, "make a key: the random numbers give none");
	if (rc == 0)
		bech32_encode(scalar, PREFIX, true, secret);
	secret_free(scalar, BECH32_KEY);
	return rc;
}
