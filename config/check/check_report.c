/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_report.c - how checks on this system complain, and where they look */
#include "config/check/check_impl.h"
#include "config/check/trust.h"

#include "config/parse/lines.h"

#include <stdarg.h>
#include <unistd.h>

/* A key that is not in the file has no position: the error is about the file as a whole. */
static struct config_position position_of(const struct check *k)
{
	const struct config_line *line = k->key ? config_line_find(k->c, k->key) : NULL;

	if (k->position)
		return *k->position;
	return line ? line->value_position : (struct config_position){ 0 };
}

static void add(struct check *k, enum config_severity severity, const char *fmt, va_list ap)
{
	char text[REPORT_TEXT_MAX];

	vsnprintf(text, sizeof(text), fmt, ap);
	config_report_add(&k->c->report, severity, position_of(k), "%s%s%s", k->key ? k->key : "",
			  k->key ? ": " : "", text);
}

void config_check_error(struct check *k, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(k, CONFIG_ERROR, fmt, ap);
	va_end(ap);
}

void config_check_warning(struct check *k, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(k, CONFIG_WARNING, fmt, ap);
	va_end(ap);
}

bool config_check_hidden(struct check *k, const char *file)
{
	if (errno != EACCES || geteuid() == 0)
		return false;
	config_check_warning(k,
			     "'%s' may not be looked at by you, so it was not checked; "
			     "ask as root",
			     file);
	return true;
}

void config_check_missing(struct check *k, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(k, k->system.was_good ? CONFIG_WARNING : CONFIG_ERROR, fmt, ap);
	va_end(ap);
}

const char *config_check_below(const struct check *k, const char *file, char buf[PATH_MAX])
{
	snprintf(buf, PATH_MAX, "%s%s", k->system.root, file);
	return buf;
}

/* A file that other users may write would run as root, in a kernel without any protection. */
bool config_check_trusted(struct check *k, const char *file)
{
	char why[CONFIG_TRUST_MAX];
	int rc = config_trusted(k->system.root, file, why);

	if (rc == -EPERM)
		config_check_error(k, "%s", why);
	return rc == 0;
}
