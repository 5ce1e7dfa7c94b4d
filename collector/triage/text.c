/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text.c - a report for people */
#include "triage/triage.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 4, 5))) static void add(char *out, size_t size, size_t *at,
						      const char *fmt, ...)
{
	va_list ap;
	int n;

	if (*at >= size)
		return;
	va_start(ap, fmt);
	n = vsnprintf(out + *at, size - *at, fmt, ap);
	va_end(ap);
	*at += n > 0 ? (size_t)n : 0;
}

void triage_line_of(const struct triage_report *r, char *out, size_t size)
{
	size_t at = 0;

	out[0] = '\0';
	if (!r->reason[0]) {
		add(out, size, &at, "no panic found in the kernel log");
		return;
	}
	/* A warning is not what the kernel died of. */
	if (!r->fatal)
		add(out, size, &at, "no panic found in the kernel log; the first warning: ");
	add(out, size, &at, "%s", r->reason);
	if (r->position[0])
		add(out, size, &at, " at %s", r->position);
	if (r->cpu >= 0)
		add(out, size, &at, ", CPU %ld", r->cpu);
	if (r->process[0])
		add(out, size, &at, ", process %s (%ld)", r->process, r->pid);
	if (r->taint[0])
		add(out, size, &at, ", tainted %s", r->taint);
}

static void put(FILE *f, const char *what, const char *text)
{
	if (text[0])
		fprintf(f, "%-12s %s\n", what, text);
}

void triage_print(const struct triage_report *r, FILE *f)
{
	if (!r->reason[0]) {
		fputs("Nothing is wrong in this log.\n", f);
		return;
	}
	put(f, "Reason", r->reason);
	put(f, "Fatal", r->fatal ? "yes" : "no: the kernel went on");
	put(f, "Panic", r->panic);
	put(f, "Function", r->position[0] ? r->position : r->function);
	put(f, "Process", r->process);
	if (r->pid >= 0)
		fprintf(f, "%-12s %ld\n", "PID", r->pid);
	if (r->cpu >= 0)
		fprintf(f, "%-12s %ld\n", "CPU", r->cpu);
	put(f, "Taint", r->taint);
	put(f, "Kernel", r->release);
	put(f, "Fingerprint", r->fingerprint);
	for (unsigned i = 0, same; i < r->nr_trace; i += same) {
		for (same = 1; i + same < r->nr_trace; same++)
			if (strcmp(r->trace[i + same], r->trace[i]) != 0)
				break;
		fprintf(f, "%-12s %s\n", i ? "" : "Trace", r->trace[i]);
		if (same > 1)
			fprintf(f, "%-12s (%u times more)\n", "", same - 1);
	}
}
