/* SPDX-License-Identifier: GPL-2.0-or-later */
/* findings.c - reasons why the next crash may not be saved, although the machine is armed */
#include "systemd/check/findings.h"

#include "base/err.h"
#include "base/text.h"
#include "systemd/files.h"
#include "systemd/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECORD	   CTL_RUN_DIR "/warnings"
#define RECORD_MAX (FINDINGS_MAX * (FINDINGS_TEXT_MAX + 1) + 1)

void findings_add(struct findings *f, const char *fmt, ...)
{
	va_list ap;

	if (f->nr == FINDINGS_MAX)
		return;
	va_start(ap, fmt);
	text_set_va(f->text[f->nr], FINDINGS_TEXT_MAX, fmt, ap);
	va_end(ap);
	/* The record has one line per finding. */
	for (char *c = f->text[f->nr]; *c; c++) {
		if (*c == '\n' || *c == '\r')
			*c = ' ';
	}
	f->nr++;
}

void findings_mark_printed(struct findings *f)
{
	if (f->nr)
		f->printed[f->nr - 1] = true;
}

void findings_save(const struct ctl *ctl, const struct findings *f)
{
	char text[RECORD_MAX] = "";
	int rc;

	for (unsigned i = 0; i < f->nr; i++) {
		if (!f->printed[i])
			message_warn("armed, but %s", f->text[i]);
		text_add(text, sizeof(text), "%s\n", f->text[i]);
	}
	rc = f->nr ? files_write(ctl->root, RECORD, 0644, text) : files_remove(ctl->root, RECORD);
	if (rc < 0) {
		message_warn("\"kdumpctl status\" cannot show this warning later: %s", fail_text());
		fail_clear();
	}
}

void findings_read(const struct ctl *ctl, struct findings *out)
{
	char *text, *save = NULL;

	*out = (struct findings){ 0 };
	if (files_read(ctl->root, RECORD, RECORD_MAX, &text) < 0) {
		fail_clear();
		return;
	}
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		findings_add(out, "%s", line);
	free(text);
}
