/* SPDX-License-Identifier: GPL-2.0-or-later */
/* printable.c - make untrusted text safe for a terminal and for JSON */
#include "base/printable.h"

#include "base/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Length of the UTF-8 character at s; 0: invalid, or not safe for a terminal. */
static size_t letter(const char *s)
{
	uint32_t c;
	size_t n = utf8_decode(s, SIZE_MAX, &c);

	/* Those that change the direction of writing are no better than control characters. */
	if (n == 0 || utf8_is_control(c) || (c >= 0x202a && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069))
		return 0;
	return n;
}

void printable(const char *text, char *out, size_t max)
{
	size_t at = 0;

	while (*text) {
		size_t n = letter(text);

		if (at + (n ? n : 1) >= max)
			break;
		if (n)
			memmove(out + at, text, n);
		else
			out[at] = '?';
		at += n ? n : 1;
		text += n ? n : 1;
	}
	out[at] = '\0';
}

bool is_printable(const char *text)
{
	size_t n;

	for (; *text; text += n) {
		n = letter(text);
		if (n == 0)
			return false;
	}
	return true;
}

void print_safe_va(FILE *f, const char *prefix, const char *fmt, va_list ap)
{
	char *text = NULL;

	if (vasprintf(&text, fmt, ap) < 0)
		return;
	printable(text, text, strlen(text) + 1);
	fprintf(f, "%s%s\n", prefix, text);
	free(text);
}

void print_safe(FILE *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_safe_va(f, "", fmt, ap);
	va_end(ap);
}
