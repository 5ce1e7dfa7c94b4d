/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report.c - open what parts need, and put the parts together */
#include "report/part.h"

#include "base/err.h"
#include "base/json.h"
#include "base/util.h"
#include "kernel/btf_source.h"
#include "kernel/klog.h"
#include "kernel/learn.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct part {
	const char *name, *heading;
	int (*text)(struct report *r, FILE *f);
	int (*json)(struct report *r, FILE *f);
} parts[] = {
#define PART(name, heading) { #name, heading, part_##name##_text, part_##name##_json },
#include "report/parts.def"
};

/* --- opening --- */

/* Remember why something is missing; the report goes on. */
static void note(struct report *r, int rc)
{
	size_t len = strlen(r->missing);

	if (rc < 0)
		snprintf(r->missing + len, sizeof(r->missing) - len, "%s%s", len ? "; " : "",
			 fail_text());
	fail_clear();
}

int report_log(struct report *r, FILE *f)
{
	struct klog_counts counts;
	int rc = klog_print(r->k, r->v, false, f, &counts);

	/* Nothing was printed: vmcoreinfo does not say where the log is. */
	if (rc == -ENOENT) {
		fail_clear();
		kernel_learn(r->k, r->v);
		rc = klog_print(r->k, r->v, false, f, &counts);
	}
	return rc;
}

static int read_log(struct report *r)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	int rc = f ? report_log(r, f) : fail(-ENOMEM, "kernel log");

	if (f)
		fclose(f);
	if (rc == 0 && !(r->log = malloc(sizeof(*r->log))))
		rc = fail(-ENOMEM, "kernel log");
	if (rc == 0)
		rc = triage_parse(text, len, r->log);
	free(text);
	return rc;
}

static void open_tables(struct report *r, unsigned tasks_max)
{
	int rc = kallsyms_open(r->k, r->v, &r->syms);

	if (rc == 0) {
		r->mem = kallsyms_kmem(r->syms);
		rc = btf_open_kernel(r->k, r->v, r->syms, &r->btf);
	}
	note(r, rc);
	if (!r->btf)
		return;
	note(r, kmodules_open(r->syms, r->btf, &r->mods));
	note(r, kcpus_open(r->syms, r->btf, &r->cpus));
	note(r, ktasks_open(r->syms, r->btf, r->cpus, tasks_max, &r->tasks));
	note(r, unwinder_open(r->syms, r->btf, r->mods, &r->unwinder));
}

int report_open(struct kernel *k, struct view *v, unsigned tasks_max, struct report **out)
{
	struct report *r = calloc(1, sizeof(*r));

	if (!r)
		return fail(-ENOMEM, "report");
	r->k = k;
	r->v = v;
	note(r, read_log(r));
	open_tables(r, tasks_max);
	*out = r;
	return 0;
}

void report_close(struct report *r)
{
	if (!r)
		return;
	unwinder_close(r->unwinder);
	ktasks_close(r->tasks);
	kcpus_close(r->cpus);
	kmodules_close(r->mods);
	btf_close(r->btf);
	kallsyms_close(r->syms);
	free(r->log);
	free(r);
}

bool report_knows(const struct report *r)
{
	return (r->log && r->log->release[0]) || (r->log && r->log->reason[0]) || r->syms;
}

int report_needs(const void *p, const char *what)
{
	return p ? 0 : fail(-ENOENT, "%s cannot be read from this dump", what);
}

/* --- putting parts together --- */

/* What the part wrote, to be freed; NULL: no memory. *rc: what it returned. */
static char *make(struct report *r, int (*write)(struct report *r, FILE *f), int *rc)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	fail_clear();
	*rc = f ? write(r, f) : fail(-ENOMEM, "report");
	if (f)
		fclose(f);
	return text;
}

static void print_part(struct report *r, const struct part *p, FILE *f)
{
	int rc;
	char *text = make(r, p->text, &rc);

	if (rc < 0)
		fprintf(f, "\n%s: %s\n", p->heading[0] ? p->heading : p->name, fail_text());
	else if (text && text[0])
		fprintf(f, "%s%s%s\n%s", p->heading[0] ? "\n" : "", p->heading,
			p->heading[0] ? ":" : "", text);
	free(text);
	fail_clear();
}

int report_text(struct report *r, FILE *f)
{
	if (r->log)
		triage_print(r->log, f);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		print_part(r, &parts[i], f);
	if (r->missing[0])
		fprintf(f, "\nNot in this report: %s\n", r->missing);
	return fflush(f) == 0 && !ferror(f) ? 0 : fail(-EIO, "write the report");
}

static void print_member(struct report *r, const struct part *p, FILE *f)
{
	int rc;
	char *text = make(r, p->json, &rc);

	if (rc < 0) {
		fprintf(f, ",\"%s\":{\"error\":", p->name);
		json_string(f, fail_text());
		fputc('}', f);
	} else if (text && text[0]) {
		fprintf(f, ",\"%s\":%s", p->name, text);
	}
	free(text);
	fail_clear();
}

int report_json(struct report *r, FILE *f)
{
	static const struct triage_report nothing = { .pid = -1, .cpu = -1 };

	fputc('{', f);
	triage_json_members(r->log ? r->log : &nothing, f);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		print_member(r, &parts[i], f);
	fputs(",\"missing\":", f);
	json_string(f, r->missing);
	fputs("}\n", f);
	return fflush(f) == 0 && !ferror(f) ? 0 : fail(-EIO, "write the report");
}
