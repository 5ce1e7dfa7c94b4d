/* SPDX-License-Identifier: GPL-2.0-or-later */
/* strlist.c - a growing list of words without duplicates */
#include "initramfs/image/builder.h"

#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool strlist_has(const struct strlist *w, const char *word)
{
	for (size_t i = 0; i < w->nr; i++) {
		if (strcmp(w->at[i], word) == 0)
			return true;
	}
	return false;
}

int strlist_add(struct strlist *w, const char *word)
{
	char **more, *copy;

	if (strlist_has(w, word))
		return 0;
	more = realloc(w->at, (w->nr + 2) * sizeof(*more));
	if (!more)
		return fail(-ENOMEM, "%s", word);
	w->at = more;
	copy = strdup(word);
	if (!copy)
		return fail(-ENOMEM, "%s", word);
	w->at[w->nr++] = copy;
	w->at[w->nr] = NULL;
	return 0;
}

int strlist_addf(struct strlist *w, const char *fmt, ...)
{
	char *word = NULL;
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = vasprintf(&word, fmt, ap);
	va_end(ap);
	if (rc < 0)
		return fail(-ENOMEM, "%s", fmt);
	rc = strlist_add(w, word);
	free(word);
	return rc;
}

void strlist_free(struct strlist *w)
{
	for (size_t i = 0; i < w->nr; i++)
		free(w->at[i]);
	free(w->at);
	*w = (struct strlist){ .nr = 0 };
}
