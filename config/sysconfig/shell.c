/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shell.c - assignments as a shell would make them, and nothing else it would do */
#include "config/sysconfig/shell_reader.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

static struct shell_var *new_var(struct shell_reader *r, const char *name, size_t len)
{
	struct shell_vars *v = r->vars;
	struct shell_var *var;

	if (v->nr == SHELL_VARS_MAX) {
		shell_bad(r, shell_here(r), "more than %d variables; is this the right file?",
			  SHELL_VARS_MAX);
		return NULL;
	}
	if (!v->vars)
		v->vars = calloc(SHELL_VARS_MAX, sizeof(*v->vars));
	if (!v->vars) {
		r->no_memory = true;
		return NULL;
	}
	var = &v->vars[v->nr];
	var->name = strndup(name, len);
	var->value = strdup("");
	if (!var->name || !var->value) {
		free(var->name);
		free(var->value);
		r->no_memory = true;
		return NULL;
	}
	v->nr++;
	return var;
}

/* The last assignment counts, for those that refer to it further down as well. */
static void assign(struct shell_reader *r, const char *name, size_t len,
		   struct config_position position)
{
	struct shell_var *var = shell_find(r->vars, name, len);
	char *value;

	if (!var)
		var = new_var(r, name, len);
	value = var ? strndup(r->value, r->len) : NULL;
	if (!value) {
		r->no_memory = r->no_memory || var;
		return;
	}
	free(var->value);
	var->value = value;
	var->position = position;
}

/* To the line end, not past it: the next round counts it. */
static void skip_line(struct shell_reader *r)
{
	while (r->at < r->end && shell_peek(r) != '\n')
		shell_step(r);
}

/* NAME=VALUE or NAME+=VALUE. */
static void read_assignment(struct shell_reader *r, size_t len)
{
	struct config_position position = shell_here(r);
	const char *name = r->at, *from;
	unsigned from_line;
	const struct shell_var *old = shell_find(r->vars, name, len);

	r->at += len;
	r->len = 0;
	r->bad = false;
	if (shell_peek(r) == '+' && old)
		shell_put_text(r, old->value);
	if (shell_peek(r) == '+')
		shell_step(r);
	shell_step(r); /* the '=' */
	from = r->at;
	from_line = r->line;
	shell_read_value(r);
	if (r->bad && r->source) {
		r->at = from;
		r->line = from_line;
		if (!shell_skip_word(r))
			shell_note_other(r, from_line);
	} else if (r->bad) {
		skip_line(r);
	} else {
		assign(r, name, len, position);
	}
	if (r->source)
		shell_note_assignment(r, name, len, from);
}

static bool is_export(const struct shell_reader *r, size_t len)
{
	return len == 6 && strncmp(r->at, "export", len) == 0 && r->at + len < r->end &&
	       strchr(" \t", r->at[len]);
}

/* The text at r->at is not an assignment. */
static void read_other(struct shell_reader *r)
{
	r->bad = false;
	if (r->source)
		shell_note_other(r, r->line);
	shell_bad(r, shell_here(r),
		  "this would be a command, and nothing here is run; write NAME=VALUE "
		  "without blanks around '='");
	skip_line(r);
}

static void read_word(struct shell_reader *r)
{
	size_t len = shell_name_length(r);
	const char *behind = r->at + len;
	bool plus = r->end - behind >= 2 && behind[0] == '+' && behind[1] == '=';

	if (shell_peek(r) == '#')
		skip_line(r);
	else if (is_export(r, len))
		r->at += len;
	else if (len > 0 && (plus || (behind < r->end && *behind == '=')))
		read_assignment(r, len);
	else
		read_other(r);
}

void shell_read_all(struct shell_reader *r)
{
	while (r->at < r->end) {
		if (strchr(" \t\r\n;", *r->at) || (*r->at == '\\' && shell_peek_next(r) == '\n'))
			shell_step(r);
		else
			read_word(r);
	}
}

int shell_vars_read(const char *text, size_t len, struct config_report *report,
		    struct shell_vars *out)
{
	struct shell_reader r = shell_reader_at(text, len, report, out);

	*out = (struct shell_vars){ 0 };
	if (r.value)
		shell_read_all(&r);
	/* What follows a NUL would be invisible in an editor. */
	if (r.end < text + len)
		config_report_add(report, CONFIG_ERROR, shell_here(&r),
				  "a NUL byte; remove it: nothing behind it is read");
	r.no_memory = r.no_memory || !r.value;
	free(r.value);
	return r.no_memory ? fail(-ENOMEM, "read %s", report->file) : 0;
}
