/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unseal.c - what a sealed file holds, piece by piece */
#include "seal/unseal.h"

#include "base/err.h"
#include "seal/chunk.h"
#include "seal/header.h"
#include "seal/secret.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct unsealer {
	struct unseal_input in;
	uint8_t *key; /* of the payload, in memory of secret.h */
	uint64_t number;
	bool eof; /* of the input */
	bool end; /* the last chunk was opened */
	int failed;
	size_t pos, len; /* unread bytes of buf */
	uint8_t buf[2 * CHUNK_SEALED];
	uint8_t plain[CHUNK_SIZE];
};

static ssize_t read_fd(void *arg, void *buf, size_t size)
{
	ssize_t n;

	do
		n = read(*(int *)arg, buf, size);
	while (n < 0 && errno == EINTR);
	return n < 0 ? fail(-errno, "read the sealed file") : n;
}

struct unseal_input unseal_from_fd(int *fd)
{
	return (struct unseal_input){ read_fd, fd };
}

static ssize_t read_memory(void *arg, void *buf, size_t size)
{
	struct blob *rest = arg;
	size_t n = rest->len < size ? rest->len : size;

	memcpy(buf, rest->data, n);
	rest->data = (const char *)rest->data + n;
	rest->len -= n;
	return (ssize_t)n;
}

struct unseal_input unseal_from_memory(struct blob *rest)
{
	return (struct unseal_input){ read_memory, rest };
}

/* Have want unread bytes, or all that are left. */
static int fill(struct unsealer *u, size_t want)
{
	if (u->len - u->pos >= want)
		return 0;
	memmove(u->buf, u->buf + u->pos, u->len - u->pos);
	u->len -= u->pos;
	u->pos = 0;
	while (u->len < want && !u->eof) {
		ssize_t n = u->in.read(u->in.arg, u->buf + u->len, sizeof(u->buf) - u->len);

		if (n < 0)
			return (int)n;
		u->eof = n == 0;
		u->len += (size_t)n;
	}
	return 0;
}

/* All of the header is in the buffer then: its length. */
static ssize_t fill_header(struct unsealer *u)
{
	for (size_t want = 512;; want *= 2) {
		ssize_t len;
		int rc = fill(u, want < HEADER_MAX ? want : HEADER_MAX);

		if (rc < 0)
			return rc;
		len = header_length((const char *)u->buf, u->len);
		if (len != 0)
			return len;
		if (u->eof || want >= HEADER_MAX)
			return fail_set(-EBADMSG, "the sealed file is cut within its header");
	}
}

/* The file key is needed for a moment only. */
static int take_keys(struct unsealer *u, size_t len, const struct seal_identities *ids)
{
	uint8_t *file_key = secret_alloc(AGE_FILE_KEY);
	int rc;

	if (!file_key)
		return fail(-ENOMEM, "open a sealed file");
	rc = header_open((const char *)u->buf, len, ids, file_key);
	u->pos = len;
	if (rc == 0)
		rc = fill(u, AGE_NONCE);
	if (rc == 0 && u->len - u->pos < AGE_NONCE)
		rc = fail_set(-EBADMSG, "the sealed file is cut right behind its header");
	if (rc == 0) {
		agekeys_payload(file_key, u->buf + u->pos, u->key);
		u->pos += AGE_NONCE;
	}
	secret_free(file_key, AGE_FILE_KEY);
	return rc;
}

int unseal_open(struct unseal_input in, const struct seal_identities *ids, struct unsealer **out)
{
	struct unsealer *u = calloc(1, sizeof(*u));
	ssize_t rc;

	if (!u)
		return fail(-ENOMEM, "open a sealed file");
	u->in = in;
	u->key = secret_alloc(AGE_KEY);
	rc = u->key ? fill_header(u) : fail(-ENOMEM, "open a sealed file");
	if (rc > 0)
		rc = take_keys(u, (size_t)rc, ids);
	if (rc < 0)
		unseal_close(u);
	else
		*out = u;
	return (int)rc;
}

void unseal_close(struct unsealer *u)
{
	if (!u)
		return;
	secret_free(u->key, AGE_KEY);
	secret_wipe(u->plain, sizeof(u->plain));
	free(u);
}

static int damaged(struct unsealer *u, const char *what)
{
	u->failed = -EBADMSG;
	return fail_set(-EBADMSG, "the sealed file %s behind its first %ju bytes of content", what,
			(uintmax_t)(u->number * CHUNK_SIZE));
}

static bool try_open(struct unsealer *u, size_t len, bool last)
{
	struct chunk_at at = { u->number, last };

	return chunk_open(u->key, at, u->buf + u->pos, len, u->plain);
}

/* A chunk that opens at its place. 1; *last: as what. 0: it does not. */
static int open_chunk(struct unsealer *u, size_t len, bool at_end, bool *last)
{
	*last = at_end;
	if (try_open(u, len, at_end))
		return 1;
	*last = !at_end;
	return len == CHUNK_SEALED && try_open(u, len, !at_end);
}

static int next_chunk(struct unsealer *u, struct blob *out)
{
	size_t len = u->len - u->pos;
	bool at_end = len <= CHUNK_SEALED, last;

	if (len == 0)
		return damaged(u, "is cut");
	if (len > CHUNK_SEALED)
		len = CHUNK_SEALED;
	if (len < CHUNK_TAG)
		return damaged(u, "is cut");
	if (!open_chunk(u, len, at_end, &last))
		return damaged(u, len < CHUNK_SEALED ? "is cut or was changed" : "was changed");
	if (len == CHUNK_TAG && u->number > 0)
		return damaged(u, "has an empty piece");
	if (last && !at_end)
		return damaged(u, "goes on where it should end,");
	u->pos += len;
	u->number++;
	u->end = last;
	*out = (struct blob){ u->plain, len - CHUNK_TAG };
	return 1;
}

int unseal_next(struct unsealer *u, struct blob *out)
{
	int rc;

	*out = (struct blob){ u->plain, 0 };
	if (u->failed < 0)
		return fail(u->failed, "the sealed file was given up");
	if (u->end)
		return 0;
	rc = fill(u, CHUNK_SEALED + 1);
	if (rc < 0) {
		u->failed = rc;
		return rc;
	}
	rc = next_chunk(u, out);
	/* An empty file has one chunk without bytes. */
	return rc > 0 && out->len == 0 ? 0 : rc;
}
