/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmcoreinfo.c - the text of vmcoreinfo as a dump is to have it */
#include "kernel/vmcoreinfo.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_SIZE_LINE_MAX 32

struct lines {
	char page_size[PAGE_SIZE_LINE_MAX]; /* as it should be */
	FILE *out;			    /* NULL: only count */
	int changed;
};

static bool begins(const char *line, size_t len, const char *key)
{
	return len >= strlen(key) && memcmp(line, key, strlen(key)) == 0;
}

static void put(struct lines *l, const char *line, size_t len, bool ends)
{
	if (!l->out)
		return;
	fwrite(line, 1, len, l->out);
	if (ends)
		fputc('\n', l->out);
}

/* NULs behind the last line are padding. */
static bool is_page_size(const struct lines *l, const char *line, size_t len)
{
	while (len > 0 && line[len - 1] == '\0')
		len--;
	return len == strlen(l->page_size) && memcmp(line, l->page_size, len) == 0;
}

/* ends: a newline follows; len does not count it. */
static void one_line(struct lines *l, const char *line, size_t len, bool ends)
{
	if (begins(line, len, ".")) {
		l->changed++;
	} else if (begins(line, len, "PAGESIZE=") && !is_page_size(l, line, len)) {
		l->changed++;
		put(l, l->page_size, strlen(l->page_size), ends);
	} else {
		put(l, line, len, ends);
	}
}

static void each_line(struct lines *l, struct blob text)
{
	const char *at = text.data, *end = at + text.len;

	l->changed = 0;
	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		one_line(l, at, (size_t)((stop ? stop : end) - at), stop != NULL);
		at = stop ? stop + 1 : end;
	}
}

int vmcoreinfo_mend(struct blob text, unsigned page_size, struct blob *out)
{
	struct lines l = { .out = NULL };
	char *data = NULL;
	size_t len = 0;

	snprintf(l.page_size, sizeof(l.page_size), "PAGESIZE=%u", page_size);
	each_line(&l, text);
	if (l.changed == 0)
		return 0;
	l.out = open_memstream(&data, &len);
	if (!l.out)
		return -ENOMEM;
	each_line(&l, text);
	if (fclose(l.out) != 0) {
		free(data);
		return -ENOMEM;
	}
	*out = (struct blob){ data, len };
	return l.changed;
}
