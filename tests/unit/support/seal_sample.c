/* SPDX-License-Identifier: GPL-2.0-or-later */
/* seal_sample.c - keys of known bytes, sealed files in memory, and opening them */
#include "seal_sample.h"

#include <string.h>

static ssize_t sample_read(void *arg, void *buf, size_t size)
{
	struct sample_input *in = arg;
	size_t n = in->len - in->pos;

	n = n < size ? n : size;
	n = n < in->step ? n : in->step;
	memcpy(buf, in->data + in->pos, n);
	in->pos += n;
	return (ssize_t)n;
}

struct seal_identities *sample_identities(void)
{
	struct seal_identities *ids;

	CHECK_EQ(seal_identities_parse("# a key\n" SAMPLE_SECRET "\n", "sample", &ids), 0);
	return ids;
}

int sample_open(const uint8_t *data, size_t size, const struct seal_identities *ids, uint8_t *out,
		size_t *len)
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
