/* SPDX-License-Identifier: GPL-2.0-or-later */
/* manifest.c - read what the files of a dump were when they were written */
#include "manifest.h"

#include "base/err.h"
#include "base/json_read.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_SIZE   32
#define SELF_KEY   ",\"xxh3_128\":\""
#define SELF_CLOSE "\"}\n"

static int broken(const char *what)
{
	return fail_set(-EBADMSG, "%s", what);
}

/* It is printed, and opened beneath a directory. */
static bool is_name(const char *name)
{
	for (const char *c = name; *c; c++)
		if (*c == '/' || iscntrl((unsigned char)*c))
			return false;
	return *name && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static bool is_hex(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!isdigit((unsigned char)text[i]) && !(text[i] >= 'a' && text[i] <= 'f'))
			return false;
	return true;
}

static void get_hex(struct json_reader *r, char *out, size_t size)
{
	json_get_text(r, out, size);
	if (*out && (strlen(out) != size - 1 || !is_hex(out, size - 1)))
		r->bad = true;
}

/* 16 digits for each piece. */
static int get_pieces(struct json_reader *r, struct manifest_sum *s)
{
	size_t len;
	const char *text = json_get_slice(r, &len);

	if (r->bad || s->sum || len == 0 || len % 16 || len / 16 > XSUM_PIECES ||
	    !is_hex(text, len))
		return broken("checksums of page data are no checksums");
	s->sum = calloc(len / 16, sizeof(*s->sum));
	if (!s->sum)
		return fail(-ENOMEM, "checksums");
	for (; s->nr < len / 16; s->nr++) {
		char digits[17] = "";

		memcpy(digits, text + 16 * s->nr, 16);
		s->sum[s->nr] = strtoull(digits, NULL, 16);
	}
	return 0;
}

/* As many pieces as the range has, of a size that xsum.h knows. */
static bool pieces_are_sound(const struct manifest_sum *s)
{
	uint64_t smallest = s->piece / XSUM_PIECE, bytes = s->to - s->from;

	if (s->to <= s->from || s->piece == 0 || s->piece % XSUM_PIECE ||
	    (smallest & (smallest - 1)) || smallest >> 30)
		return false;
	return s->nr == bytes / s->piece + (bytes % s->piece != 0);
}

static bool units_are_sound(const struct manifest_sum *s)
{
	return s->unit >= 512 && (s->unit & (s->unit - 1)) == 0 && s->unit <= XSUM_PIECE &&
	       (s->to - s->from) % s->unit == 0 && pieces_are_sound(s);
}

/* An xsum_tree that is full of whole pieces has half as many at once. */
static bool pages_are_sound(const struct manifest_sum *s)
{
	return pieces_are_sound(s) && (s->nr < XSUM_PIECES || (s->to - s->from) % s->piece != 0);
}

static int get_sum(struct json_reader *r, struct manifest_sum *s)
{
	char key[KEY_SIZE], kind[KEY_SIZE] = "";
	int rc = 0;

	json_enter(r, '{');
	while (rc == 0 && json_key(r, key, sizeof(key))) {
		if (strcmp(key, "kind") == 0)
			json_get_text(r, kind, sizeof(kind));
		else if (strcmp(key, "bytes") == 0)
			s->bytes = json_get_u64(r);
		else if (strcmp(key, "from") == 0)
			s->from = json_get_u64(r);
		else if (strcmp(key, "to") == 0)
			s->to = json_get_u64(r);
		else if (strcmp(key, "piece") == 0)
			s->piece = json_get_u64(r);
		else if (strcmp(key, "unit") == 0)
			s->unit = json_get_u64(r);
		else if (strcmp(key, "xxh3_128") == 0)
			get_hex(r, s->text, sizeof(s->text));
		else if (strcmp(key, "xxh3_64") == 0)
			rc = get_pieces(r, s);
		else
			json_skip(r);
	}
	if (strcmp(kind, "whole") == 0 && s->text[0])
		s->kind = MANIFEST_WHOLE;
	else if (strcmp(kind, "pages") == 0 && pages_are_sound(s))
		s->kind = MANIFEST_PAGES;
	else if (strcmp(kind, "units") == 0 && units_are_sound(s))
		s->kind = MANIFEST_UNITS;
	return rc == 0 && s->kind == MANIFEST_NO_SUM ? broken("a checksum of no known kind") : rc;
}

static int get_file(struct json_reader *r, struct manifest_file *f)
{
	char key[KEY_SIZE];
	int rc = 0;

	f->size = MANIFEST_UNKNOWN;
	json_enter(r, '{');
	while (rc == 0 && json_key(r, key, sizeof(key))) {
		if (strcmp(key, "name") == 0)
			json_get_text(r, f->name, sizeof(f->name));
		else if (strcmp(key, "size") == 0 && json_next_is(r, 'n'))
			json_skip(r);
		else if (strcmp(key, "size") == 0)
			f->size = json_get_u64(r);
		else if (strcmp(key, "sha256") == 0)
			get_hex(r, f->sha256, sizeof(f->sha256));
		else if (strcmp(key, "checksum") == 0 && !json_next_is(r, 'n'))
			rc = get_sum(r, &f->sum);
		else
			json_skip(r);
	}
	if (rc == 0 && !r->bad && !is_name(f->name))
		return broken("a name of a file that is none, or leads elsewhere");
	return rc;
}

static int get_files(struct json_reader *r, struct manifest *m)
{
	int rc = 0;

	json_enter(r, '[');
	while (rc == 0 && json_item(r)) {
		if (m->nr == MANIFEST_FILES)
			return broken("more files than a dump has");
		rc = get_file(r, &m->file[m->nr++]);
	}
	return rc;
}

static void get_target(struct json_reader *r, struct manifest *m)
{
	char key[KEY_SIZE];

	json_enter(r, '{');
	while (json_key(r, key, sizeof(key))) {
		if (strcmp(key, "kind") == 0)
			json_get_text(r, m->target, sizeof(m->target));
		else
			json_skip(r);
	}
}

int manifest_parse(const char *text, size_t len, struct manifest *out)
{
	struct json_reader r;
	char key[KEY_SIZE];
	int rc = 0;

	*out = (struct manifest){ 0 };
	json_read_init(&r, text, len);
	json_enter(&r, '{');
	while (rc == 0 && json_key(&r, key, sizeof(key))) {
		if (strcmp(key, "state") == 0)
			json_get_text(&r, out->state, sizeof(out->state));
		else if (strcmp(key, "target") == 0)
			get_target(&r, out);
		else if (strcmp(key, "time") == 0)
			out->time = json_get_u64(&r);
		else if (strcmp(key, "files") == 0)
			rc = get_files(&r, out);
		else
			json_skip(&r);
	}
	if (rc == 0 && !json_done(&r))
		return broken("it is damaged: no valid JSON, or a value of another kind");
	return rc;
}

int manifest_check_self(const char *text, size_t len)
{
	const size_t tail = strlen(SELF_KEY) + XSUM_TEXT - 1 + strlen(SELF_CLOSE);
	char sum[XSUM_TEXT];
	const char *at;

	if (len <= tail)
		return broken("it is cut off");
	at = text + len - tail;
	xsum_of(text, len - tail, sum);
	if (memcmp(at, SELF_KEY, strlen(SELF_KEY)) != 0 ||
	    memcmp(at + strlen(SELF_KEY), sum, XSUM_TEXT - 1) != 0 ||
	    memcmp(text + len - strlen(SELF_CLOSE), SELF_CLOSE, strlen(SELF_CLOSE)) != 0)
		return broken("it is not as it was written: its own checksum is another one");
	return 0;
}

void manifest_free(struct manifest *m)
{
	for (unsigned i = 0; i < m->nr; i++)
		free(m->file[i].sum.sum);
	m->nr = 0;
}
