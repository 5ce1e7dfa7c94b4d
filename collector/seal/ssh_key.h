/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ssh_key.h - ssh-ed25519 keys as OpenSSH writes them
 *
 * The text comes from anywhere: every length is checked, and what is not exactly as OpenSSH writes
 * it is refused.
 */
#ifndef SEAL_SSH_KEY_H
#define SEAL_SSH_KEY_H

#include "seal/recipient.h"

#define SSH_ED25519 "ssh-ed25519"
#define SSH_PRIVATE "-----BEGIN OPENSSH PRIVATE KEY-----"

/* "ssh-ed25519 BASE64 [comment]" */
int ssh_public_parse(const char *text, struct seal_recipient *out);

/* The recipient of a raw public key of 32 bytes. -EINVAL: it is no point that can be used. */
int ssh_recipient(const uint8_t key[32], struct seal_recipient *out);

/*
 * A private key, from SSH_PRIVATE on. *end is where the text goes on behind it. -EINVAL; keys with
 * a passphrase and other kinds are refused by name.
 */
int ssh_private_parse(const char *text, struct seal_identity *out, const char **end);

#endif
