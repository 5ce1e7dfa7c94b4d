/* SPDX-License-Identifier: GPL-2.0-or-later */
/* seal_sample.h - keys of known bytes, sealed files in memory, and opening them */
#ifndef SEAL_SAMPLE_H
#define SEAL_SAMPLE_H

#include "check.h"
#include "seal/unseal.h"

#include <string.h>

/* Of the bytes 01 to 20. */
/* clang-format off */
#define SAMPLE_SECRET \
	"AGE-SECRET-KEY-1QYPQXPQ9QCRSSZG2PVXQ6RS0ZQG3YYC5Z5TPWXQERGD3C8G7RUSQGPQYEE"
/* clang-format on */
#define SAMPLE_RECIPIENT "age1q73he0q5yzfu3d64msd3p6rvksnrwjk3d2598mgtmlqt9wrdr37q2vrn72"
/* Of the seed 81 to a0. */
#define SAMPLE_SSH     \
	"ssh-ed25519 " \
	"AAAAC3NzaC1lZDI1NTE5AAAAIAIL1CdEa3I0JNgNLK01K6PfNknQ74+q4Mp+slRDlBsp"

/* Bytes in memory as an input; step: at most so many at once. */
struct sample_input {
	const uint8_t *data;
	size_t len, pos, step;
};

/* The private key of SAMPLE_SECRET, to be freed. */
struct seal_identities *sample_identities(void);

/* Open all of a file into out; *len is how much came. 0, or the error. */
int sample_open(const uint8_t *data, size_t size, const struct seal_identities *ids, uint8_t *out,
		size_t *len);

#endif
