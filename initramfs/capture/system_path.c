/* SPDX-License-Identifier: GPL-2.0-or-later */
/* system_path.c - show paths in messages as the production system has them */
#include "initramfs/capture/system_path.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/*
 * The path goes into JSON without quoting; paths with other characters are shown from the target's
 * root.
 */
static bool is_plain(const char *path)
{
	for (; *path; path++) {
		if (*path == '"' || *path == '\\' || iscntrl((unsigned char)*path))
			return false;
	}
	return true;
}

static bool fits(int n)
{
	return n >= 0 && n < SYSTEM_PATH_MAX;
}

void system_path_init(struct system_path *p, const char *mount, const char *path, const char *shown)
{
	const char *slash = *path ? "/" : "";
	bool known = *shown == '/' && is_plain(shown);

	*p = (struct system_path){ .mount = "" };
	if (!fits(snprintf(p->inside, sizeof(p->inside), "%s%s%s", mount, slash, path)) ||
	    !fits(snprintf(p->outside, sizeof(p->outside), "%s%s", known ? shown : "/",
			   known ? "" : path)))
		return;
	snprintf(p->mount, sizeof(p->mount), "%s", mount);
	/* "/" and what follows must not make two slashes. */
	if (strcmp(p->outside, "/") == 0)
		p->outside[0] = '\0';
}

/* Does text begin with this path, and not with a longer name? Its length, else 0. */
static size_t begins(const char *text, const char *path)
{
	size_t n = strlen(path);

	if (!n || strncmp(text, path, n) != 0)
		return 0;
	return text[n] && (isalnum((unsigned char)text[n]) || strchr("._-", text[n])) ? 0 : n;
}

size_t system_path_text(const struct system_path *p, const char *text, char *out, size_t size)
{
	size_t n = 0;

	while (*text && n + 1 < size) {
		const char *to = p->outside;
		size_t len = begins(text, p->inside);

		if (!len) {
			to = "";
			len = begins(text, p->mount);
		}
		if (!p->mount[0] || !len) {
			out[n++] = *text++;
			continue;
		}
		text += len;
		if (!*to && *text != '/')
			to = "/";
		n += (size_t)snprintf(out + n, size - n, "%s", to);
	}
	n = n < size ? n : size - 1;
	out[n] = '\0';
	return n;
}
