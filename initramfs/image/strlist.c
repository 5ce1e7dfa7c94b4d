/* SPDX-License-Identifier: GPL-2.0-or-later */
/* strlist.c - a growing list of words without duplicates */
#include "initramfs/image/builder.h"

#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool words_have(const struct words *w, const char *word)
{
	for (size_t i = 0; i < w->nr; i++) {
		if (strcmp(w->at[i], word) == 0)
			return true;
	}
	return false;
}

int words_add(struct words *w, const char *word)
{
	char **more, *copy;

	if (words_have(w, word))
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

int words_addf(struct words *w, const char *fmt, ...)
{
	char *word = NULL;
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = vasprintf(&word, fmt, ap);
	va_end(ap);
	if (rc < 0)
		return fail(-ENOMEM, "%s", fmt);
	rc = words_add(w, word);
	free(word);
	return rc;
}

void words_free(struct words *w)
{
	for (size_t i = 0; i < w->nr; i++)
		free(w->at[i]);
	free(w->at);
	*w = (struct words){ .nr = 0 };
}
