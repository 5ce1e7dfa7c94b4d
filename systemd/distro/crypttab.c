/* SPDX-License-Identifier: GPL-2.0-or-later */
/* crypttab.c - the line of /etc/crypttab for one encrypted device */
#include "systemd/distro/crypttab.h"

#include "base/err.h"
#include "systemd/files.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (1u << 20)

static const char *next_field(char **at)
{
	const char *field = strtok_r(NULL, " \t", at);

	return field ? field : "";
}

/* NAME DEVICE [KEY [OPTIONS]]; takes ownership of line if it is an entry. */
static bool split(char *line, struct crypttab_entry *out)
{
	char *at = NULL;
	const char *name = strtok_r(line, " \t", &at);

	if (!name || *name == '#')
		return false;
	*out = (struct crypttab_entry){ .line = line, .name = name };
	out->device = next_field(&at);
	out->key = next_field(&at);
	out->options = next_field(&at);
	if (strcmp(out->key, "none") == 0 || strcmp(out->key, "-") == 0)
		out->key = "";
	return *out->device;
}

/* The same digits, ignoring dashes and case. */
static bool same_uuid(const char *a, const char *b)
{
	for (;; a++, b++) {
		a += strspn(a, "-");
		b += strspn(b, "-");
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
		if (!*a)
			return true;
	}
}

static bool is_for(const struct crypttab_entry *e, const char *name, const char *uuid)
{
	static const char *const forms[] = { "UUID=", "/dev/disk/by-uuid/" };

	for (int i = 0; i < 2; i++) {
		size_t len = strlen(forms[i]);

		if (*uuid && strncmp(e->device, forms[i], len) == 0)
			return same_uuid(e->device + len, uuid);
	}
	return strcmp(e->name, name) == 0;
}

int crypttab_find(const char *root, const char *name, const char *uuid, struct crypttab_entry *out)
{
	char *text = NULL, *save = NULL;
	int rc = files_read(root, CRYPTTAB_FILE, FILE_MAX, &text), found = 0;

	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	for (char *at = strtok_r(text, "\n", &save); at && !found;
	     at = strtok_r(NULL, "\n", &save)) {
		char *line = strdup(at);

		if (!line)
			rc = fail(-ENOMEM, "read %s", CRYPTTAB_FILE);
		else if (split(line, out) && is_for(out, name, uuid))
			found = 1;
		else
			free(line);
	}
	free(text);
	return rc < 0 && !found ? rc : found;
}

void crypttab_free(struct crypttab_entry *e)
{
	free(e->line);
	*e = (struct crypttab_entry){ .line = NULL };
}

bool crypttab_key_file(const char *root, const struct crypttab_entry *e, char *out, size_t size)
{
	snprintf(out, size, "%s", e->key);
	if (*out)
		return true;
	return snprintf(out, size, "/etc/cryptsetup-keys.d/%s.key", e->name) < (int)size &&
	       files_exist(root, out);
}

bool crypttab_option(const struct crypttab_entry *e, const char *name, char *value, size_t size)
{
	size_t len = strlen(name);

	for (const char *at = e->options; *at; at += strspn(at, ",")) {
		size_t word = strcspn(at, ",");

		if (word >= len && strncmp(at, name, len) == 0 && (word == len || at[len] == '=')) {
			if (value)
				snprintf(value, size, "%.*s",
					 word == len ? 0 : (int)(word - len - 1), at + len + 1);
			return true;
		}
		at += word;
	}
	return false;
}
