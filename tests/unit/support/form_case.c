/* SPDX-License-Identifier: GPL-2.0-or-later */
/* form_case.c - for unit tests: kernel logs of odd forms, and what they tell */
#include "form_case.h"

#include "triage/triage.h"

#include "check.h"

#include <string.h>

static void same(const struct form *f, const char *fact, const char *got, const char *want)
{
	if (want && strcmp(got, want) != 0)
		fail_msg("%s: %s is \"%s\", not \"%s\"", f->name, fact, got, want);
}

void forms_check(const struct form *forms, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		const struct form *f = &forms[i];
		struct triage_report r;

		CHECK_EQ(triage_parse(f->log, strlen(f->log), &r), 0);
		same(f, "reason", r.reason, f->reason);
		same(f, "function", r.function, f->function);
		same(f, "module", r.module, f->module);
		same(f, "process", r.process, f->process);
		same(f, "taint", r.taint, f->taint);
		same(f, "release", r.release, f->release);
	}
}
