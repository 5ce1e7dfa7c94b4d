/* SPDX-License-Identifier: GPL-2.0-or-later */
/* transcript.c - the last lines that were logged, in a buffer of fixed size */
#include "initramfs/capture/transcript.h"

#include <stdio.h>
#include <string.h>

#define LINE_LIMIT 1024
#define STAMP_MAX  32

/*
 *     | head: kept | oldest ... newest |     room     |
 *     0            keep                len            TRANSCRIPT_SIZE
 *
 * When the buffer is full, a quarter of it is dropped from keep on, because moving 50 KiB for each
 * new line would be slow.
 */
static void make_space(struct transcript *t, size_t need)
{
	char *keep, *from, *end = t->text + t->len;
	size_t at = TRANSCRIPT_HEAD, cut = TRANSCRIPT_SIZE / 4;

	if (t->len + need <= TRANSCRIPT_SIZE)
		return;
	/* Drop whole lines: both pointers are just after a newline. */
	keep = memchr(t->text + at, '\n', t->len - at);
	keep = keep ? keep + 1 : t->text + at;
	from = memchr(keep + cut, '\n', (size_t)(end - keep) - cut);
	from = from ? from + 1 : end;
	for (const char *p = keep; (p = memchr(p, '\n', (size_t)(from - p))); p++)
		t->dropped++;
	memmove(keep, from, (size_t)(end - from));
	t->len -= (size_t)(from - keep);
}

void transcript_add(struct transcript *t, uint64_t ns, const char *line, size_t len)
{
	char stamp[STAMP_MAX];
	int n = snprintf(stamp, sizeof(stamp), "[%5llu.%06llu] ",
			 (unsigned long long)(ns / 1000000000u),
			 (unsigned long long)(ns / 1000u % 1000000u));

	if (len > LINE_LIMIT)
		len = LINE_LIMIT;
	make_space(t, (size_t)n + len + 1);
	memcpy(t->text + t->len, stamp, (size_t)n);
	memcpy(t->text + t->len + n, line, len);
	t->len += (size_t)n + len;
	t->text[t->len++] = '\n';
}
