/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shell_skip.c - to the end of a word that cannot be read, by the quotes a shell knows */
#include "config/sysconfig/shell_reader.h"

#include <string.h>

#define NESTED_MAX 32

/* What is open at the moment, innermost last: each as the character that closes it. */
struct nesting {
	char close[NESTED_MAX];
	unsigned nr;
};

static char innermost(const struct nesting *n)
{
	return n->nr ? n->close[n->nr - 1] : '\0';
}

static bool open_one(struct nesting *n, char close)
{
	if (n->nr == NESTED_MAX)
		return false;
	n->close[n->nr++] = close;
	return true;
}

/* Within a word: '$(' and '${' count in double quotes too, single quotes and '(' do not. */
static bool step_into(struct shell_reader *r, struct nesting *n)
{
	char c = shell_peek(r), inner = innermost(n), next = shell_peek_next(r);

	shell_step(r);
	if (c == '\\') {
		shell_step(r);
	} else if (c == '$' && (next == '(' || next == '{')) {
		shell_step(r);
		return open_one(n, next == '(' ? ')' : '}');
	} else if (c == '"' || c == '`' || (c == '\'' && inner != '"')) {
		return open_one(n, c);
	} else if (c == '(' && inner == ')') {
		return open_one(n, ')');
	} else if (c == '#' && inner == ')') {
		return false; /* maybe a comment, with anything in it */
	} else if (c == '<' && next == '<' && (inner == ')' || inner == '`')) {
		return false; /* maybe a here-document: its quotes are none */
	}
	return true;
}

bool shell_skip_word(struct shell_reader *r)
{
	struct nesting n = { 0 };

	while (r->at < r->end) {
		char c = shell_peek(r), inner = innermost(&n);

		if (!inner && strchr(" \t\r\n;|&<>()", c))
			return true;
		if (inner && c == inner) {
			n.nr--;
			shell_step(r);
		} else if (inner == '\'') {
			shell_step(r);
		} else if (!step_into(r, &n)) {
			return false;
		}
	}
	return n.nr == 0;
}
