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

static inline ssize_t sample_read(void *arg, void *buf, size_t size)
{
	struct sample_input *in = arg;
	size_t n = in->len - in->pos;

	n = n < size ? n : size;
	n = n < in->step ? n : in->step;
	memcpy(buf, in->data + in->pos, n);
	in->pos += n;
	return (ssize_t)n;
}

static inline struct seal_identities *sample_identities(void)
{
	struct seal_identities *ids;

	CHECK_EQ(seal_identities_parse("# a key\n" SAMPLE_SECRET "\n", "sample", &ids), 0);
	return ids;
}

/* Open all of a file into out; *len is how much came. 0, or the error. */
static inline int sample_open(const uint8_t *data, size_t size, const struct seal_identities *ids,
			      uint8_t *out, size_t *len)
{
	struct sample_input in = { data, size, 0, 50000 };
	struct unsealer *u;
	struct blob piece;
	int rc = unseal_open((struct unseal_input){ sample_read, &in }, ids, &u);

	*len = 0;
	if (rc < 0)
		return rc;
	while ((rc = unseal_next(u, &piece)) > 0) {
		memcpy(out + *len, piece.data, piece.len);
		*len += piece.len;
	}
	unseal_close(u);
	return rc;
}

#endif
