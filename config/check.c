/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check.c - all that is checked on this system, and how it complains
 *
 * Nothing here may change the system, mount, or wait for a server: it runs at boot, and
 * for whoever merely asks whether the file is good.
 */
#include "config/check_impl.h"

#include "base/err.h"
#include "config/apply.h"

#include <stdarg.h>
#include <sys/utsname.h>

/* A key that is not written has no place: its complaint is about the file as a whole. */
static struct config_place place_of(const struct check *k)
{
	const struct config_line *line = k->key ? config_line_find(k->c, k->key) : NULL;

	if (k->place)
		return *k->place;
	return line ? line->value_place : (struct config_place){ 0 };
}

static void add(struct check *k, enum config_severity severity, const char *fmt, va_list ap)
{
	char text[REPORT_TEXT_MAX];

	vsnprintf(text, sizeof(text), fmt, ap);
	config_report_add(&k->c->report, severity, place_of(k), "%s%s%s", k->key ? k->key : "",
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

const char *config_check_below(const struct check *k, const char *file, char buf[PATH_MAX])
{
	snprintf(buf, PATH_MAX, "%s%s", k->system.root, file);
	return buf;
}

int config_check_system(struct config *c, const struct config_system *system)
{
	struct check k = { .c = c };
	unsigned told = c->report.nr;
	struct utsname uts;

	if (system)
		k.system = *system;
	if (uname(&uts) < 0)
		return fail(-errno, "ask for the running kernel's release");
	if (!k.system.root)
		k.system.root = "";
	if (!k.system.collector)
		k.system.collector = "kdump-collect";
	if (!k.system.kernel)
		k.system.kernel = uts.release;

	config_check_targets(&k);
	config_check_hooks(&k);
	config_check_drop_ins(&k);
	config_check_bins(&k);
	config_check_modules(&k);
	config_check_key(&k);
	config_check_collector(&k);
	config_check_fence(&k);
	config_report_sort(&c->report, told);
	return config_report_verdict(&c->report);
}
