/* SPDX-License-Identifier: GPL-2.0-or-later */
/* oops.c - why the kernel died, from its log */
#include "systemd/oops.h"

#include "base/util.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_ROOM 512
#define TRACE_GAP 30 /* seconds; a slow serial console delays the rest of a trace */

/* How a trace begins. Only the start of a message counts: user space may log anything. */
static const struct {
	const char *words;
	bool fatal;	/* false: a warning; its RIP and CPU are not the ones we want */
	bool secondary; /* says less than the header it follows */
} headers[] = {
	{ "BUG: ", true, false },
	{ "kernel BUG at ", true, false },
	{ "Unable to handle kernel ", true, false },
	{ "Internal error: ", true, true },
	{ "general protection fault", true, false },
	{ "Oops: general protection fault", true, false },
	{ "Oops: ", true, true },
	{ "divide error", true, false },
	{ "invalid opcode", true, true },
	{ "stack segment: ", true, false },
	{ "double fault: ", true, false },
	{ "traps: PANIC: ", true, false },
	{ "PANIC: ", true, false },
	{ "int3: ", true, false },
	{ "alignment check: ", true, false },
	{ "invalid TSS: ", true, false },
	{ "SError Interrupt on ", true, false },
	{ "Bad mode in ", true, false },
	{ "watchdog: BUG: ", true, false },
	{ "NMI watchdog: ", true, false },
	{ "watchdog: Watchdog detected ", true, false },
	{ "Watchdog detected hard LOCKUP", true, false },
	{ "INFO: task ", true, false },
	{ "rcu: INFO: ", true, false },
	{ "sysrq: Trigger a crash", true, false },
	{ "sysrq: SysRq : Trigger a crash", true, false },
	{ "mce: [Hardware Error]: Machine check: ", true, false },
	{ "NMI: IOCK error", true, false },
	{ "Uhhuh. NMI received", true, false },
	{ "WARNING: CPU: ", false, false },
	{ "WARNING: ", false, false },
};

/* Frames above the one that called panic(). */
static const char *const panic_frames[] = {
	"dump_stack", "dump_stack_lvl", "show_stack",	    "dump_backtrace",
	"vpanic",     "panic",		"panic_dump_stack", "printk",
	"_printk",    "nmi_panic",	"__dump_stack",
};

void oops_init(struct oops *o)
{
	*o = (struct oops){ 0 };
	o->report.cpu = o->report.pid = -1;
}

static bool starts(const char *s, const char *words)
{
	return strncmp(s, words, strlen(words)) == 0;
}

/* Copy up to a line's end; what a terminal should not see becomes '?'. */
static void copy(char *dst, size_t room, const char *src, size_t len)
{
	size_t n = 0;

	while (len > 0 && isspace((unsigned char)src[len - 1]))
		len--;
	for (; n < len && n < room - 1 && src[n]; n++)
		dst[n] = iscntrl((unsigned char)src[n]) ? '?' : src[n];
	dst[n] = '\0';
}

static void copy_line(char *dst, size_t room, const char *src)
{
	copy(dst, room, src, strcspn(src, "\n"));
}

/* Behind "[   17.084551] " and "[    T1] ", and "<4>" of a raw log. *seconds: of the stamp. */
static const char *message(const char *line, long *seconds)
{
	if (*line == '<') {
		size_t n = strspn(line + 1, "0123456789");

		line += n && line[n + 1] == '>' ? n + 2 : 0;
	}
	while (*line == '[') {
		size_t n = strcspn(line, "]\n");
		size_t digits = strspn(line + 1, " .0123456789TC");

		if (line[n] != ']' || digits != n - 1)
			break;
		if (memchr(line, '.', n))
			*seconds = strtol(line + 1, NULL, 10);
		line += n + 1;
		line += *line == ' ';
	}
	return line;
}

/* What is open is kept if it is better than what we have. */
static void settle(struct oops *o)
{
	if (o->in_trace && o->fatal)
		o->report = o->open;
	o->in_trace = o->fatal = o->panicked = o->in_calls = false;
}

static void begin(struct oops *o, const char *text, bool fatal)
{
	settle(o);
	o->open = (struct oops_report){ .cpu = -1, .pid = -1 };
	copy_line(o->open.reason, sizeof(o->open.reason), text);
	o->in_trace = true;
	o->fatal = fatal;
}

/*
 * "Kernel panic - not syncing: WHY": the end of the trace it follows, or a trace of
 * its own. A machine may live on for hours after an oops: then they are two things.
 */
static void line_panic(struct oops *o, const char *why)
{
	if (!o->in_trace || !o->fatal || o->now > o->last + TRACE_GAP)
		begin(o, why, true);
	else
		copy_line(o->open.panic, sizeof(o->open.panic), why);
	o->panicked = true;
}

static bool line_header(struct oops *o, const char *text)
{
	static const char panic[] = "Kernel panic - not syncing: ";

	if (starts(text, panic)) {
		line_panic(o, text + sizeof(panic) - 1);
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(headers); i++) {
		if (!starts(text, headers[i].words))
			continue;
		/* After panic() only noise of dying CPUs follows. */
		if (o->panicked || (headers[i].secondary && o->in_trace && o->fatal))
			return true;
		begin(o, text, headers[i].fatal);
		return true;
	}
	return false;
}

/* The taint flags and the release behind them: "Tainted: G        W  OE      6.1.0 #1 ...". */
static void parse_taint(struct oops_report *r, const char *s)
{
	size_t n = 0;
	const char *not = strstr(s, "Not tainted "), *is = strstr(s, "Tainted: ");

	if (not) {
		s = not + 12;
	} else if (is) {
		for (s = is + 9; *s == ' ' || isupper((unsigned char)*s); s++) {
			if (*s != ' ' && n < sizeof(r->taint) - 1)
				r->taint[n++] = *s;
		}
		r->taint[n] = '\0';
	} else {
		return;
	}
	copy(r->release, sizeof(r->release), s, strcspn(s, " \n"));
}

/* "CPU: 0 UID: 0 PID: 1 Comm: a name Kdump: loaded Not tainted 6.12.1 #1 Debian" */
static void line_cpu(struct oops_report *r, const char *text)
{
	const char *pid = strstr(text, " PID: "), *comm = strstr(text, " Comm: ");
	const char *end = NULL;
	static const char *const behind[] = { " Kdump: ", " Not tainted ", " Tainted: " };

	if (!pid || !comm || r->cpu >= 0)
		return;
	r->cpu = strtol(text + 5, NULL, 10);
	r->pid = strtol(pid + 6, NULL, 10);
	comm += 7;
	for (size_t i = 0; i < ARRAY_SIZE(behind) && !end; i++)
		end = strstr(comm, behind[i]);
	copy(r->process, sizeof(r->process), comm,
	     end ? (size_t)(end - comm) : strcspn(comm, " \n"));
	parse_taint(r, end ? end : comm);
}

/* "name+0x16/0x20", maybe followed by " [module]". User space has bare addresses. */
static bool is_symbol(const char *s)
{
	const char *plus = strchr(s, '+');

	return (isalpha((unsigned char)*s) || *s == '_') && plus && starts(plus, "+0x") &&
	       strchr(plus, '/');
}

static void set_function(struct oops_report *r, const char *s)
{
	size_t n = strcspn(s, " \n");

	/* A frame of a module says so: the name tells whom to ask. */
	if (s[n] == ' ' && s[n + 1] == '[' && isalpha((unsigned char)s[n + 2]))
		n = strcspn(s, "]\n") + (strchr(s, ']') != NULL);
	copy(r->function, sizeof(r->function), s, n);
}

static void line_pc(struct oops_report *r, const char *text)
{
	if (starts(text, "RIP: ")) {
		text = strchr(text + 5, ':');
		text = text ? text + 1 : "";
	} else {
		text += strspn(text, "pc :");
	}
	if (!r->function[0] && is_symbol(text))
		set_function(r, text);
}

/* A frame of the call trace; those with '?' were only found on the stack. */
static void line_frame(struct oops_report *r, const char *text)
{
	size_t n;

	text += strspn(text, " ");
	if (r->function[0] || !is_symbol(text))
		return;
	n = strcspn(text, ".+"); /* "panic.cold" is panic too */
	for (size_t i = 0; i < ARRAY_SIZE(panic_frames); i++) {
		if (strlen(panic_frames[i]) == n && strncmp(panic_frames[i], text, n) == 0)
			return;
	}
	set_function(r, text);
}

static void line_detail(struct oops *o, const char *text)
{
	if (starts(text, "CPU: "))
		line_cpu(&o->open, text);
	else if (starts(text, "RIP: ") || starts(text, "pc : ") || starts(text, "PC is at "))
		line_pc(&o->open, text);
	else if (starts(text, "Call Trace:") || starts(text, "Call trace:"))
		o->in_calls = true;
	else if (starts(text, "---[ end trace") && !o->fatal)
		settle(o);
	else if (o->in_calls)
		line_frame(&o->open, text);
}

void oops_line(struct oops *o, const char *line)
{
	char room[LINE_ROOM];
	const char *text;
	bool header;

	/* Bounded: a log may be one endless line. */
	copy_line(room, sizeof(room), line);
	text = message(room, &o->now);
	header = line_header(o, text);
	if (!header && o->in_trace && o->now <= o->last + TRACE_GAP)
		line_detail(o, text);
	if (header || starts(text, "---[ end trace"))
		o->last = o->now;
}

void oops_end(struct oops *o)
{
	settle(o);
}

void oops_parse(const char *text, size_t len, struct oops_report *out)
{
	const char *end = text + len;
	struct oops o;

	oops_init(&o);
	while (text < end) {
		const char *next = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((next ? next : end) - text);
		char line[LINE_ROOM];

		copy(line, sizeof(line), text, n);
		oops_line(&o, line);
		text += n + 1;
	}
	oops_end(&o);
	*out = o.report;
}

void oops_text(const struct oops_report *r, char *out, size_t room)
{
	size_t at;

	if (!r->reason[0]) {
		snprintf(out, room, "no panic found in the kernel log");
		return;
	}
	at = (size_t)snprintf(out, room, "%s", r->reason);
	if (r->function[0] && at < room)
		at += (size_t)snprintf(out + at, room - at, " at %s", r->function);
	if (r->cpu >= 0 && at < room)
		at += (size_t)snprintf(out + at, room - at, ", CPU %ld", r->cpu);
	if (r->process[0] && at < room)
		at += (size_t)snprintf(out + at, room - at, ", process %s (%ld)", r->process,
				       r->pid);
	if (at < room)
		snprintf(out + at, room - at, r->taint[0] ? ", tainted %s" : "%s", r->taint);
}
