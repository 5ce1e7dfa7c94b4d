/* SPDX-License-Identifier: GPL-2.0-or-later */
/* boottext.c - crashkernel= in command lines and boot entries */
#include "systemd/bootloader.h"

#include "base/err.h"
#include "systemd/bootargs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int boottext_cmdline(const char *cmdline, const struct bootloader_change *c, char **out)
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

/* Is the word there just once and with this value; NULL: not at all? */
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

/* Length of the key at the start of a line of an entry, 0 if it is another one. */
static size_t key_len(const char *line, const char *key)
{
	size_t n = strlen(key);

	return strncmp(line, key, n) == 0 && (line[n] == ' ' || line[n] == '\t') ? n : 0;
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
 * A text that grows line by line. Every change of a file here is: walk over the
 * lines, let a function give another text for some.
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

/* "options LINE": all of them lose crashkernel=, the first gets it. */
static int edit_options(struct edit *e, const char *line, size_t len, struct bootloader_change *c)
{
	size_t at = key_len(line, "options");
	char *old = NULL, *new = NULL;
	int rc;

	at += strspn(line + at, " \t");
	old = strndup(line + at, len - at);
	rc = old ? boottext_cmdline(old, c, &new) : fail(-ENOMEM, "boot entry");
	if (rc == 0)
		fprintf(e->f, "%.*s%s", (int)at, line, new);
	c->value = c->fadump = NULL;
	free(old);
	free(new);
	return rc;
}

int boottext_entry(const char *entry, const struct bootloader_change *c, char **out)
{
	struct bootloader_change left = *c;
	struct edit e;
	bool seen = false;
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
		if (*entry == '\n')
			fputc(*entry++, e.f);
	}
	if (!e.f)
		return rc;
	if (rc == 0 && !seen && c->value)
		fprintf(e.f, "options crashkernel=%s\n", c->value);
	return edit_end(&e, rc, out);
}
