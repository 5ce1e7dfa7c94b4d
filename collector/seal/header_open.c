/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * header_open.c - the text in front of an age file, read
 *
 * Strict: one way to write each header, so that nothing can be changed without being noticed.
 */
#include "seal/header.h"

#include "base/err.h"
#include "seal/base64.h"
#include "seal/secret.h"

#include <sodium.h>
#include <string.h>

#define MAC_LINE  48 /* "--- ", 43 characters of base64, LF */
#define BODY_LINE 64
#define ARGS_MAX  8

struct reader {
	const char *p, *end;
};

/* A line without its LF. */
struct line {
	const char *text;
	size_t len;
};

/* The arguments of a stanza, and its body in as far as any that we know needs. */
struct stanza {
	unsigned nr_args; /* may be more than ARGS_MAX */
	struct line arg[ARGS_MAX];
	struct line body;  /* its last line */
	unsigned nr_lines; /* of the body */
};

static int wrong(const char *what)
{
	return fail_set(-EBADMSG, "not a sealed file of age v1, or damaged: %s", what);
}

ssize_t header_length(const char *text, size_t len)
{
	size_t magic = SEALED_MAGIC_LEN;
	const char *p = text, *end = text + len;

	if (memcmp(text, SEALED_MAGIC, len < magic ? len : magic) != 0)
		return wrong("its first line is another one");
	while (p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));

		if (!lf)
			break;
		if (end - p >= 3 && memcmp(p, "---", 3) == 0)
			return lf + 1 - text;
		p = lf + 1;
	}
	return len >= HEADER_MAX ? wrong("its header does not end") : 0;
}

static bool take_line(struct reader *r, struct line *out)
{
	const char *lf = memchr(r->p, '\n', (size_t)(r->end - r->p));

	if (!lf)
		return false;
	*out = (struct line){ r->p, (size_t)(lf - r->p) };
	r->p = lf + 1;
	return true;
}

/* Words of visible characters with one space between them. */
static int split_args(struct line line, struct stanza *st)
{
	const char *p = line.text, *end = line.text + line.len;

	st->nr_args = 0;
	while (p < end) {
		const char *space = memchr(p, ' ', (size_t)(end - p));
		const char *stop = space ? space : end;

		if (stop == p || stop + 1 == end)
			return wrong("a word is missing in its header");
		for (const char *c = p; c < stop; c++)
			if (*c < 0x21 || *c > 0x7e)
				return wrong("its header has a character that it may not have");
		if (st->nr_args < ARGS_MAX)
			st->arg[st->nr_args] = (struct line){ p, (size_t)(stop - p) };
		st->nr_args++;
		p = space ? space + 1 : end;
	}
	return st->nr_args ? 0 : wrong("a recipient's line is empty");
}

static bool is_base64(struct line line)
{
	uint8_t bytes[BODY_LINE];

	return base64_decode((struct blob){ line.text, line.len }, BASE64_AGE, bytes,
			     sizeof(bytes)) >= 0;
}

/* "-> type argument ...", then full lines of base64 and one that is shorter, maybe empty. */
static int take_stanza(struct reader *r, struct stanza *st)
{
	struct line line;
	int rc;

	if (!take_line(r, &line) || line.len < 4 || memcmp(line.text, "-> ", 3) != 0)
		return wrong("a recipient is missing in its header");
	rc = split_args((struct line){ line.text + 3, line.len - 3 }, st);
	if (rc < 0)
		return rc;
	st->nr_lines = 0;
	do {
		if (!take_line(r, &st->body) || st->body.len > BODY_LINE || !is_base64(st->body))
			return wrong("a recipient's key in its header is damaged");
		st->nr_lines++;
	} while (st->body.len == BODY_LINE);
	return 0;
}

static bool line_is(struct line line, const char *text)
{
	return line.len == strlen(text) && memcmp(line.text, text, line.len) == 0;
}

static bool decode(struct line line, uint8_t *out, size_t want)
{
	return base64_decode((struct blob){ line.text, line.len }, BASE64_AGE, out, want) ==
	       (int)want;
}

/* 1: a stanza of a kind that we open; 0: of another, to be passed over; or it is malformed. */
static int understand(const struct stanza *st, enum seal_kind *kind, uint8_t tag[4],
		      struct age_wrap *out)
{
	bool ssh = line_is(st->arg[0], "ssh-ed25519");
	unsigned share = ssh ? 2 : 1;

	if (line_is(st->arg[0], "scrypt"))
		return fail_set(-EACCES, "it is sealed with a passphrase; open it with age -d");
	if (!ssh && !line_is(st->arg[0], "X25519"))
		return 0;
	*kind = ssh ? SEAL_SSH_ED25519 : SEAL_X25519;
	if (st->nr_args != share + 1 || st->nr_lines != 1 ||
	    !decode(st->arg[share], out->share, AGE_SHARE) ||
	    !decode(st->body, out->body, AGE_WRAPPED) || (ssh && !decode(st->arg[1], tag, 4)))
		return wrong("a recipient's key in its header is damaged");
	if (sodium_is_zero(out->share, AGE_SHARE))
		return wrong("a recipient's key in its header is zero");
	return 1;
}

/* 1: one of the identities opened it; 0: none did. */
static int try_stanza(const struct stanza *st, const struct seal_identities *ids,
		      uint8_t file_key[AGE_FILE_KEY])
{
	enum seal_kind kind = SEAL_X25519;
	struct age_wrap wrap;
	uint8_t tag[4] = { 0 };
	int rc = understand(st, &kind, tag, &wrap);

	if (rc <= 0)
		return rc;
	for (unsigned i = 0; i < ids->nr; i++) {
		const struct seal_identity *id = &ids->id[i];

		if (id->public.kind != kind ||
		    (kind == SEAL_SSH_ED25519 && memcmp(id->public.tag, tag, sizeof(tag)) != 0))
			continue;
		if (agekeys_unwrap(id, &wrap, file_key) == 0)
			return 1;
	}
	return 0;
}

/* All stanzas are looked at, whichever one opens: a malformed one is an error in any case. */
static int try_stanzas(struct reader *r, const struct seal_identities *ids,
		       uint8_t file_key[AGE_FILE_KEY])
{
	uint8_t other[AGE_FILE_KEY];
	unsigned nr = 0;
	int rc = 0, found = 0;

	while (rc >= 0 && r->end - r->p >= 3 && memcmp(r->p, "---", 3) != 0) {
		struct stanza st;

		if (++nr > HEADER_STANZAS)
			return wrong("more recipients than any sealed dump has");
		rc = take_stanza(r, &st);
		if (rc == 0)
			rc = try_stanza(&st, ids, found ? other : file_key);
		found = found || rc > 0;
	}
	secret_wipe(other, sizeof(other));
	if (rc < 0)
		return rc;
	if (nr == 0)
		return wrong("it names no recipient");
	return found ? 0
		     : fail_set(-EACCES, "it is sealed for another key than given (%u tried)",
				ids->nr);
}

static int check_mac(const char *text, const struct reader *r, const uint8_t *file_key)
{
	struct line code = { r->p + 4, MAC_LINE - 5 };
	uint8_t want[AGE_KEY], got[AGE_KEY];
	int rc = 0;

	if (r->end - r->p != MAC_LINE || r->p[3] != ' ' || !decode(code, got, sizeof(got)))
		return wrong("the last line of its header is damaged");
	agekeys_mac(file_key, (struct blob){ text, (size_t)(r->p + 3 - text) }, want);
	if (sodium_memcmp(want, got, sizeof(got)) != 0)
		rc = wrong("its header was changed");
	secret_wipe(want, sizeof(want));
	return rc;
}

int header_open(const char *text, size_t len, const struct seal_identities *ids,
		uint8_t file_key[AGE_FILE_KEY])
{
	size_t magic = SEALED_MAGIC_LEN;
	struct reader r = { text + magic, text + len };
	int rc;

	if (!sealed_magic_is(text, len))
		return wrong("its first line is another one");
	rc = try_stanzas(&r, ids, file_key);
	return rc < 0 ? rc : check_mac(text, &r, file_key);
}
