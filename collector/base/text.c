/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text.c - put a text together in a buffer of fixed size */
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static bool is_utf8_tail(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Let the full buffer end with "...", and not within a character. */
static void mark_cut(char *out, size_t size)
{
	char *end = out + size - sizeof("...");

	while (end > out && is_utf8_tail(*end))
		end--;
	strcpy(end, "...");
}

/* The text goes to out + at. */
static bool put(char *out, size_t size, size_t at, const char *fmt, va_list ap)
{
	int n = vsnprintf(out + at, size - at, fmt, ap);

	if (n >= 0 && (size_t)n < size - at)
		return true;
	mark_cut(out, size);
	return false;
}

bool text_set_va(char *out, size_t size, const char *fmt, va_list ap)
{
	return put(out, size, 0, fmt, ap);
}

bool text_set(char *out, size_t size, const char *fmt, ...)
{
	va_list ap;
	bool whole;

	va_start(ap, fmt);
	whole = put(out, size, 0, fmt, ap);
	va_end(ap);
	return whole;
}

bool text_add(char *out, size_t size, const char *fmt, ...)
{
	va_list ap;
	bool whole;

	va_start(ap, fmt);
	whole = put(out, size, strlen(out), fmt, ap);
	va_end(ap);
	return whole;
}
