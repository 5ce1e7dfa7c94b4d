/* SPDX-License-Identifier: GPL-2.0-or-later */
/* off.c - in place of this folder where libsodium is left out: to seal or open is an error */
#include "base/err.h"
#include "seal/digest.h"
#include "seal/entropy.h"
#include "seal/seal.h"
#include "seal/secret.h"
#include "seal/unseal.h"

#include <stdlib.h>
#include <string.h>

static int off(void)
{
	return fail_set(-ENOSYS, "encryption is not built into this program (HAVE_SODIUM=0)");
}

int digest_sha256(int fd, char out[DIGEST_TEXT])
{
	(void)fd;
	out[0] = '\0';
	return off();
}

int entropy_ready(int wait_ms)
{
	(void)wait_ms;
	return off();
}

int seal_recipients_add(struct seal_recipients *to, const char *recipient_or_file)
{
	(void)to;
	(void)recipient_or_file;
	return off();
}

int seal_recipient_parse(const char *text, struct seal_recipient *out)
{
	(void)text;
	*out = (struct seal_recipient){ 0 };
	return off();
}

void seal_recipient_text(const struct seal_recipient *r, char out[SEAL_TEXT_MAX])
{
	(void)r;
	out[0] = '\0';
}

int seal_identities_read(const char *path, struct seal_identities **out)
{
	(void)path;
	*out = NULL;
	return off();
}

int seal_identities_parse(const char *text, const char *name, struct seal_identities **out)
{
	(void)text;
	(void)name;
	*out = NULL;
	return off();
}

void seal_identities_free(struct seal_identities *ids)
{
	(void)ids;
}

int seal_identity_new(struct seal_recipient *out, char secret[SEAL_TEXT_MAX])
{
	*out = (struct seal_recipient){ 0 };
	secret[0] = '\0';
	return off();
}

void *secret_alloc(size_t len)
{
	return calloc(1, len);
}

void secret_wipe(void *p, size_t len)
{
	explicit_bzero(p, len);
}

void secret_free(void *p, size_t len)
{
	if (p)
		secret_wipe(p, len);
	free(p);
}

int sink_seal_open(struct sink *inner, const struct seal_recipients *to, struct sink **out)
{
	(void)to;
	*out = NULL;
	sink_close(inner);
	return off();
}

struct unseal_input unseal_from_fd(int *fd)
{
	return (struct unseal_input){ NULL, fd };
}

struct unseal_input unseal_from_memory(struct blob *rest)
{
	return (struct unseal_input){ NULL, rest };
}

int unseal_open(struct unseal_input in, const struct seal_identities *ids, struct unsealer **out)
{
	(void)in;
	(void)ids;
	*out = NULL;
	return off();
}

int unseal_next(struct unsealer *u, struct blob *out)
{
	(void)u;
	*out = (struct blob){ NULL, 0 };
	return off();
}

void unseal_close(struct unsealer *u)
{
	(void)u;
}
