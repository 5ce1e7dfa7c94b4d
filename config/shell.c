/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shell.c - assignments as a shell would make them, and nothing else it would do */
#include "config/shell.h"

#include "base/err.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct reader {
	const char *at, *end;
	const char *line_start;
	unsigned line;
	struct config_report *report;
	struct shell_vars *vars;
	char *value; /* SHELL_VALUE_MAX + 1 bytes; the value being put together */
	size_t len;
	bool bad; /* the value at hand is of no use, and that was said */
	bool no_memory;
};

static struct config_place here(const struct reader *r)
{
	return (struct config_place){ r->line, (unsigned)(r->at - r->line_start) + 1 };
}

/* The first complaint about a value is enough. */
#define bad_shell(r, place, ...)                                                          \
	do {                                                                              \
		if (!(r)->bad)                                                            \
			config_report_add((r)->report, CONFIG_ERROR, place, __VA_ARGS__); \
		(r)->bad = true;                                                          \
	} while (0)

/* '\0' at the end; a NUL in the file ends reading by read_all() having cut it. */
static char peek(const struct reader *r)
{
	return r->at < r->end ? *r->at : '\0';
}

static char peek_next(const struct reader *r)
{
	return r->at + 1 < r->end ? r->at[1] : '\0';
}

static void step(struct reader *r)
{
	if (peek(r) == '\n') {
		r->line++;
		r->line_start = r->at + 1;
	}
	if (r->at < r->end)
		r->at++;
}

static void put(struct reader *r, char c)
{
	if (r->len < SHELL_VALUE_MAX)
		r->value[r->len++] = c;
	else
		bad_shell(r, here(r), "the value is longer than %d KiB; shorten it",
			  SHELL_VALUE_MAX >> 10);
}

static void put_text(struct reader *r, const char *text)
{
	while (*text && !r->bad)
		put(r, *text++);
}

/* A line end within quotes: a blank is what it means in all these variables. */
static void put_step(struct reader *r)
{
	char c = peek(r);

	if (c != '\r' || peek_next(r) != '\n')
		put(r, c == '\n' ? ' ' : c);
	step(r);
}

static bool is_name_start(char c)
{
	return isalpha((unsigned char)c) || c == '_';
}

static size_t name_length(const struct reader *r)
{
	const char *c = r->at;

	if (c < r->end && is_name_start(*c)) {
		while (c < r->end && (isalnum((unsigned char)*c) || *c == '_'))
			c++;
	}
	return (size_t)(c - r->at);
}

static struct shell_var *find(const struct shell_vars *v, const char *name, size_t len)
{
	for (unsigned i = 0; i < v->nr; i++) {
		if (strlen(v->vars[i].name) == len && strncmp(v->vars[i].name, name, len) == 0)
			return &v->vars[i];
	}
	return NULL;
}

const struct shell_var *shell_vars_find(const struct shell_vars *v, const char *name)
{
	return find(v, name, strlen(name));
}

/* Behind '$': NAME or {NAME}. */
static void expand_name(struct reader *r, struct config_place place)
{
	bool braces = peek(r) == '{';
	const struct shell_var *var;
	const char *name;
	size_t len;

	if (braces)
		step(r);
	name = r->at;
	len = name_length(r);
	r->at += len;
	if (len == 0 || (braces && peek(r) != '}')) {
		bad_shell(r, place,
			  "only $NAME and ${NAME} are understood; write the value itself");
		return;
	}
	if (braces)
		step(r);
	var = find(r->vars, name, len);
	if (var)
		put_text(r, var->value);
	else
		config_report_add(r->report, CONFIG_WARNING, place,
				  "%.*s has no value before this line; here it is empty",
				  (int)(len < 80 ? len : 80), name);
}

static void expand(struct reader *r, bool quoted)
{
	struct config_place place = here(r);
	char next = peek_next(r);

	step(r);
	if (next == '{' || is_name_start(next))
		expand_name(r, place);
	else if (next == '(')
		bad_shell(r, place,
			  "'$(' would run a command, and nothing here is run; write the value");
	else if (next && (isdigit((unsigned char)next) || strchr("*@#?$!-", next)))
		bad_shell(r, place, "'$%c' has no meaning here; write '\\$' for a dollar sign",
			  next);
	else if (!quoted && (next == '\'' || next == '"'))
		bad_shell(r, place, "'$%c' is not understood; write the value in plain quotes",
			  next);
	else
		put(r, '$');
}

static void read_single(struct reader *r)
{
	struct config_place place = here(r);

	step(r);
	while (r->at < r->end && peek(r) != '\'')
		put_step(r);
	if (r->at == r->end)
		bad_shell(r, place, "this quote is never closed; write another ' at the end");
	step(r);
}

/* Within "...", and outside of quotes if quoted is false. */
static void read_backslash(struct reader *r, bool quoted)
{
	char next = peek_next(r);

	step(r);
	if (next == '\r' && r->at + 1 < r->end && r->at[1] == '\n')
		step(r);
	if (peek(r) == '\n') {
		step(r);
		return;
	}
	if (quoted && (!next || !strchr("$`\"\\", next)))
		put(r, '\\');
	if (r->at < r->end)
		put_step(r);
}

static void complain_backtick(struct reader *r)
{
	bad_shell(r, here(r), "'`' would run a command, and nothing here is run; write the value");
}

static void read_double(struct reader *r)
{
	struct config_place place = here(r);

	step(r);
	while (r->at < r->end && peek(r) != '"') {
		if (peek(r) == '\\')
			read_backslash(r, true);
		else if (peek(r) == '$')
			expand(r, true);
		else if (peek(r) == '`')
			complain_backtick(r), step(r);
		else
			put_step(r);
	}
	if (r->at == r->end)
		bad_shell(r, place, "this quote is never closed; write another \" at the end");
	step(r);
}

static bool at_word_end(const struct reader *r)
{
	return r->at == r->end || strchr(" \t\r\n;", *r->at);
}

static void read_value(struct reader *r)
{
	if (peek(r) == '~')
		bad_shell(r, here(r), "'~' is not understood; write the full path");
	while (!at_word_end(r) && !r->bad) {
		char c = peek(r);

		if (c == '\'')
			read_single(r);
		else if (c == '"')
			read_double(r);
		else if (c == '\\')
			read_backslash(r, false);
		else if (c == '$')
			expand(r, false);
		else if (c == '`')
			complain_backtick(r);
		else if (strchr("|&<>()", c))
			bad_shell(r, here(r),
				  "'%c' is a shell's, and no shell reads this; put "
				  "the value in quotes",
				  c);
		else
			put_step(r);
	}
}

static struct shell_var *new_var(struct reader *r, const char *name, size_t len)
{
	struct shell_vars *v = r->vars;
	struct shell_var *var;

	if (v->nr == SHELL_VARS_MAX) {
		bad_shell(r, here(r), "more than %d variables; is this the right file?",
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

static void assign(struct reader *r, const char *name, size_t len, struct config_place place)
{
	struct shell_var *var = find(r->vars, name, len);
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
	var->place = place;
}

static void skip_line(struct reader *r)
{
	while (r->at < r->end && peek(r) != '\n')
		step(r);
}

/* NAME=VALUE or NAME+=VALUE. */
static void read_assignment(struct reader *r, size_t len)
{
	struct config_place place = here(r);
	const char *name = r->at;
	const struct shell_var *old = find(r->vars, name, len);

	r->at += len;
	r->len = 0;
	r->bad = false;
	if (peek(r) == '+' && old)
		put_text(r, old->value);
	if (peek(r) == '+')
		step(r);
	step(r); /* the '=' */
	read_value(r);
	if (r->bad)
		skip_line(r);
	else
		assign(r, name, len, place);
}

static bool is_export(const struct reader *r, size_t len)
{
	return len == 6 && strncmp(r->at, "export", len) == 0 && r->at + len < r->end &&
	       strchr(" \t", r->at[len]);
}

/* The word at hand is no assignment. */
static void read_other(struct reader *r)
{
	r->bad = false;
	bad_shell(r, here(r),
		  "this would be a command, and nothing here is run; write NAME=VALUE "
		  "without blanks around '='");
	skip_line(r);
}

static void read_word(struct reader *r)
{
	size_t len = name_length(r);
	const char *behind = r->at + len;
	bool plus = r->end - behind >= 2 && behind[0] == '+' && behind[1] == '=';

	if (peek(r) == '#')
		skip_line(r);
	else if (is_export(r, len))
		r->at += len;
	else if (len > 0 && (plus || (behind < r->end && *behind == '=')))
		read_assignment(r, len);
	else
		read_other(r);
}

int shell_vars_read(const char *text, size_t len, struct config_report *report,
		    struct shell_vars *out)
{
	struct reader r = {
		.at = text,
		.end = text + strnlen(text, len),
		.line_start = text,
		.line = 1,
		.report = report,
		.vars = out,
		.value = malloc(SHELL_VALUE_MAX + 1),
	};

	*out = (struct shell_vars){ 0 };
	while (r.value && r.at < r.end) {
		if (strchr(" \t\r\n;", *r.at) || (*r.at == '\\' && peek_next(&r) == '\n'))
			step(&r);
		else
			read_word(&r);
	}
	/* What follows a NUL would be invisible to whoever checks the file. */
	if (r.end < text + len)
		config_report_add(report, CONFIG_ERROR, here(&r),
				  "a NUL byte; remove it: nothing behind it is read");
	r.no_memory = r.no_memory || !r.value;
	free(r.value);
	return r.no_memory ? fail(-ENOMEM, "read %s", report->file) : 0;
}

void shell_vars_free(struct shell_vars *v)
{
	for (unsigned i = 0; i < v->nr; i++) {
		free(v->vars[i].name);
		free(v->vars[i].value);
	}
	free(v->vars);
	*v = (struct shell_vars){ 0 };
}
