/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text.h - put a text together in a buffer of fixed size; any thread
 *
 * For messages: with a size for the longest path that can be in them nothing is cut, and what is
 * cut nevertheless ends in "...", after a whole character, so that nobody takes it for all of it.
 * Not for paths and command lines, which are wrong when they are cut: check snprintf()'s result.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* Format into out (size bytes, 4 at least); the arguments must not point into it. False: cut. */
bool text_set(char *out, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
bool text_set_va(char *out, size_t size, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));

/* The same behind the text that is in out. */
bool text_add(char *out, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
