/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * values.h - words, numbers, sizes and times, read strictly
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

/*
 * A vector that ends with NULL, in t's memory: the words between blanks. quoted:
 * '...' and "..." keep blanks, a backslash keeps the next character, as in a shell.
 * Never NULL: without memory it is empty, and t->no_memory is set.
 */
const char *const *config_words(struct config_text *t, const char *value, bool quoted);

#endif
