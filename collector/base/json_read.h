/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * json_read.h - read JSON from memory, piece by piece, without a tree
 *
 *     json_read_init
 *     json_enter '{'  ->  while (json_key) a value  ->  json_done
 *
 * The text may be anything. After the first mistake every call returns nothing, and json_done() is
 * false; so the caller looks once, at the end. A value of another type than asked for is a mistake.
 * Any thread; nothing is allocated.
 *
 * Not json-c, which kdumpctl uses: the collector is in the capture image, whose static program it
 * would make 74 KiB larger (this: 3 KiB), and it holds all of a manifest as a tree in memory.
 */
#ifndef BASE_JSON_READ_H
#define BASE_JSON_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_reader {
	const char *at, *end;
	bool bad;
	bool first; /* of the object or array that was entered last */
};

void json_read_init(struct json_reader *r, const char *text, size_t len);

/* The next value begins with this character: '{', '[', '"', 'n' for null... Takes nothing. */
bool json_next_is(struct json_reader *r, char c);

/* Into an object ('{') or an array ('['). */
bool json_enter(struct json_reader *r, char open);

/* The name of the next member; false at the end of the object. One that is too long is cut. */
bool json_key(struct json_reader *r, char *out, size_t size);

/* Is there another value in the array? */
bool json_item(struct json_reader *r);

/* A string without zeros that fits; null is "". */
void json_get_text(struct json_reader *r, char *out, size_t size);

/* A string without escapes, as it stands in the text. */
const char *json_get_slice(struct json_reader *r, size_t *len);
uint64_t json_get_u64(struct json_reader *r);

/* Over the next value, whatever it is. */
void json_skip(struct json_reader *r);

/* All was well, and nothing but blanks is left. */
bool json_done(struct json_reader *r);

#endif
