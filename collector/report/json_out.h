/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * json_out.h - write JSON; commas are added automatically
 *
 *     json_begin(&j, f, '{'); json_text(&j, "comm", comm); json_list(&j, "frames"); ...
 * json_end(&j)
 *
 * key is NULL inside a list. Depth is bounded (JSON_DEPTH); more is a fault of the caller.
 */
#ifndef REPORT_JSON_OUT_H
#define REPORT_JSON_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define JSON_DEPTH 8

struct json {
	FILE *f;
	unsigned depth;
	bool comma[JSON_DEPTH];
	char close[JSON_DEPTH];
};

/* The outermost object '{' or list '['. */
void json_begin(struct json *j, FILE *f, char open);

/* Open an object or a list as the next member or element. */
void json_object(struct json *j, const char *key);
void json_list(struct json *j, const char *key);

/* Close what was opened last. */
void json_end(struct json *j);

/* Members or elements; any bytes of text are allowed (base/json.h), NULL is null. */
void json_text(struct json *j, const char *key, const char *text);
void json_number(struct json *j, const char *key, int64_t n);
void json_unsigned(struct json *j, const char *key, uint64_t n);
void json_bool(struct json *j, const char *key, bool yes);

/* An address, as a string: JSON's numbers do not hold it. */
void json_address(struct json *j, const char *key, uint64_t va);

#endif
