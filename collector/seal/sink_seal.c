/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sink_seal.c - a sink that encrypts all that goes through it
 *
 *     caller: fills chunk[given % NR]  ->  thread: seals chunk[done % NR], writes it below
 *
 * A chunk is handed over when another byte comes behind it, because the last one is sealed in
 * another way. Between hand-over and done a chunk is the thread's; so is the sink below while
 * given and done differ.
 */
#include "seal/seal.h"

#include "base/err.h"
#include "base/util.h"
#include "seal/chunk.h"
#include "seal/entropy.h"
#include "seal/header.h"
#include "seal/secret.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define NR	   8
#define STACK_SIZE ((size_t)64 << 10)

struct seal_chunk {
	size_t len;
	bool last;
	uint8_t data[CHUNK_SEALED];
};

struct seal_sink {
	struct sink base;
	struct sink *inner; /* owned */
	uint8_t *key;	    /* of the payload, in memory of secret.h */
	uint64_t pos;	    /* bytes taken */
	uint64_t inner_pos; /* bytes given to inner */
	uint64_t capacity;  /* bytes that it takes in all, sealed within the limit of inner */
	pthread_t thread;
	bool running;
	bool ended; /* committed or discarded */

	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t changed;
	uint64_t given, done; /* chunks */
	bool stop;
	struct err_saved error; /* the thread's first */

	struct seal_chunk chunk[NR];
};

/* One chunk, on the thread. */
static int write_chunk(struct seal_sink *s, uint64_t number)
{
	struct seal_chunk *c = &s->chunk[number % NR];
	struct chunk_at at = { number, c->last };
	size_t len = c->len + CHUNK_TAG;
	int rc;

	chunk_seal(s->key, at, c->data, c->len);
	rc = sink_write_at(s->inner, s->inner_pos, c->data, len);
	if (rc == 0)
		s->inner_pos += len;
	return rc;
}

/* Until stop, and everything that was given is done. After an error chunks are dropped. */
static void *seal_chunks(void *arg)
{
	struct seal_sink *s = arg;

	pthread_mutex_lock(&s->lock);
	for (;;) {
		uint64_t number = s->done;
		bool broken = s->error.rc < 0;
		int rc;

		if (number == s->given && s->stop)
			break;
		if (number == s->given) {
			pthread_cond_wait(&s->changed, &s->lock);
			continue;
		}
		pthread_mutex_unlock(&s->lock);
		rc = broken ? 0 : write_chunk(s, number);
		pthread_mutex_lock(&s->lock);
		if (rc < 0)
			err_save(&s->error, rc);
		s->done++;
		pthread_cond_broadcast(&s->changed);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

/* The thread's error becomes the caller's. The lock is held. */
static int look_for_error(const struct seal_sink *s)
{
	return s->error.rc < 0 ? err_restore(&s->error) : 0;
}

/* Hand over the chunk that is being filled, and wait until the next one is free. */
static int give(struct seal_sink *s, bool last)
{
	int rc;

	pthread_mutex_lock(&s->lock);
	s->chunk[s->given % NR].last = last;
	s->given++;
	pthread_cond_broadcast(&s->changed);
	while (s->given - s->done == NR)
		pthread_cond_wait(&s->changed, &s->lock);
	rc = look_for_error(s);
	pthread_mutex_unlock(&s->lock);
	s->chunk[s->given % NR].len = 0;
	return rc;
}

/* Everything that was given is written below. */
static int drain(struct seal_sink *s)
{
	int rc;

	pthread_mutex_lock(&s->lock);
	while (s->done < s->given)
		pthread_cond_wait(&s->changed, &s->lock);
	rc = look_for_error(s);
	pthread_mutex_unlock(&s->lock);
	return rc;
}

static int seal_write_at(struct sink *base, uint64_t off, const void *buf, size_t len)
{
	struct seal_sink *s = container_of(base, struct seal_sink, base);
	const uint8_t *p = buf;

	if (off != s->pos)
		return fail(-ESPIPE, "sealed stream at %ju, asked for %ju", (uintmax_t)s->pos,
			    (uintmax_t)off);
	while (len > 0) {
		struct seal_chunk *c = &s->chunk[s->given % NR];
		size_t n = CHUNK_SIZE - c->len;

		if (n == 0) {
			int rc = give(s, false);

			if (rc < 0)
				return rc;
			continue;
		}
		n = len < n ? len : n;
		memcpy(c->data + c->len, p, n);
		c->len += n;
		s->pos += n;
		p += n;
		len -= n;
	}
	return 0;
}

static uint64_t seal_left(const struct sink *base, uint64_t off)
{
	const struct seal_sink *s = container_of(base, const struct seal_sink, base);

	if (s->capacity == UINT64_MAX)
		return UINT64_MAX;
	return off < s->capacity ? s->capacity - off : 0;
}

/* What is in the chunk being filled stays there: it can be sealed once only. */
static int seal_sync(struct sink *base)
{
	struct seal_sink *s = container_of(base, struct seal_sink, base);
	int rc = drain(s);

	return rc < 0 ? rc : sink_sync(s->inner);
}

/* The thread ends when all is written. */
static int join(struct seal_sink *s)
{
	if (!s->running)
		return 0;
	pthread_mutex_lock(&s->lock);
	s->stop = true;
	pthread_cond_broadcast(&s->changed);
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->thread, NULL);
	s->running = false;
	return look_for_error(s);
}

static int seal_commit(struct sink *base)
{
	struct seal_sink *s = container_of(base, struct seal_sink, base);
	int rc = give(s, true);

	s->ended = true;
	if (rc == 0)
		rc = join(s);
	return rc < 0 ? rc : sink_commit(s->inner);
}

static void seal_discard(struct sink *base)
{
	struct seal_sink *s = container_of(base, struct seal_sink, base);

	struct err_saved error;

	s->ended = true;
	err_save(&error, 0);
	(void)join(s);
	err_restore(&error);
	sink_discard(s->inner);
}

/* Without a commit: what was given is sealed all the same. What it holds tells that it is not
 * whole. */
static void seal_close(struct sink *base)
{
	struct seal_sink *s = container_of(base, struct seal_sink, base);
	struct err_saved error; /* the caller may have a message; nobody is told of another one */

	err_save(&error, 0);
	if (s->running && !s->ended)
		(void)give(s, true);
	(void)join(s);
	err_restore(&error);
	sink_close(s->inner);
	secret_free(s->key, AGE_KEY);
	for (unsigned i = 0; i < NR; i++)
		secret_wipe(s->chunk[i].data, sizeof(s->chunk[i].data));
	pthread_cond_destroy(&s->changed);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static const struct sink_ops seal_ops = {
	.kind = "sealed",
	.write_at = seal_write_at,
	.left = seal_left,
	.sync = seal_sync,
	.commit = seal_commit,
	.discard = seal_discard,
	.close = seal_close,
};

static int put_below(struct seal_sink *s, const void *buf, size_t len)
{
	int rc = sink_write_at(s->inner, s->inner_pos, buf, len);

	s->inner_pos += len;
	return rc;
}

/* Fresh keys, the header and the nonce. */
static int begin(struct seal_sink *s, const struct seal_recipients *to)
{
	uint8_t *file_key = secret_alloc(AGE_FILE_KEY), nonce[AGE_NONCE];
	struct header_text header;
	int rc;

	if (!file_key)
		return fail(-ENOMEM, "encrypt");
	rc = entropy_get(file_key, AGE_FILE_KEY);
	if (rc == 0)
		rc = entropy_get(nonce, sizeof(nonce));
	if (rc == 0)
		rc = header_write(to, file_key, &header);
	if (rc == 0)
		agekeys_payload(file_key, nonce, s->key);
	secret_free(file_key, AGE_FILE_KEY);
	if (rc == 0)
		rc = put_below(s, header.text, header.len);
	return rc < 0 ? rc : put_below(s, nonce, sizeof(nonce));
}

/* Behind the header and the nonce, each chunk takes a tag. */
static uint64_t capacity_of(const struct seal_sink *s)
{
	uint64_t left = sink_left(s->inner, s->inner_pos), rest = left % CHUNK_SEALED;

	if (left == UINT64_MAX)
		return left;
	return left / CHUNK_SEALED * CHUNK_SIZE + (rest > CHUNK_TAG ? rest - CHUNK_TAG : 0);
}

static int start_thread(struct seal_sink *s)
{
	pthread_attr_t attr;
	int rc = pthread_attr_init(&attr);

	if (rc == 0) {
		(void)pthread_attr_setstacksize(&attr, STACK_SIZE);
		rc = pthread_create(&s->thread, &attr, seal_chunks, s);
		pthread_attr_destroy(&attr);
	}
	s->running = rc == 0;
	return rc ? fail(-rc, "start the thread that encrypts") : 0;
}

int sink_seal_open(struct sink *inner, const struct seal_recipients *to, struct sink **out)
{
	struct seal_sink *s;
	int rc = entropy_ready(ENTROPY_WAIT_MS);

	_Static_assert(sizeof(*s) + STACK_SIZE < SEAL_MEMORY, "as the memory plan has it");
	s = rc < 0 ? NULL : calloc(1, sizeof(*s));
	if (!s) {
		sink_discard(inner);
		sink_close(inner);
		return rc < 0 ? rc : fail(-ENOMEM, "encrypt");
	}
	s->base = (struct sink){
		.ops = &seal_ops, .write_once = true, .gathers = true, .limit = inner->limit
	};
	s->inner = inner;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->changed, NULL);
	s->key = secret_alloc(AGE_KEY);
	rc = s->key ? begin(s, to) : fail(-ENOMEM, "encrypt");
	s->capacity = capacity_of(s);
	if (rc == 0)
		rc = start_thread(s);
	if (rc < 0) {
		struct err_saved error;

		err_save(&error, rc);
		s->ended = true;
		sink_discard(s->inner);
		seal_close(&s->base);
		return err_restore(&error);
	}
	*out = &s->base;
	return 0;
}
