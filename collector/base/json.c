/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json.c - write any bytes as a JSON string that every reader accepts */
#include "base/json.h"

#include "base/utf8.h"

void json_string(FILE *f, const char *text)
{
	if (!text) {
		fputs("null", f);
		return;
	}
	fputc('"', f);
	while (*text) {
		uint32_t c = (unsigned char)*text;
		size_t n = utf8_decode(text, SIZE_MAX, &c);

		if (c == '"' || c == '\\')
			fprintf(f, "\\%c", (int)c);
		else if (c == '\n')
			fputs("\\n", f);
		else if (n == 0 || utf8_is_control(c))
			fprintf(f, "\\u%04x", c);
		else
			fwrite(text, 1, n, f);
		text += n ? n : 1;
	}
	fputc('"', f);
}
