/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rules.c - what lines mean together
 *
 * Run once all lines are read, since they may come in any order.
 */
#include "config/parse/lines.h"
#include "config/parse/value.h"

#include "config/core_collector.h"

#include <string.h>

static struct config_position value_position(const struct config *c, const char *key)
{
	const struct config_line *line = config_line_find(c, key);

	return line ? line->value_position : (struct config_position){ 0 };
}

static void check_rebuild(struct config *c)
{
	if (c->force_rebuild && c->force_no_rebuild)
		config_report_add(&c->report, CONFIG_ERROR, value_position(c, "force_no_rebuild"),
				  "force_rebuild and force_no_rebuild are both 1; set one to 0");
}

static bool all_ssh(const struct config *c)
{
	for (unsigned i = 0; i < c->nr_targets; i++) {
		if (c->targets[i].kind != CONFIG_TARGET_SSH)
			return false;
	}
	return true;
}

/* Without a home directory to start from, a relative path can only mean the root. */
static void check_path(struct config *c)
{
	size_t len = strlen(c->path);
	char *path;

	if (c->path[0] == '/' || all_ssh(c))
		return;
	config_report_add(&c->report, CONFIG_WARNING, value_position(c, "path"),
			  "path: '%.80s' is taken for '/%.80s'; write it so", c->path, c->path);
	path = config_text_alloc(c->text, len + 2);
	if (!path)
		return;
	path[0] = '/';
	memcpy(path + 1, c->path, len);
	c->path = path;
}

static bool starts_with_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	return strncmp(text, word, len) == 0 && (!text[len] || strchr(" \t", text[len]));
}

/*
 * Our capture adds -F where it is missing; older tools refuse such a file, and files
 * go from one machine to the next.
 */
static void check_collector(struct config *c)
{
	const char *command = c->core_collector;
	enum config_target_kind kind = c->targets[0].kind;
	struct config_position position = value_position(c, "core_collector");

	if (!command || !config_kind_streams(kind))
		return;
	if (kind == CONFIG_TARGET_RAW && config_wants_log_alone(c)) {
		config_report_add(
			&c->report, CONFIG_ERROR, position,
			"core_collector: none saves the kernel log alone, and a raw device "
			"takes a core alone; write another target");
		return;
	}
	if (starts_with_word(command, "makedumpfile") && !config_command_has(command, 'F'))
		config_report_add(&c->report, CONFIG_ERROR, position,
				  "core_collector: to %s makedumpfile must write a stream; write "
				  "'makedumpfile -F%.120s'",
				  config_kind_name(kind), command + strlen("makedumpfile"));
	else if (kind == CONFIG_TARGET_RAW && !config_command_is_makedumpfile(command))
		config_report_add(
			&c->report, CONFIG_WARNING, position,
			"core_collector: what this writes to the raw device cannot be "
			"recovered by the next start; write makedumpfile -F if it should");
}

void config_check_rules(struct config *c)
{
	config_merge_dracut(c);
	check_rebuild(c);
	check_path(c);
	check_collector(c);
}
