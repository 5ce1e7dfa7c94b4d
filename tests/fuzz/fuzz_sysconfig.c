/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_sysconfig.c - any bytes as a file of shell assignments
 *
 * What it becomes is text that the other parser reads line by line as it was meant.
 */
#include "base/err.h"
#include "config/config.h"
#include "config/sysconfig/sysconfig.h"

#include <stdlib.h>
#include <string.h>

/* By its beginning: further on complaints quote the value, which may hold any words. */
static bool is_about_form(const char *complaint)
{
	static const char *const words[] = { "unknown key", "control character" };

	for (unsigned i = 0; i < 2; i++) {
		if (strncmp(complaint, words[i], strlen(words[i])) == 0)
			return true;
	}
	return false;
}

static void check_conf(const char *text)
{
	unsigned lines = 0;
	struct config c;

	for (const char *at = text; *at; at++)
		lines += *at == '\n';
	config_parse("f", text, strlen(text), 0, &c);
	for (unsigned i = 0; i < c.report.nr; i++) {
		if (is_about_form(c.report.complaints[i].text) ||
		    c.report.complaints[i].position.line > lines)
			abort();
	}
	config_free(&c);
}

/* Beside a kdump.conf nothing of it is an error. */
static void compare(struct sysconfig *s)
{
	unsigned errors = s->report.nr_errors, nr;
	struct config c;

	if (config_parse("c", "path /a\n", 8, 0, &c) == 0 &&
	    sysconfig_compare(s, "c", &c, &nr) == 0 && s->report.nr_errors != errors)
		abort();
	config_free(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size ? size : 1), *conf;
	struct sysconfig s;
	int rc;

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	rc = sysconfig_parse("f", copy, size, &s);
	free(copy);
	if (rc != (s.report.nr_errors ? -EINVAL : 0))
		abort();
	if (sysconfig_conf(&s, &conf) != -ENOMEM && conf)
		check_conf(conf);
	free(conf);
	sysconfig_notes(&s);
	compare(&s);
	sysconfig_free(&s);
	fail_clear();
	return 0;
}
