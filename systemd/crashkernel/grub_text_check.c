/* SPDX-License-Identifier: GPL-2.0-or-later */
/* grub_text_check.c - check crashkernel= in /etc/default/grub, before and after an edit */
#include "systemd/crashkernel/grub_text.h"

#include "base/err.h"
#include "systemd/bootargs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINUX	"GRUB_CMDLINE_LINUX"
#define DEFAULT "GRUB_CMDLINE_LINUX_DEFAULT"

/* crashkernel= in the raw text: from the last line that has it and is not a comment. */
static char *value_in_text(const char *text)
{
	const char *last = NULL;

	for (const char *s = text; (s = strstr(s, "crashkernel=")); s += 12) {
		const char *line = s;

		while (line > text && line[-1] != '\n')
			line--;
		if (line[strspn(line, " \t")] != '#')
			last = s + 12;
	}
	return last ? strndup(last, strcspn(last, " \t\n\"'")) : NULL;
}

static bool readable(const struct shell_source *s)
{
	const struct shell_assignment *a = shell_source_find(s, LINUX);
	const struct shell_assignment *b = shell_source_find(s, DEFAULT);

	return !s->other_line && (!a || a->value) && (!b || b->value);
}

/* In the order of GRUB's scripts: the second variable comes later. */
static int add_params(const struct shell_source *s, struct bootargs *args)
{
	static const char *const names[] = { LINUX, DEFAULT };
	int rc = 0;

	for (unsigned i = 0; i < 2 && rc == 0; i++) {
		const struct shell_assignment *a = shell_source_find(s, names[i]);

		if (a && a->value)
			rc = bootargs_parse(a->value, args);
	}
	return rc;
}

char *boottext_grub_value(const char *text)
{
	struct shell_source s;
	struct bootargs args = { 0 };
	char *value = NULL;

	if (shell_source_read(text, strlen(text), &s) < 0 || !readable(&s)) {
		value = value_in_text(text);
	} else if (add_params(&s, &args) == 0 && bootargs_value(&args, "crashkernel")) {
		value = strdup(bootargs_value(&args, "crashkernel"));
	}
	bootargs_fini(&args);
	shell_source_free(&s);
	return value;
}

/* Does one of the assignments have a value that must be removed, or lack one that must be added? */
static bool assignment_differs(const struct shell_source *s, const struct bootloader_change *c)
{
	struct bootloader_change want = { .value = c->value, .fadump = c->fadump };
	struct bootloader_change none = { .fadump = c->fadump ? "off" : NULL };
	const struct shell_assignment *last = shell_source_find(s, LINUX);
	bool differs = !last && boottext_differs("", &want);

	for (size_t i = 0; i < s->nr && !differs; i++) {
		const struct shell_assignment *a = &s->list[i];

		if (a == last)
			differs = !a->value || boottext_differs(a->value, &want);
		else if (strcmp(a->name, LINUX) == 0 || strcmp(a->name, DEFAULT) == 0)
			differs = !a->value || boottext_differs(a->value, &none);
	}
	return differs;
}

bool grub_text_differs(const struct shell_source *source, const char *text,
		       const struct bootloader_change *c)
{
	char *value;

	if (readable(source) || c->value)
		return assignment_differs(source, c);
	value = value_in_text(text);
	free(value);
	return value != NULL;
}

/* The parameters except those of the change, normalized. */
static char *other_params(const char *value, const struct bootloader_change *c)
{
	struct bootargs args = { 0 };
	char *out = NULL;

	if (bootargs_parse(value, &args) == 0) {
		bootargs_remove(&args, "crashkernel");
		if (c->fadump)
			bootargs_remove(&args, "fadump");
		if (bootargs_text(&args, &out) < 0)
			out = NULL;
	}
	bootargs_fini(&args);
	return out;
}

static bool same_value(const struct shell_assignment *a, const struct shell_assignment *b,
		       const struct bootloader_change *c)
{
	char *x, *y;
	bool same;

	if (strcmp(a->value, b->value) == 0)
		return true;
	x = other_params(a->value, c);
	y = other_params(b->value, c);
	same = x && y && strcmp(x, y) == 0;
	free(x);
	free(y);
	return same;
}

static bool same(const struct shell_assignment *a, const char *a_text,
		 const struct shell_assignment *b, const char *b_text,
		 const struct bootloader_change *c)
{
	if (strcmp(a->name, b->name) != 0 || !a->value != !b->value)
		return false;
	if (a->value)
		return same_value(a, b, c);
	return a->end - a->at == b->end - b->at &&
	       memcmp(a_text + a->at, b_text + b->at, a->end - a->at) == 0;
}

static int compare(const struct shell_source *old, const char *old_text,
		   const struct shell_source *new, const char *new_text,
		   const struct bootloader_change *c)
{
	if (new->other_line)
		return fail_set(-ENOTSUP, "line %u would become a command", new->other_line);
	for (size_t i = 0; i < old->nr; i++) {
		if (i >= new->nr || !same(&old->list[i], old_text, &new->list[i], new_text, c))
			return fail_set(-ENOTSUP, "%s would also get another value",
					old->list[i].name);
	}
	/* One assignment was added: the only one of its name, at the end. */
	if (new->nr > old->nr + (shell_source_find(old, LINUX) == NULL))
		return fail_set(-ENOTSUP, "%s would also be assigned", new->list[new->nr - 1].name);
	return 0;
}

/* A parameter that came from another variable would still be there. */
static int is_as_requested(const struct shell_source *s, const struct bootloader_change *c)
{
	if (assignment_differs(s, c))
		return fail_set(
			-ENOTSUP,
			"crashkernel= comes from another variable, or is composed of parts");
	return 0;
}

int grub_text_check(const struct shell_source *old, const char *old_text, const char *new_text,
		    const struct bootloader_change *c)
{
	struct shell_source new;
	int rc = shell_source_read(new_text, strlen(new_text), &new);

	if (rc == 0)
		rc = compare(old, old_text, &new, new_text, c);
	if (rc == 0)
		rc = is_as_requested(&new, c);
	shell_source_free(&new);
	return rc;
}
