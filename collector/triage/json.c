/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json.c - a report for programs */
#include "triage/triage.h"

#include "base/json.h"

static void put(FILE *f, const char *key, const char *text)
{
	fprintf(f, "\"%s\":", key);
	json_string(f, text);
	fputc(',', f);
}

static void put_number(FILE *f, const char *key, long n)
{
	if (n < 0)
		fprintf(f, "\"%s\":null,", key);
	else
		fprintf(f, "\"%s\":%ld,", key, n);
}

void triage_json_members(const struct triage_report *r, FILE *f)
{
	put(f, "reason", r->reason);
	put(f, "function", r->function);
	fprintf(f, "\"fatal\":%s,\"trace\":[", r->fatal ? "true" : "false");
	for (unsigned i = 0; i < r->nr_trace; i++) {
		fputs(i ? "," : "", f);
		json_string(f, r->trace[i]);
	}
	fputs("],", f);
	put(f, "module", r->module);
	put(f, "panic", r->panic);
	put(f, "process", r->process);
	put_number(f, "pid", r->pid);
	put_number(f, "cpu", r->cpu);
	put(f, "taint", r->taint);
	put(f, "release", r->release);
	fputs("\"fingerprint\":", f);
	json_string(f, r->fingerprint);
}

void triage_json(const struct triage_report *r, FILE *f)
{
	fputc('{', f);
	triage_json_members(r, f);
	fputs("}\n", f);
}
