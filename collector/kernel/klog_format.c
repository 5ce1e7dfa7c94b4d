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

#include "base/utf8.h"

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

/* Bytes of the character at p that has several of them; 0: it is not one that can be printed. */
static size_t letter_len(const uint8_t *p, size_t left)
{
	uint32_t c;
	size_t n = utf8_decode((const char *)p, left, &c);

	return n > 1 && !utf8_is_control(c) ? n : 0;
}

/* Not isprint(): the result must not depend on the locale. */
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
		else if ((n = letter_len(p + i, rec->len - i)) != 0)
			fwrite(p + i, 1, n, job->out);
		else
			n = fprintf(job->out, "\\x%02x", p[i]) < 0 ? rec->len : 1;
	}
	putc('\n', job->out);
	job->counts->records++;
}
