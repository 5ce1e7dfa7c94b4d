/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * set_dracut.c - dracut_args: what an image that dracut does not make can take of it
 *
 * Files in use have it for a target or for drivers. Dropping that without a word would
 * show at the crash.
 */
#include "config/parse/lines.h"
#include "config/parse/value.h"

#include "base/util.h"
#include "config/parse/values.h"

#include <string.h>

enum meaning { MOUNT, MODULES, OMIT, BINS };

/* The options that have an effect; each takes a value, and all but --mount a list. */
static const struct {
	const char *name;
	enum meaning meaning;
} options[] = {
	{ "--mount", MOUNT },
	{ "--add-drivers", MODULES },
	{ "--force-drivers", MODULES },
	{ "--install", BINS },
	{ "-I", BINS },
	{ "--omit-drivers", OMIT },
};

/* An option and its value; behind is the word to go on with. */
struct option {
	int meaning; /* -1: not one of the above */
	const char *value;
	const char *const *behind;
};

/* "--install a" and "--install=a"; without a value "". */
static struct option read_option(const char *const *argv)
{
	struct option o = { .meaning = -1, .value = "", .behind = argv + 1 };

	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		size_t len = strlen(options[i].name);

		if (strncmp(argv[0], options[i].name, len) != 0)
			continue;
		if (argv[0][len] == '=') {
			o.value = argv[0] + len + 1;
		} else if (argv[0][len]) {
			continue;
		} else if (argv[1]) {
			o.value = argv[1];
			o.behind++;
		}
		o.meaning = (int)options[i].meaning;
		return o;
	}
	return o;
}

/* The next --mount as it is written; text itself if quotes hide it. */
static const char *find_mount(const char *text)
{
	for (const char *at = text; (at = strstr(at, "--mount")); at++) {
		char before = at > text ? at[-1] : ' ', behind = at[7];

		if (strchr(" \t'\"", before) && (!behind || strchr(" \t=", behind)))
			return at;
	}
	return text;
}

static void set_mount(struct line_value *v, const char *value, struct config_position position)
{
	const char *const *field = config_split(v->c->text, value, false);

	if (field[0] && field[1] && field[2])
		config_set_mount(v, field, position);
	else
		config_report_add(&v->c->report, CONFIG_ERROR, position,
				  "--mount names no target; write --mount \"DEVICE DIRECTORY "
				  "FSTYPE OPTIONS\", with the quotes");
}

void config_set_dracut(struct line_value *v)
{
	const char *at = v->value;
	const char *const *argv = config_split(v->c->text, v->value, true);

	v->c->dracut_args = v->value;
	v->c->dracut_argv = argv;
	while (*argv) {
		struct option o = read_option(argv);

		argv = o.behind;
		if (o.meaning != MOUNT)
			continue;
		at = find_mount(at);
		set_mount(v, o.value, config_position_of(v, at));
		at += *at != '\0';
	}
}

static size_t count(const char *const *argv)
{
	size_t n = 0;

	while (argv[n])
		n++;
	return n;
}

/* Both vectors as one; *to stays as it is without memory, which text remembers. */
static void append(struct config_text *text, const char *const **to, const char *const *more)
{
	size_t n = count(*to), m = count(more);
	const char **all = m > 0 ? config_text_alloc(text, (n + m + 1) * sizeof(*all)) : NULL;

	if (!all)
		return;
	memcpy(all, *to, n * sizeof(*all));
	memcpy(all + n, more, m * sizeof(*all));
	*to = all;
}

static struct config_position position_of_args(const struct config *c)
{
	const struct config_line *line = config_line_find(c, "dracut_args");

	return line ? line->value_position : (struct config_position){ 0 };
}

/* dracut takes patterns too; here a module has one name. */
static void append_modules(struct config *c, const char *const **to, char *value)
{
	const char **argv = (const char **)config_split(c->text, value, false);
	size_t nr = 0;

	for (size_t i = 0; argv[i]; i++) {
		if (config_is_module(argv[i]))
			argv[nr++] = argv[i];
		else
			config_report_add(
				&c->report, CONFIG_WARNING, position_of_args(c),
				"'%.80s' is not the name of a module and is ignored; write "
				"each by its name",
				argv[i]);
	}
	if (argv[nr]) /* else it may be the empty vector that all share */
		argv[nr] = NULL;
	append(c->text, to, argv);
}

/* As the kernel writes them; a '-' in front does not belong to the name. */
static char *underscored(char *value)
{
	for (char *c = value; *c; c++) {
		if (*c == '-' && c > value && c[-1] != ' ')
			*c = '_';
	}
	return value;
}

static void add_drivers(struct config *c, char *value)
{
	size_t before = count(c->extra_modules);

	append_modules(c, &c->extra_modules, value);
	append(c->text, &c->dracut_modules, c->extra_modules + before);
}

static void merge_option(struct config *c, const struct option *o)
{
	char *value = config_text_copy(c->text, o->value, strlen(o->value));

	if (!value)
		return;
	if (o->meaning == MODULES)
		add_drivers(c, underscored(value));
	else if (o->meaning == OMIT)
		append_modules(c, &c->omit_modules, underscored(value));
	else if (o->meaning == BINS)
		append(c->text, &c->extra_bins, config_split(c->text, value, false));
}

/* When all lines are read: extra_modules may stand below dracut_args. */
void config_merge_dracut(struct config *c)
{
	const char *const *argv = c->dracut_argv;

	while (*argv) {
		struct option o = read_option(argv);

		if (o.meaning < 0 && argv[0][0] == '-')
			config_report_add(&c->report, CONFIG_WARNING, position_of_args(c),
					  "'%.80s' has no effect, since the image is not made by "
					  "dracut; what has: --mount --add-drivers "
					  "--force-drivers --omit-drivers --install",
					  *argv);
		merge_option(c, &o);
		argv = o.behind;
	}
}
