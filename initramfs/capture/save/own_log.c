/* SPDX-License-Identifier: GPL-2.0-or-later */
/* own_log.c - this kernel's log and our transcript, merged by time */
#include "initramfs/capture/save/own_log.h"

#include "initramfs/capture/console.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RECORD_MAX 8192
#define KMSG_MAX   (1u << 20) /* of the kernel's log: its first megabyte shows the boot */

/* The text of a record, where \xHH stands for a special character. */
static size_t unescape(const char *from, size_t len, char *out, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n < size; i++) {
		char hex[3] = "";

		if (from[i] == '\\' && i + 3 < len && from[i + 1] == 'x') {
			memcpy(hex, from + i + 2, 2);
			out[n] = (char)strtoul(hex, NULL, 16);
			i += 3;
		} else {
			out[n] = from[i];
		}
		if (out[n] == '\0' || out[n] == '\033')
			out[n] = '?';
		n++;
	}
	return n;
}

size_t own_log_record(const char *record, size_t len, char *out, size_t size)
{
	const char *text = memchr(record, ';', len), *end;
	unsigned long long us;
	unsigned level;
	int n;

	if (!text || sscanf(record, "%u,%*u,%llu", &level, &us) != 2)
		return 0;
	text++;
	/* Lines after the first are fields for programs. */
	end = memchr(text, '\n', len - (size_t)(text - record));
	if (!end)
		end = record + len;
	n = snprintf(out, size, "[%5llu.%06llu] ", us / 1000000, us % 1000000);
	if (n < 0 || (size_t)n + 2 > size)
		return 0;
	len = unescape(text, (size_t)(end - text), out + n, size - (size_t)n - 1);
	out[(size_t)n + len] = '\n';
	return (size_t)n + len + 1;
}

/* "[   12.345678] ...": in microseconds; a line without a time belongs to the one before. */
static unsigned long long stamp_of(const char *line, size_t len, unsigned long long before)
{
	unsigned long long s, us;
	char head[40];

	snprintf(head, sizeof(head), "%.*s", (int)(len < 39 ? len : 39), line);
	if (sscanf(head, "[%llu.%llu]", &s, &us) != 2)
		return before;
	return s * 1000000 + us;
}

static size_t line_len(const char *text, size_t left)
{
	const char *end = memchr(text, '\n', left);

	return end ? (size_t)(end - text) + 1 : left;
}

size_t own_log_merge(const char *a, size_t a_len, const char *b, size_t b_len, char *out)
{
	unsigned long long at_a = 0, at_b = 0;
	size_t n = 0;

	while (a_len > 0 || b_len > 0) {
		size_t la = a_len ? line_len(a, a_len) : 0, lb = b_len ? line_len(b, b_len) : 0;

		at_a = la ? stamp_of(a, la, at_a) : 0;
		at_b = lb ? stamp_of(b, lb, at_b) : 0;
		if (la && (!lb || at_a <= at_b)) {
			memcpy(out + n, a, la);
			a += la;
			a_len -= la;
			n += la;
		} else {
			memcpy(out + n, b, lb);
			b += lb;
			b_len -= lb;
			n += lb;
		}
	}
	return n;
}

/*
 * Never waits: read(2) fails with EAGAIN after the last record, with EPIPE if some were
 * overwritten.
 */
static size_t read_kmsg(const char *root, char *out, size_t size)
{
	char path[256], record[RECORD_MAX];
	size_t n = 0;
	int fd;

	snprintf(path, sizeof(path), "%.200s/dev/kmsg", root);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	while (fd >= 0 && n + RECORD_MAX + 64 < size) {
		ssize_t len = read(fd, record, sizeof(record) - 1);

		if (len < 0 && (errno == EPIPE || errno == EINTR))
			continue;
		if (len <= 0)
			break;
		record[len] = '\0';
		n += own_log_record(record, (size_t)len, out + n, size - n);
	}
	if (fd >= 0)
		close(fd);
	return n;
}

char *own_log_text(const char *root, size_t *len)
{
	size_t ours_len, kernel_len;
	const char *ours = console_transcript(&ours_len);
	char *kernel = malloc(KMSG_MAX), *all;

	kernel_len = kernel ? read_kmsg(root, kernel, KMSG_MAX) : 0;
	all = malloc(kernel_len + ours_len + 1);
	if (all)
		*len = own_log_merge(kernel, kernel_len, ours, ours_len, all);
	free(kernel);
	return all;
}
