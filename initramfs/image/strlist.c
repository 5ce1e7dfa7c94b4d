/* SPDX-License-Identifier: GPL-2.0-or-later */
/* strlist.c - a growing list of strings without duplicates */
#include "initramfs/image/strlist.h"

#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool strlist_has(const struct strlist *l, const char *text)
{
	for (size_t i = 0; i < l->nr; i++) {
		if (strcmp(l->at[i], text) == 0)
			return true;
	}
	return false;
}

int strlist_add(struct strlist *l, const char *text)
{
	char **more, *copy;

	if (strlist_has(l, text))
		return 0;
	more = realloc(l->at, (l->nr + 2) * sizeof(*more));
	if (!more)
		return fail(-ENOMEM, "%s", text);
	l->at = more;
	copy = strdup(text);
	if (!copy)
		return fail(-ENOMEM, "%s", text);
	l->at[l->nr++] = copy;
	l->at[l->nr] = NULL;
	return 0;
}

int strlist_addv(struct strlist *l, const char *fmt, va_list ap)
{
	char *text = NULL;
	int rc;

	if (vasprintf(&text, fmt, ap) < 0)
		return fail(-ENOMEM, "%s", fmt);
	rc = strlist_add(l, text);
	free(text);
	return rc;
}

int strlist_addf(struct strlist *l, const char *fmt, ...)
{
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = strlist_addv(l, fmt, ap);
	va_end(ap);
	return rc;
}

void strlist_free(struct strlist *l)
{
	for (size_t i = 0; i < l->nr; i++)
		free(l->at[i]);
	free(l->at);
	*l = (struct strlist){ .nr = 0 };
}
