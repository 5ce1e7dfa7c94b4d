/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unflatten.c - a flattened stream back into a dump file
 *
 *     start block | record payload | record payload | ... | end mark
 *
 * Everything comes from the network: a record is accepted only within bounds, and the stream may
 * stop anywhere. Bytes that arrived are kept. After a damaged record, search for the next valid
 * ones.
 */
#include "output/unflatten_impl.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "base/log.h"
#include "base/sealed_magic.h"
#include "output/flat_record.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

/* All of data was taken. */
static int refill(struct unflat *u)
{
	int rc = u->in.read(u->in.arg, u->buf, UNFLAT_BUF);

	u->data = u->buf;
	u->pos = 0;
	u->len = rc > 0 ? (size_t)rc : 0;
	return rc;
}

/* At most max bytes, borrowed until the next call: a count, 0 at the end. */
static int take(struct unflat *u, uint64_t max, const uint8_t **out)
{
	size_t n = u->len - u->pos;

	if (n == 0) {
		int rc = refill(u);

		if (rc <= 0)
			return rc;
		n = (size_t)rc;
	}
	if (n > max)
		n = (size_t)max;
	*out = u->data + u->pos;
	u->pos += n;
	return (int)n;
}

/* Exactly len bytes: 1, or 0 if the stream ends before. */
static int take_all(struct unflat *u, void *buf, size_t len)
{
	uint8_t *to = buf;

	while (len > 0) {
		const uint8_t *p;
		int n = take(u, len, &p);

		if (n <= 0)
			return n;
		memcpy(to, p, (size_t)n);
		to += n;
		len -= (size_t)n;
	}
	return 1;
}

/* The status of the header is changed later on: remember it all. */
static void keep_head(struct unflat *u, uint64_t off, const uint8_t *p, size_t len)
{
	if (off >= sizeof(u->head))
		return;
	if (len > sizeof(u->head) - off)
		len = (size_t)(sizeof(u->head) - off);
	memcpy(u->head + off, p, len);
}

/* The header's bytes as the file has them until the end. */
static int put_head(struct unflat *u, uint64_t off, const uint8_t *p, size_t len)
{
	uint8_t copy[FLAT_BLOCK], bit;
	uint64_t mark;
	int rc;

	keep_head(u, off, p, len);
	memcpy(copy, p, len);
	mark = unflat_mark(u, &bit);
	if (mark > 0 && mark >= off && mark < off + len)
		copy[mark - off] |= bit;
	rc = sink_write_at(u->sink, off, copy, len);
	return rc < 0 ? rc : unflat_put_mark(u, true);
}

static int put(struct unflat *u, uint64_t off, const uint8_t *p, size_t len)
{
	size_t head = off >= FLAT_BLOCK ? 0 : (size_t)(FLAT_BLOCK - off);
	int rc = u->sink->stale && off > u->highest ? unflat_zero_gap(u, off) : 0;

	head = head < len ? head : len;
	if (rc == 0 && head > 0)
		rc = put_head(u, off, p, head);
	if (rc == 0 && len > head)
		rc = sink_write_at(u->sink, off + head, p + head, len - head);
	if (rc < 0)
		return rc;
	u->bytes += len;
	if (off + len > u->highest)
		u->highest = off + len;
	return 0;
}

/* 1: copied; 0: the stream ended within it, and the part that came is written. */
static int copy_record(struct unflat *u, uint64_t off, uint64_t size)
{
	u->rec_off = u->rec_end = off;
	while (size > 0) {
		const uint8_t *p;
		int n = take(u, size, &p);
		int rc = n <= 0 ? n : put(u, u->rec_end, p, (size_t)n);

		if (n <= 0 || rc < 0)
			return rc;
		u->rec_end += (uint64_t)n;
		size -= (uint64_t)n;
	}
	u->rec_off = 0;
	return 1;
}

/* Maximum size of the dump: each frame is a page, not compressed, and some notes. */
static uint64_t file_limit(const struct unflat *u)
{
	struct dump_header h;
	uint64_t end, pages, each;

	memcpy(&h, u->head, sizeof(h));
	end = u->highest < sizeof(h) || memcmp(u->head, DUMP_SIGNATURE, 8) != 0
		      ? 0
		      : unflat_bitmaps_end(&h);
	if (end == 0)
		return UNFLAT_LIMIT;
	each = (uint64_t)h.block_size + sizeof(struct dump_desc);
	pages = (uint64_t)h.bitmap_blocks * (uint64_t)h.block_size * 8 / 2;
	if (pages > UNFLAT_LIMIT / each)
		return UNFLAT_LIMIT;
	end += pages * each + FLAT_SEARCH_WINDOW;
	return end < UNFLAT_LIMIT ? end : UNFLAT_LIMIT;
}

/* Move the unread bytes to the front of the window and fill it; *at_end: they are the last. */
static int fill_window(struct unflat *u, bool *at_end)
{
	size_t have = u->len - u->pos;

	memmove(u->window, u->data + u->pos, have);
	*at_end = false;
	while (have < FLAT_SEARCH_WINDOW && !*at_end) {
		int n = u->in.read(u->in.arg, u->window + have, FLAT_SEARCH_WINDOW - have);

		if (n < 0)
			return n;
		*at_end = n == 0;
		have += (size_t)n;
	}
	u->data = u->window;
	u->pos = 0;
	u->len = have;
	return 0;
}

/* Skip to the next valid records: 1; 0: there are none up to the end of the stream. */
static int find_records(struct unflat *u)
{
	bool more = true, at_end = false;

	if (!u->window)
		u->window = malloc(FLAT_SEARCH_WINDOW);
	if (!u->window)
		return fail(-ENOMEM, "look for the next sound record of the stream");
	while (more && !at_end) {
		int rc = fill_window(u, &at_end);

		if (rc < 0)
			return rc;
		u->pos = flat_record_find(u->window, u->len, file_limit(u), at_end, &more);
	}
	return u->pos < u->len;
}

/* 1: end mark seen; 0: the stream ended without. */
static int copy_records(struct unflat *u)
{
	for (;;) {
		struct flat_record rec;
		struct flat_extent at;
		int rc = take_all(u, &rec, sizeof(rec));

		if (rc <= 0)
			return rc;
		at = flat_record_extent(&rec);
		if (flat_record_is_end(&at))
			return 1;
		if (flat_record_is_sound(&at, file_limit(u))) {
			rc = copy_record(u, at.off, at.size);
		} else {
			log_msg(LOG_ERROR,
				"the stream is damaged: a record of %ju bytes at %ju; looking for "
				"the next sound one",
				(uintmax_t)at.size, (uintmax_t)at.off);
			u->nr_damaged++;
			rc = find_records(u);
		}
		if (rc <= 0)
			return rc;
	}
}

static int check_start(struct unflat *u)
{
	uint8_t block[FLAT_BLOCK] = { 0 };
	struct flat_start start;
	const uint8_t *first;
	int rc = take(u, 1, &first);

	if (rc == 0)
		return fail_set(-EBADMSG, "the stream is empty; did the sender fail?");
	if (rc > 0) {
		u->pos--;
		rc = take_all(u, block, sizeof(block));
	}
	if (rc < 0)
		return rc;
	memcpy(&start, block, sizeof(start));
	if (sealed_magic_is(block, sizeof(block)))
		return fail_adopt(-EBADMSG, "the stream is encrypted; decrypt it before: "
					    "age -d -i KEYFILE FILE | kdump-collect -R OUT");
	if (rc == 0 || memcmp(start.magic, FLAT_MAGIC, sizeof(FLAT_MAGIC)) != 0)
		return fail(-EBADMSG, "not a flattened dump");
	if (start.type != htobe64(1) || start.version != htobe64(1))
		return fail(-EBADMSG, "flattened dump of type %ju version %ju",
			    (uintmax_t)be64toh(start.type), (uintmax_t)be64toh(start.version));
	return 0;
}

/* All has come. After an error the file keeps the incomplete name, and its header gets the mark. */
static int finish(struct unflat *u, struct unflatten_result *out)
{
	int rc;

	out->partial = unflat_is_partial(u);
	rc = out->partial ? sink_sync(u->sink) : unflat_finish_whole(u);
	out->complete = rc == 0 && !out->partial;
	return rc < 0 ? unflat_finish_cut(u, rc) : 0;
}

static int run(struct unflat *u, struct unflatten_result *out)
{
	int rc = check_start(u);

	if (rc < 0) {
		sink_discard(u->sink);
		return rc;
	}
	rc = copy_records(u);
	if (rc > 0 && u->in.end) {
		int end = u->in.end(u->in.arg);

		rc = end < 0 ? end : rc;
	}
	if (rc > 0 && u->nr_damaged == 0)
		return finish(u, out);
	return unflat_finish_cut(u, rc < 0 ? rc : 0);
}

int unflatten_from(const struct unflatten_input *in, struct sink *sink,
		   struct unflatten_result *out)
{
	struct unflat *u;
	int rc;

	*out = (struct unflatten_result){ 0 };
	if (!sink->seekable)
		return fail_set(-ESPIPE, "a stream becomes a dump in a file, not in a pipe");
	u = calloc(1, sizeof(*u));
	if (!u)
		return fail(-ENOMEM, "unflatten");
	u->in = *in;
	u->sink = sink;
	rc = run(u, out);
	out->bytes = u->bytes;
	out->nr_damaged = u->nr_damaged;
	free(u->window);
	free(u);
	return rc < 0 ? fail(rc, "unflatten") : 0;
}
