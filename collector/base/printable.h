/* SPDX-License-Identifier: GPL-2.0-or-later */
/* printable.h - make untrusted text safe for a terminal and for JSON */
#ifndef BASE_PRINTABLE_H
#define BASE_PRINTABLE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * Copy text, truncated to max - 1 bytes; control characters and bytes that are not UTF-8 become
 * '?'.
 */
void printable(const char *text, char *out, size_t max);

/*
 * Print one line: the text of fmt, made safe by printable(), and a newline. Every line that may
 * show a name, a path or another program's output is printed by this, by log_msg() or by a
 * message_*().
 */
void print_safe(FILE *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The same with a va_list and a prefix that is printed as it is. */
void print_safe_va(FILE *f, const char *prefix, const char *fmt, va_list ap);

/* Would printable() leave it as it is? */
bool is_printable(const char *text);

#endif
