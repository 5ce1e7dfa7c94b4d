/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json.c - strings that every JSON reader takes, whatever bytes a crashed kernel gave */
#include "base/json.h"

#include <stdbool.h>

#define CONT(byte) (((byte) & 0xc0) == 0x80)

/*
 * Length of the UTF-8 sequence at s, 0 if it is none. A NUL is no
 * continuation, so nothing behind the end is read.
 */
static unsigned utf8_len(const unsigned char *s)
{
	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf && CONT(s[1]))
		return 2;
	if ((s[0] & 0xf0) == 0xe0 && CONT(s[1]) && CONT(s[2])) {
		/* too long a form, or half of a surrogate pair */
		bool bad = (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f);

		return bad ? 0 : 3;
	}
	if (s[0] >= 0xf0 && s[0] <= 0xf4 && CONT(s[1]) && CONT(s[2]) && CONT(s[3])) {
		/* too long a form, or past U+10FFFF */
		bool bad = (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f);

		return bad ? 0 : 4;
	}
	return 0;
}

void json_string(FILE *f, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	if (!s) {
		fputs("null", f);
		return;
	}
	fputc('"', f);
	while (*s) {
		unsigned n = utf8_len(s);

		if (*s == '"' || *s == '\\')
			fprintf(f, "\\%c", *s);
		else if (*s == '\n')
			fputs("\\n", f);
		else if (n == 0 || *s < 0x20 || *s == 0x7f)
			fprintf(f, "\\u%04x", *s);
		else
			fwrite(s, 1, n, f);
		s += n ? n : 1;
	}
	fputc('"', f);
}
