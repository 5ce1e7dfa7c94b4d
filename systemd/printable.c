/* SPDX-License-Identifier: GPL-2.0-or-later */
/* printable.c - make untrusted text safe for a terminal and for JSON */
#include "systemd/printable.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Length of the UTF-8 character at s; 0: invalid, or not safe for a terminal. */
static size_t letter(const unsigned char *s)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = s[0] < 0x80 ? 1 : s[0] < 0xc0 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	uint32_t c = n == 1 ? s[0] : s[0] & (0x7fu >> n);

	for (size_t i = 1; i < n; i++) {
		/* This also stops at the final NUL. */
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (n == 0 || s[0] >= 0xf8 || c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	/* C0 and C1 control characters, and those that change the direction of writing. */
	if (c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069))
		return 0;
	return n;
}

void printable(const char *text, char *out, size_t max)
{
	size_t at = 0;

	while (*text) {
		size_t n = letter((const unsigned char *)text);

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
		n = letter((const unsigned char *)text);
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
