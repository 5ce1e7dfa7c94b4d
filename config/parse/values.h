/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * values.h - lists, numbers, sizes and times, read strictly
 *
 * Each returns true if the whole text is what it should be, else *out is untouched.
 */
#ifndef CONFIG_PARSE_VALUES_H
#define CONFIG_PARSE_VALUES_H

#include "config/parse/text.h"

#include <stdint.h>

/* Digits only. */
bool config_read_count(const char *text, unsigned last, unsigned *out);

/* Bytes: a number, or one with K, M, G or T behind it, and then perhaps B or iB. */
bool config_read_size(const char *text, uint64_t *out);

/* Seconds: a number, or one with s, m or h behind it; a week at most. */
bool config_read_seconds(const char *text, unsigned *out);

/* The name of a module and nothing else, as in lsmod but for '-' instead of '_'. */
bool config_is_module(const char *text);

/* An IPv6 address, with or without %ZONE. len: of text in bytes. */
bool config_is_v6(const char *text, size_t len);

/* A name for a host or an address; not one that a program takes for an option. */
bool config_is_host(const char *text, size_t len);

/*
 * A vector that ends with NULL, in t's memory: the text split at blanks. quoted:
 * '...' and "..." keep blanks, a backslash keeps the next character, as in a shell.
 * Never NULL: without memory it is empty, and t->no_memory is set.
 */
const char *const *config_split(struct config_text *t, const char *value, bool quoted);

#endif
