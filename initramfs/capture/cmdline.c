/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmdline.c - parameters on the capture kernel's command line */
#include "initramfs/capture/cmdline.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* To the end of a word; a blank inside double quotes does not end it. */
static const char *word_end(const char *p)
{
	bool quoted = false;

	for (; *p && (quoted || !strchr(" \t\n", *p)); p++)
		quoted ^= *p == '"';
	return p;
}

bool cmdline_find(const char *text, const char *key, char *out, size_t room)
{
	size_t len = strlen(key), n;
	bool found = false;

	while (*text) {
		const char *word = text + strspn(text, " \t\n"), *end = word_end(word);

		/* "key=value" or, with the quote in front, "\"key=a b\"". */
		word += *word == '"';
		if ((size_t)(end - word) >= len && strncmp(word, key, len) == 0) {
			found = true;
			n = 0;
			for (const char *p = word + len; p < end && n + 1 < room; p++) {
				if (*p != '"')
					out[n++] = *p;
			}
			out[n] = '\0';
		}
		text = end;
	}
	return found;
}

bool cmdline_get(const char *root, const char *key, char *out, size_t room)
{
	char path[256], text[4096];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%.200s/proc/cmdline", root);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	return cmdline_find(text, key, out, room);
}
