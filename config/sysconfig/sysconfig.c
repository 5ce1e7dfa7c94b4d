/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sysconfig.c - variables of the sysconfig files into members
 *
 * Distributions took names from each other but never for different things, so one table
 * is enough for all.
 */
#include "config/sysconfig/sysconfig.h"

#include "base/err.h"
#include "base/near.h"
#include "base/util.h"
#include "config/parse/file.h"
#include "config/parse/keys.h"
#include "config/sysconfig/shell.h"
#include "config/sysconfig/sysconfig_table.h"
#include "config/parse/values.h"

#include <stdlib.h>
#include <string.h>

#define NUMBER_LAST 9999

static const struct sysconfig_row rows[] = {
#define AT(kind, member)  AT_##kind(member)
#define AT_TEXT(member)	  offsetof(struct sysconfig, member)
#define AT_FLAG(member)	  offsetof(struct sysconfig, member)
#define AT_NUMBER(member) offsetof(struct sysconfig, member)
#define AT_CONF(member)	  CONFIG_NO_MEMBER
#define AT_NOTE(member)	  CONFIG_NO_MEMBER
#define VAR(name, kind, member, fine, help) \
	{ name, SYSCONFIG_##kind, AT(kind, member), fine, help },
#include "config/sysconfig/sysconfig.def"
#undef VAR
};

const struct sysconfig_row *sysconfig_row_at(unsigned i)
{
	return i < ARRAY_SIZE(rows) ? &rows[i] : NULL;
}

static const struct sysconfig_row *row_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	}
	return NULL;
}

/* All spellings that these files have had; false: none of them. */
static bool read_flag(const char *text, bool *out)
{
	static const char *const switches[] = {
		"no", "yes", "0", "1", "false", "true", "off", "on"
	};

	for (unsigned i = 0; i < ARRAY_SIZE(switches); i++) {
		if (strcasecmp(text, switches[i]) == 0) {
			*out = i % 2;
			return true;
		}
	}
	return false;
}

/* A wrong value is a warning and leaves the default, as these files have always worked. */
static void set(struct sysconfig *s, const struct sysconfig_row *row, const struct shell_var *var)
{
	void *to = (char *)s + row->member;

	if (!*var->value)
		return;
	if (row->kind == SYSCONFIG_TEXT)
		*(const char **)to = var->value;
	else if (row->kind == SYSCONFIG_FLAG && !read_flag(var->value, to))
		config_report_add(&s->report, CONFIG_WARNING, var->position,
				  "%s: '%.80s' has no effect; write yes or no", var->name,
				  var->value);
	else if (row->kind == SYSCONFIG_NUMBER && !config_read_count(var->value, NUMBER_LAST, to))
		config_report_add(&s->report, CONFIG_WARNING, var->position,
				  "%s: '%.80s' has no effect; write a number", var->name,
				  var->value);
}

/*
 * A variable of the user's own is not a mistake, since other lines may refer to it; one that
 * looks like ours is.
 */
static void check_unknown(struct sysconfig *s, const struct shell_var *var)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (strlen(var->name) > 5 && near_distance(var->name, rows[i].name) < 2) {
			config_report_add(&s->report, CONFIG_WARNING, var->position,
					  "unknown variable %.80s; write %s if that is what you "
					  "mean",
					  var->name, rows[i].name);
			return;
		}
	}
}

static void set_all(struct sysconfig *s)
{
	for (unsigned i = 0; i < s->vars->nr; i++) {
		const struct shell_var *var = &s->vars->vars[i];
		const struct sysconfig_row *row = row_find(var->name);

		if (!row)
			check_unknown(s, var);
		else if (row->member != CONFIG_NO_MEMBER)
			set(s, row, var);
	}
}

static int init(const char *name, struct sysconfig *out)
{
	*out = (struct sysconfig){
		.use_kdump = true,
		.vars = calloc(1, sizeof(*out->vars)),
	};
	if (config_report_init(&out->report, name) < 0 || !out->vars)
		return fail(-ENOMEM, "read %s", name);
	return 0;
}

int sysconfig_parse(const char *name, const char *text, size_t len, struct sysconfig *out)
{
	int rc = init(name, out);

	if (rc == 0)
		rc = shell_vars_read(text, len, &out->report, out->vars);
	if (rc < 0)
		return rc;
	set_all(out);
	out->all_cpus = out->cpus == 0 && strcmp(sysconfig_get(out, "KDUMP_CPUS") ?: "", "0") == 0;
	config_report_sort(&out->report, 0);
	return config_report_verdict(&out->report);
}

int sysconfig_load(const char *file, struct sysconfig *out)
{
	char *text = NULL;
	size_t len = 0;
	int rc, error = config_file_read(file, &text, &len);

	if (error < 0) {
		rc = init(file, out);
		return rc < 0 ? rc : error;
	}
	rc = sysconfig_parse(file, text, len < CONFIG_FILE_MAX ? len : CONFIG_FILE_MAX, out);
	free(text);
	if (len > CONFIG_FILE_MAX && (rc == 0 || rc == -EINVAL)) {
		config_report_too_long(&out->report);
		config_report_sort(&out->report, 0);
		rc = -EINVAL;
	}
	return rc;
}

/* "" sets nothing, and some values ask for what happens anyway. */
static bool is_fine(const struct sysconfig_row *row, const char *value)
{
	const char *fine = row->fine ? row->fine : "";
	size_t len = strlen(value);

	while (*fine) {
		size_t n = strcspn(fine, " ");

		if (n == len && strncasecmp(fine, value, n) == 0)
			return true;
		fine += n + (fine[n] == ' ');
	}
	return len == 0;
}

void sysconfig_notes(struct sysconfig *s)
{
	unsigned before = s->report.nr;

	for (unsigned i = 0; s->vars && i < s->vars->nr; i++) {
		const struct shell_var *var = &s->vars->vars[i];
		const struct sysconfig_row *row = row_find(var->name);

		if (row && row->kind == SYSCONFIG_NOTE && !is_fine(row, var->value))
			config_report_add(&s->report, CONFIG_WARNING, var->position,
					  "%s has no effect: %s", var->name, row->help);
	}
	config_report_sort(&s->report, before);
}

void sysconfig_free(struct sysconfig *s)
{
	if (s->vars)
		shell_vars_free(s->vars);
	free(s->vars);
	config_report_fini(&s->report);
	*s = (struct sysconfig){ 0 };
}

const char *sysconfig_get(const struct sysconfig *s, const char *name)
{
	const struct shell_var *var = s->vars ? shell_vars_find(s->vars, name) : NULL;

	return var ? var->value : NULL;
}
