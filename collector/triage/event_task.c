/* SPDX-License-Identifier: GPL-2.0-or-later */
/* event_task.c - facts from the lines of an event: task, CPU, taint, release */
#include "triage/event.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TAINT_LETTERS "PGFSRMBUDAWCIOELKXTNJ"

/* " Tainted: G  B  6.1.0-18 #1", " Not tainted 6.1.0-18 #1" */
static void take_taint(struct event *v, const char *text)
{
	size_t letters = 0;

	if (line_starts(text, " Not tainted ")) {
		text += strlen(" Not tainted ");
	} else {
		/* Letters and blanks; Red Hat has dashes for its own. A release has digits. */
		for (text += strlen(" Tainted: "); *text && strchr(TAINT_LETTERS " -", *text);
		     text++)
			if (isalpha((unsigned char)*text) && letters + 1 < sizeof(v->taint))
				v->taint[letters++] = *text;
		v->taint[letters] = '\0';
	}
	line_copy(v->release, sizeof(v->release), text, strcspn(text, " "));
}

static const char *find_taint(const char *text)
{
	const char *taint = strstr(text, " Tainted: ");

	return taint ? taint : strstr(text, " Not tainted ");
}

/* Before 3.10 "Pid: 12, comm: a Tainted: ...", arm "Process a (pid: 12, stack limit = 0x1)". */
static void take_old_who(struct event *v, const char *text)
{
	const char *comm = strstr(text, ", comm: "), *pid = strstr(text, " (pid: ");
	const char *taint = comm ? find_taint(comm) : NULL;

	if (v->pid >= 0)
		return;
	if (line_starts(text, "Pid: ") && taint) {
		comm += strlen(", comm: ");
		line_copy(v->comm, sizeof(v->comm), comm, (size_t)(taint - comm));
		v->pid = strtol(text + strlen("Pid: "), NULL, 10);
		take_taint(v, taint);
	} else if (line_starts(text, "Process ") && pid) {
		text += strlen("Process ");
		line_copy(v->comm, sizeof(v->comm), text, (size_t)(pid - text));
		v->pid = strtol(pid + strlen(" (pid: "), NULL, 10);
	}
}

/* Of a hung task: a line with nothing else but blanks in front. */
static void take_taint_alone(struct event *v, const char *text)
{
	const char *taint = find_taint(text);

	if (taint && strspn(text, " ") == (size_t)(taint + 1 - text) && v->where == WHERE_HUNG &&
	    !v->release[0])
		take_taint(v, taint);
}

/* "6.1.0 #1 Not tainted": lockdep's own line, which stays when the stack below it is cut off. */
static void take_lock_release(struct event *v, const char *text)
{
	if (isdigit((unsigned char)*text) && strstr(text, " #") && !v->lock_release[0] &&
	    (strstr(text, " Not tainted") || strstr(text, " Tainted: ")))
		line_copy(v->lock_release, sizeof(v->lock_release), text, strcspn(text, " "));
}

/* "CPU: 0 PID: 12 Comm: a b Kdump: loaded Tainted: ...", and "UID: 0" between since 6.12. */
static void take_who(struct event *v, const char *text)
{
	const char *cpu = strstr(text, "CPU: "), *pid = strstr(text, "PID: ");
	const char *comm = strstr(text, "Comm: "), *taint, *end;

	take_old_who(v, text);
	take_taint_alone(v, text);
	take_lock_release(v, text);
	if (!cpu || !pid || !comm || v->release[0])
		return;
	comm += strlen("Comm: ");
	taint = find_taint(comm);
	if (taint)
		take_taint(v, taint);
	/* The header named the task: this line may be of the task that found the problem. */
	if (v->pid >= 0 && v->comm[0])
		return;
	v->cpu = strtol(cpu + strlen("CPU: "), NULL, 10);
	v->pid = strtol(pid + strlen("PID: "), NULL, 10);
	end = strstr(comm, " Kdump: loaded");
	if (!end || (taint && taint < end))
		end = taint;
	line_copy(v->comm, sizeof(v->comm), comm, end ? (size_t)(end - comm) : strcspn(comm, " "));
}

/* "INFO: task NAME:PID blocked", "CPU#1 stuck for 22s! [NAME:PID]" */
static void take_name_pid(struct event *v, const char *from, const char *end)
{
	const char *colon = end;

	while (colon > from && *colon != ':')
		colon--;
	if (colon == from)
		return;
	line_copy(v->comm, sizeof(v->comm), from, (size_t)(colon - from));
	v->pid = strtol(colon + 1, NULL, 10);
}

static void take_header_task(struct event *v, const char *text)
{
	const char *cpu = strstr(text, "CPU#"), *task = strstr(text, "INFO: task ");
	const char *open = cpu ? strchr(cpu, '[') : NULL;

	if (task && v->where == WHERE_HUNG) {
		task += strlen("INFO: task ");
		take_name_pid(v, task, task + strcspn(task, " "));
	}
	if (cpu)
		v->cpu = strtol(cpu + 4, NULL, 10);
	if (open)
		take_name_pid(v, open + 1, open + strcspn(open, "]"));
}

void event_take_task(struct event *v, const char *text, bool first)
{
	if (first)
		take_header_task(v, text);
	take_who(v, text);
}
