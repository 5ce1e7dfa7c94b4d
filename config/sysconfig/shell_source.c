/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shell_source.c - assignments with the position of each byte of their values */
#include "config/sysconfig/shell_source.h"

#include "base/err.h"
#include "config/sysconfig/shell_reader.h"

#include <stdlib.h>
#include <string.h>

int shell_source_read(const char *text, size_t len, struct shell_source *out)
{
	struct config_report report = { 0 };
	struct shell_vars vars = { 0 };
	struct shell_reader r = shell_reader_at(text, len, &report, &vars);

	r.source = out;
	r.origin = malloc(SHELL_VALUE_MAX * sizeof(*r.origin));
	*out = (struct shell_source){ 0 };
	if (config_report_init(&report, "") < 0 || !r.value || !r.origin)
		r.no_memory = true;
	else
		shell_read_all(&r);
	if (r.end < text + len)
		shell_note_other(&r, r.line);
	shell_vars_free(&vars);
	config_report_fini(&report);
	free(r.value);
	free(r.origin);
	return r.no_memory ? fail(-ENOMEM, "read shell assignments") : 0;
}

void shell_source_free(struct shell_source *s)
{
	for (size_t i = 0; i < s->nr; i++) {
		free(s->list[i].name);
		free(s->list[i].value);
		free(s->list[i].from);
	}
	free(s->list);
	*s = (struct shell_source){ 0 };
}

const struct shell_assignment *shell_source_find(const struct shell_source *s, const char *name)
{
	for (size_t i = s->nr; i-- > 0;) {
		if (strcmp(s->list[i].name, name) == 0)
			return &s->list[i];
	}
	return NULL;
}
