/* SPDX-License-Identifier: GPL-2.0-or-later */
/* luks.h - read from a LUKS header: key slots, memory they need, tokens of the TPM */
#ifndef SYSTEMD_DISTRO_LUKS_H
#define SYSTEMD_DISTRO_LUKS_H

#include <stdbool.h>
#include <stdint.h>

#define LUKS_SLOTS 32

struct luks_slot {
	bool used;
	bool unasked;	 /* tried if no slot is named: its priority is not "ignore" */
	uint64_t memory; /* bytes that its key derivation (argon2) needs; 0: almost none */
};

struct luks {
	unsigned version; /* 1 or 2 */
	struct luks_slot slot[LUKS_SLOTS];
	uint32_t tpm;	  /* bit N: a TPM2 releases the key of slot N without a person */
	uint32_t tpm_pin; /* the same, but a PIN is needed */
	uint32_t clevis;  /* bit N: clevis has a key for slot N */
	uint32_t tpm_run; /* those of tpm bound to PCRs that a running system changes */
};

/*
 * Read the header of a block device (or file). -EUCLEAN: none, or a broken one. For version 1 only
 * the version is filled in.
 */
int luks_read(const char *node, struct luks *out);

#endif
