/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shell_value.c - quotes, backslashes and variables within a value
 *
 * The rules are POSIX's for assignments: no splitting at blanks and no patterns, so
 * "A=$B" needs no quotes. The tests compare with a real shell.
 */
#include "config/sysconfig/shell_reader.h"

#include <ctype.h>
#include <string.h>

/* A line end within quotes: a blank is what it means in all these variables. */
static void put_step(struct shell_reader *r)
{
	char c = shell_peek(r);

	if (c != '\r' || shell_peek_next(r) != '\n')
		shell_put(r, c == '\n' ? ' ' : c, r->at);
	shell_step(r);
}

/* Behind '$': NAME or {NAME}. */
static void expand_name(struct shell_reader *r, struct config_position position)
{
	bool braces = shell_peek(r) == '{';
	const struct shell_var *var;
	const char *name;
	size_t len;

	if (braces)
		shell_step(r);
	name = r->at;
	len = shell_name_length(r);
	r->at += len;
	if (len == 0 || (braces && shell_peek(r) != '}')) {
		shell_bad(r, position,
			  "only $NAME and ${NAME} are understood; write the value itself");
		return;
	}
	if (braces)
		shell_step(r);
	var = shell_find(r->vars, name, len);
	if (var)
		shell_put_text(r, var->value);
	else
		config_report_add(r->report, CONFIG_WARNING, position,
				  "%.*s has no value before this line; here it is empty",
				  (int)(len < 80 ? len : 80), name);
}

/* A '$' before anything that could not begin a name is a plain character, as in a shell. */
static void expand_variable(struct shell_reader *r, bool quoted)
{
	struct config_position position = shell_here(r);
	const char *dollar = r->at;
	char next = shell_peek_next(r);

	shell_step(r);
	if (next == '{' || shell_is_name_start(next))
		expand_name(r, position);
	else if (next == '(')
		shell_bad(r, position,
			  "'$(' would run a command, and nothing here is run; write the value");
	else if (next && (isdigit((unsigned char)next) || strchr("*@#?$!-", next)))
		shell_bad(r, position, "'$%c' has no meaning here; write '\\$' for a dollar sign",
			  next);
	else if (!quoted && (next == '\'' || next == '"'))
		shell_bad(r, position, "'$%c' is not understood; write the value in plain quotes",
			  next);
	else
		shell_put(r, '$', dollar);
}

/* Everything is itself up to the next quote. */
static void read_single(struct shell_reader *r)
{
	struct config_position position = shell_here(r);

	shell_step(r);
	while (r->at < r->end && shell_peek(r) != '\'')
		put_step(r);
	if (r->at == r->end)
		shell_bad(r, position, "this quote is never closed; write another ' at the end");
	shell_step(r);
}

/* Within "...", and outside of quotes if quoted is false. */
static void read_backslash(struct shell_reader *r, bool quoted)
{
	char next = shell_peek_next(r);

	shell_step(r);
	if (next == '\r' && r->at + 1 < r->end && r->at[1] == '\n')
		shell_step(r);
	if (shell_peek(r) == '\n') {
		shell_step(r);
		return;
	}
	if (quoted && (!next || !strchr("$`\"\\", next)))
		shell_put(r, '\\', r->at - 1);
	if (r->at < r->end)
		put_step(r);
}

static void complain_backtick(struct shell_reader *r)
{
	shell_bad(r, shell_here(r),
		  "'`' would run a command, and nothing here is run; write the value");
}

static void read_double(struct shell_reader *r)
{
	struct config_position position = shell_here(r);

	shell_step(r);
	while (r->at < r->end && shell_peek(r) != '"') {
		if (shell_peek(r) == '\\')
			read_backslash(r, true);
		else if (shell_peek(r) == '$')
			expand_variable(r, true);
		else if (shell_peek(r) == '`')
			complain_backtick(r), shell_step(r);
		else
			put_step(r);
	}
	if (r->at == r->end)
		shell_bad(r, position, "this quote is never closed; write another \" at the end");
	shell_step(r);
}

/* Where an unquoted value stops. */
static bool at_word_end(const struct shell_reader *r)
{
	return r->at == r->end || strchr(" \t\r\n;", *r->at);
}

void shell_read_value(struct shell_reader *r)
{
	if (shell_peek(r) == '~')
		shell_bad(r, shell_here(r), "'~' is not understood; write the full path");
	while (!at_word_end(r) && !r->bad) {
		char c = shell_peek(r);

		if (c == '\'')
			read_single(r);
		else if (c == '"')
			read_double(r);
		else if (c == '\\')
			read_backslash(r, false);
		else if (c == '$')
			expand_variable(r, false);
		else if (c == '`')
			complain_backtick(r);
		else if (strchr("|&<>()", c))
			shell_bad(r, shell_here(r),
				  "'%c' is a shell's, and no shell reads this; put "
				  "the value in quotes",
				  c);
		else
			put_step(r);
	}
}
