/* SPDX-License-Identifier: GPL-2.0-or-later */
/* config.c - a file becomes a struct config */
#include "config/config.h"

#include "base/err.h"
#include "config/parse/lines.h"
#include "config/parse/file.h"

#include <stdlib.h>
#include <string.h>

static const char *const empty_list[] = { NULL };

/* What config_free() can take, and what is true without any line. */
static void init(struct config *out)
{
	*out = (struct config){
		.targets[0] = { .kind = CONFIG_TARGET_PATH },
		.nr_targets = 1,
		.extra_bins = empty_list,
		.extra_modules = empty_list,
		.dracut_modules = empty_list,
		.omit_modules = empty_list,
		.dracut_argv = empty_list,
		.encrypt_to = empty_list,
		.fence_kdump_nodes = empty_list,
		.fence_kdump_args = empty_list,
	};
}

/* Defaults first, so that a key that is missing or wrong still has a value. */
static int parse(const char *text, size_t len, struct config *c)
{
	int rc = config_text_read(text, len, &c->report, &c->text);

	if (rc < 0)
		return rc;
	config_apply_defaults(c);
	config_apply_lines(c);
	config_check_rules(c);
	if (c->text->no_memory)
		return fail(-ENOMEM, "read %s", c->report.file);
	return 0;
}

/* Errors count, but not where a dump is more important than any of them. */
static int parse_all(const char *text, size_t len, unsigned flags, struct config *c)
{
	int rc;

	if (len > CONFIG_FILE_MAX) {
		config_report_too_long(&c->report);
		len = CONFIG_FILE_MAX;
	}
	rc = parse(text, len, c);
	if (rc < 0)
		return rc;
	config_report_sort(&c->report, 0);
	return flags & CONFIG_LENIENT ? 0 : config_report_verdict(&c->report);
}

int config_parse(const char *name, const char *text, size_t len, unsigned flags, struct config *out)
{
	int rc;

	init(out);
	rc = config_report_init(&out->report, name);
	return rc < 0 ? rc : parse_all(text, len, flags, out);
}

/* Defaults are better than no dump. */
static int parse_nothing(struct config *c, int why)
{
	config_report_add(&c->report, CONFIG_ERROR, (struct config_position){ 0 },
			  "cannot be read (%s); defaults are used", strerror(-why));
	fail_clear();
	return parse("", 0, c);
}

int config_load(const char *file, unsigned flags, struct config *out)
{
	char *text;
	size_t len;
	int rc;

	init(out);
	rc = config_report_init(&out->report, file);
	if (rc < 0)
		return rc;
	rc = config_file_read(file, &text, &len);
	if (rc < 0)
		return flags & CONFIG_LENIENT ? parse_nothing(out, rc) : rc;
	rc = parse_all(text, len, flags, out);
	free(text);
	return rc;
}

void config_free(struct config *c)
{
	config_text_free(c->text);
	config_report_fini(&c->report);
	init(c);
}

const char *config_written(const struct config *c, const char *key)
{
	const struct config_line *line = config_line_find(c, key);

	return line ? line->value : NULL;
}

const char *config_written_at(const struct config *c, const char *key, unsigned i)
{
	for (unsigned l = 0; c->text && l < c->text->nr; l++) {
		if (strcmp(c->text->lines[l].key, key) == 0 && i-- == 0)
			return c->text->lines[l].value;
	}
	return NULL;
}

bool config_is_of_dracut(const struct config *c, const char *module)
{
	for (size_t i = 0; c->dracut_modules[i]; i++) {
		if (strcmp(c->dracut_modules[i], module) == 0)
			return true;
	}
	return false;
}
