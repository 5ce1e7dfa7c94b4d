/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compare.c - settings that a sysconfig file and a kdump.conf have both, with different values */
#include "config/sysconfig/convert.h"

#include "base/err.h"
#include "config/parse/keys.h"
#include "config/parse/text.h"
#include "config/core_collector.h"
#include "config/sysconfig/shell.h"

#include <stdlib.h>
#include <string.h>

#define VALUE_MAX (PATH_MAX + 64)

static const void *member(const struct config *c, const struct config_key *key)
{
	return (const char *)c + key->member;
}

static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool same_target(const struct config_target *a, const struct config_target *b)
{
	return a->kind == b->kind && same_text(a->where, b->where) &&
	       (a->kind != CONFIG_TARGET_FS || same_text(a->fstype, b->fstype));
}

static bool has_fallback(const struct config *c, const struct config_target *t)
{
	for (unsigned i = 1; i < c->nr_targets; i++) {
		if (same_target(&c->targets[i], t))
			return true;
	}
	return false;
}

static bool same_fallbacks(const struct config *want, const struct config *c)
{
	for (unsigned i = 1; i < want->nr_targets; i++) {
		if (!has_fallback(c, &want->targets[i]))
			return false;
	}
	return true;
}

/* As they are called for c's target: -F comes and goes with that. */
static bool same_command(const struct config *want, const struct config *c)
{
	enum config_target_kind kind = c->targets[0].kind;
	struct config_command a, b;
	bool same;

	if (config_collector(want, kind, 1, &a) < 0)
		return false;
	if (config_collector(c, kind, 1, &b) < 0) {
		config_command_free(&a);
		return false;
	}
	same = a.argc == b.argc;
	for (unsigned i = 0; same && i < a.argc; i++)
		same = strcmp(a.argv[i], b.argv[i]) == 0;
	config_command_free(&a);
	config_command_free(&b);
	return same;
}

/* Only the phases that the line names. */
static bool same_timeouts(const struct config *want, const struct config *c, const char *line)
{
	for (int i = 0; i < NR_CONFIG_PHASES; i++) {
		if (strstr(line, config_phase_name((enum config_phase)i)) &&
		    want->timeout[i] != c->timeout[i])
			return false;
	}
	return true;
}

/* key is one that sysconfig_conf() writes, line its value there. */
static bool agrees(const struct config *want, const struct config *c, const struct config_key *key,
		   const char *line)
{
	if (key->kind <= KIND_TARGET_RAW)
		return same_target(&want->targets[0], &c->targets[0]);
	switch (key->kind) {
	case KIND_FALLBACK:
		return same_fallbacks(want, c);
	case KIND_PATH:
		return same_text(want->path, c->path);
	case KIND_COMMAND:
		return same_command(want, c);
	case KIND_TIMEOUTS:
		return same_timeouts(want, c, line);
	case KIND_FAILURE_ACTION:
		return want->failure_action == c->failure_action;
	case KIND_NOT_NO:
		return *(const bool *)member(want, key) == *(const bool *)member(c, key);
	case KIND_COUNT:
		return *(const unsigned *)member(want, key) == *(const unsigned *)member(c, key);
	case KIND_SIZE:
		return *(const uint64_t *)member(want, key) == *(const uint64_t *)member(c, key);
	default:
		return same_text(line, config_written(c, key->name) ? config_written(c, key->name)
								    : key->default_value);
	}
}

/* What counts now, for a message: a line of kdump.conf. */
static void value_text(const struct config *c, const struct config_key *key, char out[VALUE_MAX])
{
	const struct config_target *t = &c->targets[0];
	const char *written = config_written(c, key->name);
	struct config_command command;
	size_t n;

	if (key->kind <= KIND_TARGET_RAW && t->kind == CONFIG_TARGET_PATH) {
		snprintf(out, VALUE_MAX, "no target");
	} else if (key->kind <= KIND_TARGET_RAW) {
		snprintf(out, VALUE_MAX, "'%s %s'", config_target_name(t), t->where);
	} else if (key->kind == KIND_COMMAND && !written &&
		   config_collector(c, t->kind, 1, &command) == 0) {
		n = (size_t)snprintf(out, VALUE_MAX, "'%s", key->name);
		for (unsigned i = 0; i < command.argc && n < VALUE_MAX; i++)
			n += (size_t)snprintf(out + n, VALUE_MAX - n, " %s", command.argv[i]);
		if (n < VALUE_MAX)
			snprintf(out + n, VALUE_MAX - n, "'");
		config_command_free(&command);
	} else {
		if (key->kind == KIND_PATH)
			written = c->path;
		if (!written)
			written = key->default_value;
		if (written)
			snprintf(out, VALUE_MAX, "'%s %s'", key->name, written);
		else
			snprintf(out, VALUE_MAX, "no %s", key->name);
	}
}

static void complain(struct sysconfig *s, const char *name, const struct config_line *line,
		     const char *other)
{
	const struct shell_var *var = shell_vars_find(s->vars, name);
	struct config_position position = var ? var->position : (struct config_position){ 0 };

	config_report_add(&s->report, CONFIG_WARNING, position,
			  "%s has no effect: it means '%s %s', but %s; leave one of them out", name,
			  line->key, line->value, other);
}

/* Line i of the text, which has one comment in front, is of variable i. */
static unsigned compare(const struct convert *v, const char *file, const struct config *want,
			const struct config *c)
{
	char value[VALUE_MAX], other[VALUE_MAX + PATH_MAX];
	unsigned nr = 0;

	for (unsigned i = 0; i < want->text->nr && i < v->nr_lines; i++) {
		const struct config_line *line = &want->text->lines[i];
		const struct config_key *key = config_key_find(line->key);

		if (!key || agrees(want, c, key, line->value))
			continue;
		nr++;
		value_text(c, key, value);
		snprintf(other, sizeof(other), "%s, which counts, has %s", file, value);
		complain(v->s, v->names[i], line, other);
	}
	return nr;
}

int sysconfig_compare(struct sysconfig *s, const char *file, const struct config *c, unsigned *nr)
{
	struct convert v = { .s = s, .lenient = true };
	unsigned before = s->report.nr;
	struct config want;
	char *text;
	int rc = convert_run(&v, &text);

	*nr = 0;
	if (rc < 0 || !text)
		return rc;
	rc = config_parse("sysconfig", text, strlen(text), CONFIG_LENIENT, &want);
	if (rc == 0)
		*nr = compare(&v, file, &want, c);
	config_free(&want);
	free(text);
	config_report_sort(&s->report, before);
	return rc;
}
