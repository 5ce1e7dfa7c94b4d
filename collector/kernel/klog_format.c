// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klog_format.c - kernel log: one record as text
 *
 *     [   12.345678] [    T123] first line
 *                               second line of the same record
 *
 * The log is read on terminals, so nothing in it may move a cursor: bytes that
 * are no text come out as \xNN. UTF-8 is text.
 */
#include "kernel/klog_impl.h"

#include <ctype.h>
#include <inttypes.h>

#define CALLER_IS_CPU UINT32_C(0x80000000)

static int put_prefix(struct klog_job *job, const struct klog_record *rec)
{
	uint64_t usec = rec->ts_nsec / 1000;
	char caller[16];
	int width =
		fprintf(job->out, "[%5" PRIu64 ".%06" PRIu64 "] ", usec / 1000000, usec % 1000000);

	if (!job->show_caller)
		return width;
	snprintf(caller, sizeof(caller), "%c%" PRIu32, rec->caller_id & CALLER_IS_CPU ? 'C' : 'T',
		 rec->caller_id & ~CALLER_IS_CPU);
	return width + fprintf(job->out, "[%*s] ", 8, caller);
}

/* Smallest code point that needs so many bytes: anything below is overlong. */
static const uint32_t utf8_least[] = { 0, 0, 0x80, 0x800, 0x10000 };

static size_t utf8_claims(uint8_t first)
{
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	if (first >= 0xf0 && first <= 0xf4)
		return 4;
	return 0;
}

/* Bytes of the character at p, 0 if it is no well-formed printable one. */
static size_t utf8_len(const uint8_t *p, size_t left)
{
	size_t n = utf8_claims(p[0]);
	uint32_t c;

	if (n == 0 || n > left)
		return 0;
	c = p[0] & (0x7fU >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < utf8_least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	/* U+0080 to U+009F are control characters: 9b alone is an escape. */
	return c < 0xa0 ? 0 : n;
}

/* Not isprint(): the answer must not depend on somebody's locale. */
static bool is_plain(uint8_t c)
{
	return (c >= 0x20 && c < 0x7f) || (c >= '\t' && c <= '\r');
}

void klog_put(struct klog_job *job, const struct klog_record *rec)
{
	const uint8_t *p = (const uint8_t *)rec->text;
	int width = put_prefix(job, rec);
	size_t n;

	for (size_t i = 0; i < rec->len; i += n) {
		n = 1;
		if (p[i] == '\n')
			fprintf(job->out, "\n%*s", width, "");
		else if (is_plain(p[i]))
			putc(p[i], job->out);
		else if ((n = utf8_len(p + i, rec->len - i)) != 0)
			fwrite(p + i, 1, n, job->out);
		else
			n = fprintf(job->out, "\\x%02x", p[i]) < 0 ? rec->len : 1;
	}
	putc('\n', job->out);
	job->counts->records++;
}
