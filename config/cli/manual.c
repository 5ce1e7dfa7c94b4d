/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * manual.c - keys.def as roff and as plain text
 *
 * One text for --help and the manual, so that they cannot differ.
 */
#include "config/cli/manual.h"

#include "config/sysconfig/sysconfig_table.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define WIDTH 80

static bool is_shown(const struct config_key *key)
{
	return key->kind != KIND_REFUSED;
}

/* Plain text in roff: '-' must not become a hyphen, and a line must not begin as a command. */
static void roff_text(FILE *f, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '-')
			fputs("\\-", f);
		else if (text[i] == '\\')
			fputs("\\e", f);
		else
			fputc(text[i], f);
	}
}

/* `x` is bold, an empty line a new paragraph; each sentence gets a line, as roff likes it. */
static void roff_manual(FILE *f, const char *text)
{
	bool bold = false;

	for (const char *c = text; *c; c++) {
		if (*c == '`') {
			bold = !bold;
			fputs(bold ? "\\fB" : "\\fR", f);
		} else if (*c == '\n') {
			fputs(c[1] == '\n' ? "\n.IP\n" : "", f);
		} else if (*c == ' ' && c > text && strchr(".;:", c[-1]) && !bold) {
			fputc('\n', f);
		} else {
			roff_text(f, c, 1);
		}
	}
	fputc('\n', f);
}

static void roff_key(FILE *f, const struct config_key *key)
{
	fprintf(f, ".TP\n.BI \"%s \" \"", key->name);
	roff_text(f, key->shape, strlen(key->shape));
	fputs("\"\n", f);
	roff_manual(f, key->manual);
	if (key->default_value && key->kind != KIND_TIMEOUTS) {
		fputs("Without this key: ", f);
		roff_text(f, key->default_value, strlen(key->default_value));
		fputs(".\n", f);
	}
}

/* Those who look for an old key should find it, and the way on. */
static void roff_refused(FILE *f)
{
	const struct config_key *key;

	for (unsigned i = 0; (key = config_key_at(i)); i++) {
		if (key->kind != KIND_REFUSED)
			continue;
		fprintf(f, ".TP\n.B %s\nNot supported any more: ", key->name);
		roff_text(f, key->manual, strlen(key->manual));
		fputs(".\n", f);
	}
}

void config_manual_roff_keys(FILE *f)
{
	const struct config_key *key;

	for (unsigned i = 0; (key = config_key_at(i)); i++) {
		if (is_shown(key))
			roff_key(f, key);
	}
	roff_refused(f);
}

/* Those that other programs read here; the rest is for --convert. */
void config_manual_roff_variables(FILE *f)
{
	const struct sysconfig_row *row;

	for (unsigned i = 0; (row = sysconfig_row_at(i)); i++) {
		if (row->member == CONFIG_NO_MEMBER)
			continue;
		fprintf(f, ".TP\n.B %s\n", row->name);
		roff_text(f, row->help, strlen(row->help));
		fputc('\n', f);
	}
}

/* How long the next word is, without its marks for bold. */
static size_t word_width(const char *text)
{
	size_t n = 0;

	for (; *text && !isspace((unsigned char)*text); text++)
		n += *text != '`';
	return n;
}

/* Filled lines, set in by four. */
static void print_filled(FILE *f, const char *text)
{
	size_t column = 0;

	for (; *text; text++) {
		if (*text == '\n') {
			fputs(column ? "\n" : "", f);
			fputs(text[1] == '\n' ? "\n" : "", f);
			column = 0;
			text += text[1] == '\n';
		} else if (*text == ' ' && column + 1 + word_width(text + 1) > WIDTH) {
			fputc('\n', f);
			column = 0;
		} else if (*text != '`') {
			column += (size_t)(column ? 1 : fprintf(f, "    ") + 1);
			fputc(*text, f);
		}
	}
	fputc('\n', f);
}

void config_manual_key(const struct config_key *key, FILE *f)
{
	if (!is_shown(key)) {
		fprintf(f, "%s is not supported any more; %s.\n", key->name, key->manual);
		return;
	}
	fprintf(f, "%s %s\n", key->name, key->shape);
	print_filled(f, key->manual);
	if (key->default_value)
		fprintf(f, "    Default: %s\n", key->default_value);
}

void config_manual_list(FILE *f)
{
	const struct config_key *key;

	for (unsigned i = 0; (key = config_key_at(i)); i++) {
		if (is_shown(key))
			fprintf(f, "  %-23s %s\n", key->name, key->help);
	}
}
