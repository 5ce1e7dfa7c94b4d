/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump_sealed.c - files of a dump that are encrypted: what they are called, and what is in them */
#include "systemd/dumps/dump_sealed.h"

#include "base/err.h"
#include "base/tail.h"
#include "base/text.h"
#include "seal/secret.h"
#include "systemd/dumps/dump_status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void keep_head(struct dump_sealed_text *t, size_t max, struct blob piece)
{
	size_t n = piece.len < max - t->len ? piece.len : max - t->len;

	memcpy(t->data + t->len, piece.data, n);
	t->len += n;
}

/* 0 at the end of the file, or where enough is there. */
static int read_pieces(struct unsealer *u, const struct dump_sealed_want *want,
		       struct dump_sealed_text *t)
{
	struct blob piece;
	int rc = 1;

	while (rc > 0 && !(want->head_alone && t->len == want->max)) {
		rc = unseal_next(u, &piece);
		if (rc > 0 && want->tail)
			tail_add(t->data, want->max, &t->len, piece.data, piece.len);
		else if (rc > 0)
			keep_head(t, want->max, piece);
	}
	return rc < 0 ? rc : 0;
}

int dump_sealed_read(struct unseal_input in, const struct seal_identities *ids,
		     const struct dump_sealed_want *want, struct dump_sealed_text *out)
{
	struct unsealer *u;
	int rc = unseal_open(in, ids, &u);

	*out = (struct dump_sealed_text){ .size = want->max + 1 };
	if (rc < 0)
		return rc;
	out->data = secret_alloc(out->size);
	rc = out->data ? read_pieces(u, want, out) : fail(-ENOMEM, "open an encrypted file");
	unseal_close(u);
	if (rc < 0)
		dump_sealed_free(out);
	return rc;
}

void dump_sealed_free(struct dump_sealed_text *text)
{
	secret_free(text->data, text->size);
	*text = (struct dump_sealed_text){ 0 };
}

/* The first file that could not be opened says why. */
static void not_opened(struct dump *d, const char *file)
{
	if (!d->seal_error[0])
		text_set(d->seal_error, sizeof(d->seal_error), "%s: %s", file, fail_text());
	fail_clear();
}

/* vmcore-dmesg.txt.age-incomplete is what vmcore-dmesg-incomplete.txt is without encryption. */
void dump_file_sealed(struct dump *d, const struct dump_sealed_file *f,
		      const struct seal_identities *ids)
{
	struct dump_sealed_want want = { .max = DUMP_HEAD, .head_alone = true };
	struct dump_sealed_text text = { 0 };
	bool tail = false;
	int rc = -ENOENT;

	if (!dump_wants(f->name, &tail))
		return;
	if (tail)
		want = (struct dump_sealed_want){ .max = DUMP_TAIL, .tail = true };
	if (ids && strcmp(f->name, DUMP_REPORT_FILE ".age") != 0 && f->size > 0) {
		rc = tail && f->size > DUMP_SEALED_MAX
			     ? fail_set(-EFBIG, "it is larger than %u MiB", DUMP_SEALED_MAX >> 20)
			     : dump_sealed_read(f->in, ids, &want, &text);
		if (rc < 0)
			not_opened(d, f->name);
	}
	d->sealed = true;
	d->opened |= rc == 0;
	dump_file(d, f->name, f->size, f->mtime, text.data, text.len);
	dump_sealed_free(&text);
}

int dump_more_sealed(struct dump *d, struct unseal_input in, const struct seal_identities *ids)
{
	const struct dump_sealed_want want = { .max = CORE_INFO_MAX, .head_alone = true };
	struct dump_sealed_text text;
	int rc = dump_sealed_read(in, ids, &want, &text);

	if (rc < 0)
		return rc;
	dump_more(d, text.data, text.len);
	dump_sealed_free(&text);
	return 0;
}

void dump_sealed_state(const struct dump *d, char *out, size_t size)
{
	if (!d->sealed)
		out[0] = '\0';
	else if (d->seal_error[0])
		snprintf(out, size, "yes, and not opened: %s", d->seal_error);
	else if (d->opened)
		snprintf(out, size, "yes, opened with the key that was given");
	else
		snprintf(out, size,
			 "yes; with --identity FILE, the private key, show and list "
			 "open log and report");
}
