/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_manifest.c - any bytes as kdump-manifest.json: what is taken stays within its bounds */
#include "base/err.h"
#include "manifest.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at(const struct manifest_file *f)
{
	const char *name = f->name;

	if (!*name || strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    strlen(name) >= sizeof(f->name))
		abort();
	if (f->sha256[0] && strlen(f->sha256) != 64)
		abort();
	if (f->sum.kind == MANIFEST_WHOLE && strlen(f->sum.text) != 32)
		abort();
	if (f->sum.kind == MANIFEST_PAGES &&
	    (f->sum.nr == 0 || f->sum.nr > XSUM_PIECES || f->sum.to <= f->sum.from ||
	     f->sum.piece % XSUM_PIECE || !f->sum.sum))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Without a zero behind it, so that reading on is found. */
	char *text = malloc(size ? size : 1);
	struct manifest *m = calloc(1, sizeof(*m));

	if (!text || !m)
		abort();
	memcpy(text, data, size);
	if (manifest_parse(text, size, m) == 0)
		for (unsigned i = 0; i < m->nr; i++)
			look_at(&m->file[i]);
	manifest_free(m);
	(void)manifest_check_self(text, size);
	fail_clear();
	free(m);
	free(text);
	return 0;
}
