/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump_print.c - a dump for people: a line of the list, all of it, its report */
#include "systemd/dumps/dump_print.h"

#include "base/err.h"
#include "base/human.h"
#include "systemd/date.h"
#include "systemd/dumps/dump_list.h"
#include "systemd/dumps/dump_sealed.h"
#include "systemd/dumps/dump_status.h"
#include "base/printable.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void dump_print_line(size_t nr, const struct dump *d, const struct seen *seen)
{
	char date[32], size[HUMAN_MAX], panic[500], times[SEEN_TEXT];

	date_text(d->time, date);
	human_bytes(size, d->size);
	dump_panic_text(d, panic, sizeof(panic));
	seen_text(seen, times);
	print_safe(stdout, "%3zu  %s  %-10s %10s  %-28s %s%s%s%s", nr, date, d->state_text, size,
		   d->release[0] ? d->release : "?", d->test ? "[test] " : "", panic,
		   times[0] ? "; " : "", times);
	if (d->error[0])
		print_safe(stdout, "     errors of the capture: %s", d->error);
}

/* Print about the log if the capture did not save it: made later, or why not. */
static void print_log(const struct dump *d)
{
	const struct dump_added *a = dump_added_find(d, "vmcore-dmesg.txt");

	if (!a && d->log[0])
		print_safe(stdout, "Log       %s", d->log);
	else if (!a)
		print_safe(stdout, "Log       %s", d->has_log ? "cut short" : "none");
	else if (a->state == DUMP_ADDED_COMPLETE)
		print_safe(stdout, "Log       %s, made from the core after the reboot", a->name);
	else
		print_safe(stdout, "Log       %s, making it from the core failed%s%s",
			   d->has_log ? "cut short" : "none", a->error[0] ? ": " : "", a->error);
}

static void print_sealed(const struct dump *d)
{
	char state[sizeof(d->seal_error) + 100];

	dump_sealed_state(d, state, sizeof(state));
	if (state[0])
		print_safe(stdout, "Encrypted %s", state);
}

/* The command that makes it: the program reads the core by its path, not that of a server. */
static void print_how_to_report(const struct dump *d, const struct target_access *p)
{
	char path[sizeof(p->shown) + sizeof(d->name) + sizeof(d->core)], quoted[2 * sizeof(path)];

	snprintf(path, sizeof(path), "%s/%s/%s", p->shown, d->name, d->core);
	if (p->kind != ACCESS_DIR || !d->core[0] || dump_is_sealed(d->core) ||
	    dumps_quote(path, quoted, sizeof(quoted)) < 0)
		fail_clear();
	else
		print_safe(stdout, "Report    kdump-report %s", quoted);
}

/* One that was not made has its reason in the record of attempts. */
static void print_about_report(const struct dump *d, const struct target_access *p)
{
	const struct dump_added *a = dump_added_find(d, DUMP_REPORT_FILE);

	if (d->sealed_report)
		print_safe(stdout, "Report    %s.age%s", DUMP_REPORT_FILE,
			   p->ids ? "" : ", encrypted");
	else if (d->has_report)
		print_safe(stdout, "Report    %s%s", DUMP_REPORT_FILE,
			   a ? ", made from the core after the reboot" : "");
	else if (a)
		print_safe(stdout, "Report    none, making it from the core failed%s%s",
			   a->error[0] ? ": " : "", a->error);
	else
		print_how_to_report(d, p);
}

/* A check that was made, by "kdump-collect --verify --record", and when. */
static void print_verified(const struct dump *d)
{
	const struct dump_added *a = dump_added_find(d, DUMP_VERIFIED_FILE);
	char date[32];

	date_text(d->verified_time, date);
	if (strcmp(d->verified, "damaged") == 0)
		print_safe(stdout, "Verified  %s: DAMAGED: %s", date, d->fault);
	else if (d->verified[0])
		print_safe(stdout, "Verified  %s: %s", date,
			   strcmp(d->verified, "whole") == 0
				   ? "every file is as it was written"
				   : "what there is of an incomplete dump is as it was written");
	else if (a)
		print_safe(stdout, "Verified  no, the check failed%s%s", a->error[0] ? ": " : "",
			   a->error);
}

void dump_print_report(char *text)
{
	if (text)
		fputc('\n', stdout);
	for (char *line = strsep(&text, "\n"); line; line = strsep(&text, "\n"))
		if (*line || text)
			print_safe(stdout, "%s", line);
}

void dump_print(const struct dump *d, const struct target_access *p, const struct seen *seen)
{
	char date[32], size[HUMAN_MAX], panic[500], times[SEEN_TEXT];
	char state[sizeof(d->error) + 100];

	date_text(d->time, date);
	human_bytes(size, d->size);
	dump_panic_text(d, panic, sizeof(panic));
	print_safe(stdout, "Dump      %s/%s", p->shown, d->name);
	print_safe(stdout, "Crashed   %s", date);
	print_safe(stdout, "Kernel    %s", d->release[0] ? d->release : "?");
	dump_state_text(d, state, sizeof(state));
	print_safe(stdout, "State     %s", state);
	print_safe(stdout, "Core      %s, %s", d->core[0] ? d->core : "none", size);
	print_sealed(d);
	print_log(d);
	print_safe(stdout, "Panic     %s", panic);
	if (d->panic.panic[0])
		print_safe(stdout, "          %s", d->panic.panic);
	seen_text(seen, times);
	if (times[0])
		print_safe(stdout, "Seen      %s", times);
	print_about_report(d, p);
	print_verified(d);
	if (d->test)
		print_safe(stdout, "Made by   kdumpctl test");
}
