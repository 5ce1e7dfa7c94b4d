/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kallsyms_names.c - names of symbols: records of tokens
 *
 *     record   length (1 byte; bit 7: and 7 more bits in a second byte), then so many tokens
 *     token    a number of one byte; token_index[number]: where its text is in token_table
 *     name     the texts in a row; the first character is the type, as nm shows it
 */
#include "kernel/kallsyms_impl.h"

#include <errno.h>
#include <string.h>

bool ksym_tokens_read(struct kmem *m, uint64_t table, uint64_t index, struct ksym_tokens *out)
{
	size_t end;

	if (kmem_read(m, index, out->at, sizeof(out->at)) < 0 || out->at[0] != 0)
		return false;
	for (unsigned i = 1; i < 256; i++)
		if (out->at[i] <= out->at[i - 1] || out->at[i] - out->at[i - 1] > 256)
			return false;
	end = (size_t)out->at[255] + 256;
	if (end > sizeof(out->text))
		return false;
	kmem_copy(m, table, out->text, end);
	for (unsigned i = 0; i < 256; i++) {
		const char *text = out->text + out->at[i], *nul = memchr(text, '\0', 256);

		if (!nul || (i < 255 && nul + 1 != out->text + out->at[i + 1]))
			return false;
		out->len[i] = (uint8_t)(nul - text);
	}
	return true;
}

int ksym_record_head(const uint8_t *bytes, size_t have, unsigned *nr)
{
	if (have == 0 || (bytes[0] & 0x80 && have == 1))
		return -ENOENT;
	*nr = bytes[0];
	if (!(bytes[0] & 0x80))
		return *nr ? 1 : -EBADMSG;
	*nr = (bytes[0] & 0x7fu) | (unsigned)bytes[1] << 7;
	return *nr && *nr <= KSYM_RECORD_MAX ? 2 : -EBADMSG;
}

static int record_head(struct kmem *m, uint64_t va, unsigned *nr)
{
	uint8_t head[KSYM_HEAD_MAX];
	int rc = kmem_read(m, va, head, 1);

	if (rc == 0 && head[0] & 0x80)
		rc = kmem_read(m, va + 1, head + 1, 1);
	return rc < 0 ? rc : ksym_record_head(head, sizeof(head), nr);
}

int ksym_record_size(struct kmem *m, uint64_t va)
{
	unsigned nr;
	int head = record_head(m, va, &nr);

	return head < 0 ? head : head + (int)nr;
}

int ksym_record(struct kmem *m, const struct ksym_tokens *tokens, uint64_t va, struct ksym *out)
{
	uint8_t record[KSYM_RECORD_MAX];
	size_t len = 0;
	unsigned nr;
	int head = record_head(m, va, &nr);
	int rc = head < 0 ? head : kmem_read(m, va + (unsigned)head, record, nr);

	if (rc < 0)
		return rc;
	out->type = '?';
	for (unsigned i = 0; i < nr; i++) {
		const char *text = tokens->text + tokens->at[record[i]];
		size_t n = tokens->len[record[i]];

		if (i == 0 && n > 0) {
			out->type = *text++;
			n--;
		}
		/* Longer than any name in a kernel: return its beginning. */
		n = n < sizeof(out->name) - 1 - len ? n : sizeof(out->name) - 1 - len;
		memcpy(out->name + len, text, n);
		len += n;
	}
	out->name[len] = '\0';
	return head + (int)nr;
}

uint64_t ksym_record_at(struct kallsyms *s, uint32_t i)
{
	uint64_t va;

	if (i >= s->nr_named || s->mark[i / KSYM_MARK] == KSYM_NO_MARK)
		return 0;
	va = s->t.names + s->mark[i / KSYM_MARK];
	for (uint32_t nr = i % KSYM_MARK; nr > 0; nr--) {
		int n = ksym_record_size(s->mem, va);

		if (n < 0)
			return 0;
		va += (unsigned)n;
	}
	return va;
}
