/* SPDX-License-Identifier: GPL-2.0-or-later */
/* luks.h - what a LUKS header says of unlocking: key slots, what they cost, the TPM's tokens */
#ifndef SYSTEMD_DISTRO_LUKS_H
#define SYSTEMD_DISTRO_LUKS_H

#include <stdbool.h>
#include <stdint.h>

#define LUKS_SLOTS 32

struct luks_slot {
	bool used;
	bool unasked;	 /* tried when no slot is named: its priority is not "ignore" */
	uint64_t memory; /* bytes that its key derivation (argon2) takes; 0: next to none */
};

struct luks {
	unsigned version; /* 1 or 2 */
	struct luks_slot slot[LUKS_SLOTS];
	uint32_t tpm;	  /* bit N: slot N has a key that a TPM2 gives without a person */
	uint32_t tpm_pin; /* the same, but it wants a PIN besides */
	uint32_t clevis;  /* slots that clevis has a key for */
	uint32_t tpm_run; /* those of tpm that go by PCRs which a running system changes */
};

/*
 * Read the header on a block device (or in a file). -EUCLEAN: there is none, or it is
 * broken. Of version 1 there is nothing to tell but that.
 */
int luks_read(const char *node, struct luks *out);

#endif
