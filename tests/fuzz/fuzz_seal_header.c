/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_seal_header.c - any bytes as a sealed file, as recipients and as private keys */
#include "base/err.h"
#include "seal/entropy.h"
#include "seal/unseal.h"

#include <stdlib.h>
#include <string.h>

#define SECRET "AGE-SECRET-KEY-1QYPQXPQ9QCRSSZG2PVXQ6RS0ZQG3YYC5Z5TPWXQERGD3C8G7RUSQGPQYEE"

static void as_file(const struct seal_identities *ids, const uint8_t *data, size_t size)
{
	struct blob b = { data, size };
	struct unsealer *u;
	struct blob piece;

	if (unseal_open(unseal_from_memory(&b), ids, &u) < 0)
		return;
	while (unseal_next(u, &piece) > 0)
		;
	unseal_close(u);
}

/* A recipient that is taken has a text that gives the same one. */
static void as_text(const char *text)
{
	struct seal_identities *ids;
	struct seal_recipient r, again;
	char copy[SEAL_TEXT_MAX];

	if (seal_recipient_parse(text, &r) == 0) {
		seal_recipient_text(&r, copy);
		if (seal_recipient_parse(copy, &again) < 0 || memcmp(&r, &again, sizeof(r)) != 0)
			abort();
	}
	if (seal_identities_parse(text, "fuzz", &ids) == 0)
		seal_identities_free(ids);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct seal_identities *ids;
	char *text;

	if (!ids &&
	    (entropy_ready(ENTROPY_WAIT_MS) < 0 || seal_identities_parse(SECRET, "fuzz", &ids) < 0))
		abort();
	as_file(ids, data, size);
	text = strndup((const char *)data, size);
	if (text)
		as_text(text);
	free(text);
	fail_clear();
	return 0;
}
