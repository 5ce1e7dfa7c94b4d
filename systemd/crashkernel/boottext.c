/* SPDX-License-Identifier: GPL-2.0-or-later */
/* boottext.c - crashkernel= in command lines and boot entries */
#include "systemd/crashkernel/bootloader.h"

#include "base/err.h"
#include "systemd/bootargs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int change_params(const char *cmdline, const struct bootloader_change *c, char **out)
{
	struct bootargs args = { 0 };
	char word[600];
	int rc = bootargs_parse(cmdline, &args);

	bootargs_remove(&args, "crashkernel");
	if (c->fadump)
		bootargs_remove(&args, "fadump");
	if (rc == 0 && c->value) {
		snprintf(word, sizeof(word), "crashkernel=%s", c->value);
		rc = bootargs_add(&args, word);
	}
	if (rc == 0 && c->fadump && strcmp(c->fadump, "off") != 0) {
		snprintf(word, sizeof(word), "fadump=%s", c->fadump);
		rc = bootargs_add(&args, word);
	}
	if (rc == 0)
		rc = bootargs_text(&args, out);
	bootargs_fini(&args);
	return rc;
}

/* Is the parameter there exactly once with this value? NULL: not at all. */
static bool has_once(const struct bootargs *args, const char *name, const char *value)
{
	size_t nr = 0, same = 0;

	for (size_t i = 0; i < args->nr_kernel; i++) {
		const char *v = bootargs_value_at(args, i, name);

		nr += v != NULL;
		same += v && value && strcmp(v, value) == 0;
	}
	return value ? nr == 1 && same == 1 : nr == 0;
}

bool boottext_differs(const char *cmdline, const struct bootloader_change *c)
{
	struct bootargs args = { 0 };
	const char *old, *fadump = c->fadump && strcmp(c->fadump, "off") != 0 ? c->fadump : NULL;
	bool differs = true;

	if (bootargs_parse(cmdline, &args) == 0) {
		old = bootargs_value(&args, "crashkernel");
		differs = !has_once(&args, "crashkernel", c->value) ||
			  (c->fadump && !has_once(&args, "fadump", fadump));
		if (c->only && !(old && c->only(old, c->arg)))
			differs = false;
	}
	bootargs_fini(&args);
	return differs;
}

static int other_params(const char *cmdline, const struct bootloader_change *c, char **out)
{
	const struct bootloader_change none = { .fadump = c->fadump ? "off" : NULL };

	return change_params(cmdline, &none, out);
}

bool boottext_keeps(const char *old, const char *new, const struct bootloader_change *c)
{
	char *a = NULL, *b = NULL;
	bool same =
		other_params(old, c, &a) == 0 && other_params(new, c, &b) == 0 && strcmp(a, b) == 0;

	free(a);
	free(b);
	return same;
}

/* After an unclosed quote a new parameter would be part of the one before. */
int boottext_cmdline(const char *cmdline, const struct bootloader_change *c, char **out)
{
	const struct bootloader_change all = { .value = c->value, .fadump = c->fadump };
	int rc = change_params(cmdline, c, out);

	if (rc == 0 && (boottext_differs(*out, &all) || !boottext_keeps(cmdline, *out, c))) {
		free(*out);
		*out = NULL;
		rc = fail(-EINVAL, "the command line has an unclosed quote");
	}
	return rc;
}

/* Length of the key with leading blanks if the line of an entry starts with it; else 0. */
static size_t key_len(const char *line, const char *key)
{
	size_t blanks = strspn(line, " \t"), n = strlen(key);
	char behind;

	if (strncmp(line + blanks, key, n) != 0)
		return 0;
	behind = line[blanks + n];
	return behind == ' ' || behind == '\t' ? blanks + n : 0;
}

char *boottext_entry_value(const char *entry, const char *key)
{
	for (const char *line = entry; line && *line; line = strchr(line, '\n')) {
		size_t n;

		line += *line == '\n';
		n = key_len(line, key);
		if (n) {
			line += n + strspn(line + n, " \t");
			return strndup(line, strcspn(line, "\r\n"));
		}
	}
	return NULL;
}

/*
 * A text that is built line by line. Every edit here walks over the lines of the old text and lets
 * a function replace some.
 */
struct edit {
	FILE *f;
	char *text;
	size_t len;
};

static int edit_begin(struct edit *e)
{
	e->f = open_memstream(&e->text, &e->len);
	return e->f ? 0 : fail(-ENOMEM, "boot loader text");
}

static int edit_end(struct edit *e, int rc, char **out)
{
	if (fclose(e->f) != 0 && rc == 0)
		rc = fail(-ENOMEM, "boot loader text");
	if (rc == 0)
		*out = e->text;
	else
		free(e->text);
	return rc;
}

/* "options LINE": remove crashkernel= from all of them, add it to the first. */
static int edit_options(struct edit *e, const char *line, size_t len, struct bootloader_change *c)
{
	size_t at = key_len(line, "options");
	char *old = NULL, *new = NULL;
	int rc;

	at += strspn(line + at, " \t");
	old = strndup(line + at, strcspn(line + at, "\r\n"));
	rc = old ? boottext_cmdline(old, c, &new) : fail(-ENOMEM, "boot entry");
	if (rc == 0)
		fprintf(e->f, "%.*s%s%s", (int)at, line, new,
			len > 0 && line[len - 1] == '\r' ? "\r" : "");
	c->value = c->fadump = NULL;
	free(old);
	free(new);
	return rc;
}

int boottext_entry(const char *entry, const struct bootloader_change *c, char **out)
{
	struct bootloader_change left = *c;
	struct edit e;
	bool seen = false, open = false;
	int rc = edit_begin(&e);

	while (rc == 0 && *entry) {
		size_t len = strcspn(entry, "\n");

		if (key_len(entry, "options")) {
			rc = edit_options(&e, entry, len, &left);
			seen = true;
		} else {
			fprintf(e.f, "%.*s", (int)len, entry);
		}
		entry += len;
		open = *entry != '\n';
		if (!open)
			fputc(*entry++, e.f);
	}
	if (!e.f)
		return rc;
	if (rc == 0 && !seen && c->value)
		fprintf(e.f, "%soptions crashkernel=%s\n", open ? "\n" : "", c->value);
	return edit_end(&e, rc, out);
}

/* A line that is neither a comment nor empty. */
static bool has_params(const char *line)
{
	line += strspn(line, " \t\r");
	return *line && *line != '\n' && *line != '#';
}

static size_t count_lines(const char *text)
{
	size_t nr = 0;

	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		nr += has_params(line);
	}
	return nr;
}

static int edit_template_line(struct edit *e, const char *line, const struct bootloader_change *c)
{
	char *old = strndup(line, strcspn(line, "\n")), *new = NULL;
	int rc = old ? boottext_cmdline(old, c, &new) : fail(-ENOMEM, "command line");

	if (rc == 0)
		fputs(new, e->f);
	free(old);
	free(new);
	return rc;
}

/* The new parameters go to the last line that has any; the others only lose the old ones. */
int boottext_template(const char *text, const struct bootloader_change *c, char **out)
{
	const struct bootloader_change none = { .fadump = c->fadump ? "off" : NULL };
	size_t left = count_lines(text);
	bool none_yet = left == 0;
	struct edit e;
	int rc = edit_begin(&e);

	while (rc == 0 && *text) {
		size_t len = strcspn(text, "\n");

		if (has_params(text))
			rc = edit_template_line(&e, text, --left > 0 ? &none : c);
		else
			fprintf(e.f, "%.*s", (int)len, text);
		text += len + (text[len] == '\n');
		fputc('\n', e.f);
	}
	if (rc == 0 && none_yet) {
		rc = edit_template_line(&e, "", c);
		fputc('\n', e.f);
	}
	return e.f ? edit_end(&e, rc, out) : rc;
}
