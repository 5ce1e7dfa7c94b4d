/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * grub_text.c - crashkernel= in /etc/default/grub, which is a program for a shell
 *
 * Parameters are removed and inserted at positions found by the parser of shell assignments; all
 * other bytes are kept. The new text is parsed again, and if it does not have exactly the intended
 * change it is refused.
 */
#include "systemd/crashkernel/grub_text.h"

#include "base/err.h"
#include "base/karg.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINUX	"GRUB_CMDLINE_LINUX"
#define DEFAULT "GRUB_CMDLINE_LINUX_DEFAULT"

struct grub_edit {
	const char *text;
	size_t len;
	const struct bootloader_change *c;
	struct shell_source source;
	bool *drop; /* for each byte of text: is it removed? */
	size_t at;  /* offset of the insertion */
	char insert[1400];
};

static bool is_ours(const struct shell_assignment *a)
{
	return strcmp(a->name, LINUX) == 0 || strcmp(a->name, DEFAULT) == 0;
}

static bool is_blank(char c)
{
	return isspace((unsigned char)c);
}

static unsigned line_of(const struct grub_edit *e, size_t at)
{
	unsigned line = 1;

	for (size_t i = 0; i < at; i++)
		line += e->text[i] == '\n';
	return line;
}

/* Remove value[i..j) and the blank next to it. */
static int cut(struct grub_edit *e, const struct shell_assignment *a, size_t i, size_t j)
{
	const size_t *from = a->from;
	size_t first = from[i], last = from[j - 1];

	for (size_t k = i; k < j; k++) {
		if ((from[k] == SHELL_FROM_VARIABLE) != (first == SHELL_FROM_VARIABLE))
			return fail_set(-ENOTSUP, "line %u: a variable is part of \"%.*s\"",
					line_of(e, a->at), (int)(j - i), a->value + i);
	}
	/* It is found where that variable is assigned, or the result is refused. */
	if (first == SHELL_FROM_VARIABLE)
		return 0;
	if (i > 0 && is_blank(a->value[i - 1]) && from[i - 1] == first - 1)
		first--;
	else if (j < a->len && is_blank(a->value[j]) && from[j] == last + 1)
		last++;
	for (size_t k = first; k <= last; k++)
		e->drop[k] = true;
	return 0;
}

static int cut_params(struct grub_edit *e, const struct shell_assignment *a)
{
	const char *at = a->value;
	struct karg k;
	int rc = 0;

	while (rc == 0 && karg_next(&at, &k) && !karg_is_end(&k)) {
		size_t i = (size_t)(k.word - a->value);

		if (karg_is(&k, "crashkernel") || (e->c->fadump && karg_is(&k, "fadump")))
			rc = cut(e, a, i, i + k.len);
	}
	return rc;
}

/* Offset of the parameters for init (after "--"); a->len: none. */
static size_t init_params(const struct shell_assignment *a)
{
	const char *at = a->value;
	struct karg k;

	while (karg_next(&at, &k)) {
		if (karg_is_end(&k))
			return (size_t)(k.word - a->value);
	}
	return a->len;
}

/* The parameters to insert; "" if there are none. */
static void new_params(const struct bootloader_change *c, char out[1200])
{
	bool fadump = c->fadump && strcmp(c->fadump, "off") != 0;

	snprintf(out, 1200, "%s%s%s%s%s", c->value ? "crashkernel=" : "", c->value ? c->value : "",
		 c->value && fadump ? " " : "", fadump ? "fadump=" : "", fadump ? c->fadump : "");
}

/* The last byte of a value that is kept; '\0': none is kept. */
static char last_kept(const struct grub_edit *e, const struct shell_assignment *a)
{
	for (size_t i = a->len; i-- > 0;) {
		if (a->from[i] == SHELL_FROM_VARIABLE || !e->drop[a->from[i]])
			return a->value[i];
	}
	return '\0';
}

/* Insert into an assignment: before the parameters for init, else within its last quotes. */
static int put_in(struct grub_edit *e, const struct shell_assignment *a, const char *params)
{
	size_t init = init_params(a);
	char last = last_kept(e, a), c = a->end > a->at ? e->text[a->end - 1] : '\0';
	const char *blank = last && !is_blank(last) ? " " : "";
	bool quoted = (c == '"' || c == '\'') && (!a->len || a->from[a->len - 1] != a->end - 1);

	if (init < a->len && a->from[init] == SHELL_FROM_VARIABLE)
		return fail_set(-ENOTSUP, "line %u: \"--\" comes from a variable",
				line_of(e, a->at));
	if (init < a->len) {
		e->at = a->from[init];
		snprintf(e->insert, sizeof(e->insert), "%s ", params);
	} else {
		e->at = quoted ? a->end - 1 : a->end;
		snprintf(e->insert, sizeof(e->insert), "%s%s%s%s", quoted ? "" : "\"", blank,
			 params, quoted ? "" : "\"");
	}
	return 0;
}

static int put_params(struct grub_edit *e)
{
	const struct shell_assignment *a = shell_source_find(&e->source, LINUX);
	char params[1200];

	new_params(e->c, params);
	if (!*params)
		return 0;
	if (a)
		return put_in(e, a, params);
	e->at = e->len;
	snprintf(e->insert, sizeof(e->insert), "%s" LINUX "=\"%s\"\n",
		 e->len && e->text[e->len - 1] != '\n' ? "\n" : "", params);
	return 0;
}

/* dash parses "+=" as a command, and shells keep a carriage return, which our parser drops. */
static int refuse_unsure(const struct grub_edit *e, const struct shell_assignment *a)
{
	size_t behind = a->end < e->len;

	if (a->at >= 2 && e->text[a->at - 2] == '+')
		return fail_set(-ENOTSUP, "line %u: not every shell supports '+='",
				line_of(e, a->at));
	if (memchr(e->text + a->at, '\r', a->end - a->at + behind))
		return fail_set(-ENOTSUP, "line %u: a carriage return is part of the value",
				line_of(e, a->at));
	return 0;
}

/* The effect of commands cannot be determined without running them. */
static int refuse_unreadable(const struct grub_edit *e)
{
	if (e->source.other_line)
		return fail_set(-ENOTSUP, "line %u has a command or an unclosed quote",
				e->source.other_line);
	for (size_t i = 0; i < e->source.nr; i++) {
		const struct shell_assignment *a = &e->source.list[i];

		if (is_ours(a) && !a->value)
			return fail_set(-ENOTSUP, "line %u: commands compute the value of %s",
					line_of(e, a->at), a->name);
		if (is_ours(a) && refuse_unsure(e, a) < 0)
			return -ENOTSUP;
	}
	return 0;
}

static int mark(struct grub_edit *e)
{
	int rc = refuse_unreadable(e);

	for (size_t i = 0; i < e->source.nr && rc == 0; i++) {
		if (is_ours(&e->source.list[i]))
			rc = cut_params(e, &e->source.list[i]);
	}
	return rc < 0 ? rc : put_params(e);
}

static char *put_together(const struct grub_edit *e)
{
	size_t n = 0, nr = strlen(e->insert);
	char *out = malloc(e->len + nr + 1);

	for (size_t i = 0; out && i <= e->len; i++) {
		if (i == e->at && nr) {
			memcpy(out + n, e->insert, nr);
			n += nr;
		}
		if (i < e->len && !e->drop[i])
			out[n++] = e->text[i];
	}
	if (out)
		out[n] = '\0';
	return out;
}

static int edit(struct grub_edit *e, char **out)
{
	int rc = mark(e);

	if (rc < 0)
		return rc;
	*out = put_together(e);
	if (!*out)
		return fail(-ENOMEM, "boot loader text");
	rc = grub_text_check(&e->source, e->text, *out, e->c);
	if (rc < 0) {
		free(*out);
		*out = NULL;
	}
	return rc;
}

int boottext_grub_default(const char *text, const struct bootloader_change *c, char **out)
{
	struct grub_edit e = { .text = text, .len = strlen(text), .c = c };
	int rc = shell_source_read(text, e.len, &e.source);

	*out = NULL;
	e.drop = calloc(e.len + 1, sizeof(*e.drop));
	if (rc == 0 && !e.drop)
		rc = fail(-ENOMEM, "boot loader text");
	if (rc == 0 && !grub_text_differs(&e.source, text, c)) {
		*out = strdup(text);
		rc = *out ? 0 : fail(-ENOMEM, "boot loader text");
	} else if (rc == 0) {
		rc = edit(&e, out);
	}
	free(e.drop);
	shell_source_free(&e.source);
	return rc;
}
