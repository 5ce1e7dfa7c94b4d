/* SPDX-License-Identifier: GPL-2.0-or-later */
/* convert_line.c - from the value of a variable to a line of kdump.conf */
#include "config/sysconfig/convert.h"

#include "config/sysconfig/shell.h"
#include "config/parse/values.h"

#include <stdarg.h>
#include <string.h>

#define NUMBER_LAST 9999

const char *convert_value(const struct convert *v, const char *name)
{
	const char *value = sysconfig_get(v->s, name);

	return value && *value ? value : NULL;
}

void convert_complain(struct convert *v, enum config_severity severity, const char *name,
		      const char *message)
{
	const struct shell_var *var = shell_vars_find(v->s->vars, name);
	struct config_position position = var ? var->position : (struct config_position){ 0 };

	if (v->lenient)
		severity = CONFIG_WARNING;
	config_report_add(&v->s->report, severity, position, "%s: %s", name, message);
}

static bool is_among(const char *value, const char *const list[4])
{
	for (unsigned i = 0; i < 4; i++) {
		if (strcasecmp(value, list[i]) == 0)
			return true;
	}
	return false;
}

bool convert_is_off(const char *value)
{
	return is_among(value, (const char *const[4]){ "no", "false", "0", "off" });
}

bool convert_is_on(const char *value)
{
	return is_among(value, (const char *const[4]){ "yes", "true", "1", "on" });
}

/* In a kdump.conf a '#' ends the value, a line end the line, and outer quotes go away. */
static bool is_expressible(const char *value)
{
	size_t len = strlen(value);

	for (const char *c = value; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f || *c == '#')
			return false;
	}
	return len < 2 || value[0] != '"' || value[len - 1] != '"';
}

void convert_line(struct convert *v, const char *name, const char *key, const char *fmt, ...)
{
	char value[2048];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(value, sizeof(value), fmt, ap);
	va_end(ap);
	if (len >= (int)sizeof(value) || !is_expressible(value)) {
		convert_complain(v, CONFIG_ERROR, name,
				 "this cannot be a line of kdump.conf; write it without '#' and "
				 "outer quotes, and shorter");
		return;
	}
	if (v->nr_lines == CONVERT_LINES)
		return;
	fprintf(v->out, "%s %s\n", key, value);
	v->names[v->nr_lines++] = name;
}

void convert_target(struct convert *v, const char *name, const char *kind, const char *where)
{
	if (v->nr_targets == 0)
		v->streams = strcmp(kind, "ssh") == 0;
	if (v->nr_targets++ == 0)
		convert_line(v, name, kind, "%s", where);
	else
		convert_line(v, name, "fallback_target", "%s %s", kind, where);
}

bool convert_number(struct convert *v, const char *name, unsigned *out)
{
	const char *value = convert_value(v, name);

	if (!value)
		return false;
	if (config_read_count(value, NUMBER_LAST, out))
		return true;
	convert_complain(v, CONFIG_WARNING, name, "no effect, since it is not a number; write one");
	return false;
}
