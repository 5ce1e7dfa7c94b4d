/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * recipient.h - who may open what is sealed, and the private keys that do
 *
 *     age1...                            an X25519 key
 *     ssh-ed25519 AAAAC3Nz... [comment]  an ssh key
 *
 * Other kinds that age knows are refused by name. Recipients are public; identities are secret, and
 * live in memory of secret.h. Texts may come from anywhere.
 */
#ifndef SEAL_RECIPIENT_H
#define SEAL_RECIPIENT_H

#include "base/types.h"

#define SEAL_RECIPIENTS 16
#define SEAL_IDENTITIES 64
#define SSH_BLOB	51 /* bytes of an ssh-ed25519 key on the wire */
#define SEAL_TEXT_MAX	96 /* of a recipient in its short form, with its NUL */

enum seal_kind { SEAL_X25519, SEAL_SSH_ED25519 };

struct seal_recipient {
	enum seal_kind kind;
	uint8_t point[32];	/* on Curve25519 */
	uint8_t tag[4];		/* ssh: the first bytes of the hash of blob */
	uint8_t blob[SSH_BLOB]; /* ssh: the key on the wire */
};

struct seal_recipients {
	unsigned nr;
	struct seal_recipient r[SEAL_RECIPIENTS];
};

/*
 * Add what one word of a command line or a configuration names: a recipient, or a file with one
 * on each line (# begins a comment). The same key twice counts once. -EINVAL with the reason.
 */
int seal_recipients_add(struct seal_recipients *to, const char *recipient_or_file);

/* One recipient, never a file. */
int seal_recipient_parse(const char *text, struct seal_recipient *out);

/* It in its shortest text, without a comment. */
void seal_recipient_text(const struct seal_recipient *r, char out[SEAL_TEXT_MAX]);

struct seal_identity {
	struct seal_recipient public; /* what others seal to */
	uint8_t scalar[32];
};

struct seal_identities {
	unsigned nr;
	struct seal_identity id[SEAL_IDENTITIES];
};

/*
 * The private keys of a file: age's (AGE-SECRET-KEY-1..., one on each line, # begins a comment) or
 * an ssh-ed25519 key of OpenSSH without a passphrase. To be freed.
 */
int seal_identities_read(const char *path, struct seal_identities **out);

/* The same of a text that is in memory; name is for messages. */
int seal_identities_parse(const char *text, const char *name, struct seal_identities **out);

void seal_identities_free(struct seal_identities *ids);

/*
 * A new X25519 key of random bytes: out is its public half, secret its text (AGE-SECRET-KEY-1...),
 * which the caller keeps in memory of secret.h. -ETIMEDOUT where the kernel has no random numbers.
 */
int seal_identity_new(struct seal_recipient *out, char secret[SEAL_TEXT_MAX]);

#endif
