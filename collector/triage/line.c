/* SPDX-License-Identifier: GPL-2.0-or-later */
/* line.c - split off what a console or a logger put in front of a line of a kernel log */
#include "triage/line.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DATE_WITHIN  40
#define STAMP_WITHIN 120 /* bytes; farther right a bracket with digits is part of a message */

bool line_starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

void line_copy(char *out, size_t size, const char *from, size_t len)
{
	snprintf(out, size, "%.*s", (int)len, from);
}

/* "[   17.084551]", "[   17.084551s]" with so many decimals at least: its length, 0 if there is
 * none at s. */
static size_t stamp_length(const char *s, size_t decimals, double *seconds)
{
	const char *at = s + 1, *dot;

	if (*s != '[')
		return 0;
	at += strspn(at, " ");
	dot = at + strspn(at, "0123456789");
	if (dot == at || *dot != '.' || strspn(dot + 1, "0123456789") < decimals)
		return 0;
	*seconds = strtod(at, NULL);
	at = dot + 1 + strspn(dot + 1, "0123456789");
	at += *at == 's';
	return *at == ']' ? (size_t)(at + 1 - s) : 0;
}

/* "[  T123]" or "[    C1]": its length, 0 if there is none at s. */
static size_t caller_length(const char *s, char caller[LINE_CALLER])
{
	const char *at = s + 1, *end;

	if (*s != '[')
		return 0;
	at += strspn(at, " ");
	if (*at != 'T' && *at != 'C')
		return 0;
	end = at + 1 + strspn(at + 1, "0123456789");
	if (*end != ']' || end == at + 1)
		return 0;
	snprintf(caller, LINE_CALLER, "%.*s", (int)(end - at), at);
	return (size_t)(end + 1 - s);
}

/* "17.084551] ": whoever copied the log missed the bracket of its first line. */
static const char *behind_half_stamp(const char *text, double *seconds)
{
	const char *at = text + strspn(text, " "), *dot = at + strspn(at, "0123456789");

	if (dot == at || *dot != '.' || strspn(dot + 1, "0123456789") != 6 ||
	    !line_starts(dot + 7, "] "))
		return NULL;
	*seconds = strtod(at, NULL);
	return dot + 8;
}

/* Behind the first time stamp; NULL: there is none. */
static const char *behind_stamp(const char *text, double *seconds)
{
	const char *at = text;

	if (behind_half_stamp(text, seconds))
		return behind_half_stamp(text, seconds);
	while ((at = strchr(at, '[')) && at - text < STAMP_WITHIN) {
		size_t n = stamp_length(at, at == text ? 0 : 6, seconds);

		if (n)
			return at + n;
		at++;
	}
	return NULL;
}

/* "06:21:23" */
static bool is_clock(const char *s)
{
	static const char shape[] = "00:00:00";

	for (size_t i = 0; shape[i]; i++)
		if (shape[i] == ':' ? s[i] != ':' : !isdigit((unsigned char)s[i]))
			return false;
	return true;
}

/* "[  +0.000080] ", "[Jul18 10:02] " of dmesg --human: its length, 0 if there is none. */
static size_t human_length(const char *text)
{
	int end = 0;

	if (sscanf(text, "[ +%*u.%*u]%n", &end) == 0 && end > 0)
		return (size_t)end;
	if (sscanf(text, "[%*3[A-Za-z]%*2u %*2u:%*2u]%n", &end) == 0 && end > 0)
		return (size_t)end;
	return 0;
}

/* "[Thu Oct 30 06:21:23 2025] " of dmesg -T, "[2021/07/05, 13:43:52.334] " of a terminal. */
static const char *behind_bracket(const char *text)
{
	size_t n = strcspn(text, "]");

	if (*text != '[' || text[n] != ']' || n > DATE_WITHIN)
		return text;
	if (human_length(text))
		return text + n + 1 + (text[n + 1] == ' ');
	for (size_t i = 1; i + 8 <= n; i++)
		if (is_clock(text + i))
			return text + n + 1 + (text[n + 1] == ' ');
	return text;
}

/* "2018/01/09 14:28:48 ", "05/09/2024 11:14:19 ", "2025-04-23T04:38:59Z " */
static const char *behind_date(const char *text)
{
	int end = 0;

	if (sscanf(text, "%*4d/%*2d/%*2d %*2d:%*2d:%*2d%n", &end) == 0 && end > 0)
		return text + end + (text[end] == ' ');
	if (sscanf(text, "%*2d/%*2d/%*4d %*2d:%*2d:%*2d%n", &end) == 0 && end > 0)
		return text + end + (text[end] == ' ');
	if (sscanf(text, "%*4d-%*2d-%*2dT%n", &end) == 0 && end > 0 && is_clock(text + end)) {
		text += (size_t)end + strcspn(text + end, " ");
		return text + (*text == ' ');
	}
	return behind_bracket(text);
}

/* Seconds of the month: "Oct 30 06:21:23", "2025-10-30T06:21:23", "2021/07/05, 13:43:52". */
static double wall_clock(const char *text, const char *end)
{
	for (const char *at = text + 1; at + 8 <= end && at - text < DATE_WITHIN; at++) {
		const char *day = at;
		long clock;

		if (!is_clock(at))
			continue;
		clock = strtol(at, NULL, 10) * 3600 + strtol(at + 3, NULL, 10) * 60 +
			strtol(at + 6, NULL, 10);
		while (day > text && strchr("T, ", day[-1]))
			day--;
		while (day > text && isdigit((unsigned char)day[-1]))
			day--;
		return (double)(strtol(day, NULL, 10) * 86400 + clock);
	}
	return -1;
}

/* "> ", ">> ", "> > " of a mail. */
static const char *behind_quote(const char *text)
{
	while (text[0] == '>' && (text[1] == ' ' || text[1] == '>'))
		text += text[1] == ' ' ? 2 : 1;
	return text;
}

/* " kernel: " of a logger. "Kernel panic - not syncing: kernel: panic_on_warn set" has one, too. */
static const char *find_kernel(const char *text)
{
	const char *kernel = strstr(text, " kernel: "), *colon = strstr(text, ": ");

	return kernel && colon > kernel ? kernel : NULL;
}

/* "<4>", a date, or "Apr  1 10:00:00 host kernel: "; "> " where somebody quotes it. */
static const char *behind_logger(const char *text)
{
	const char *kernel;

	text = behind_quote(text);
	if (line_starts(text, "kernel: "))
		return text + strlen("kernel: ");
	kernel = find_kernel(text);
	text = behind_date(text);

	if (text[0] == '<' && isdigit((unsigned char)text[1])) {
		size_t n = strspn(text + 1, "0123456789");

		return text[n + 1] == '>' ? text + n + 2 : text;
	}
	return kernel && kernel >= text && kernel - text < STAMP_WITHIN
		       ? kernel + strlen(" kernel: ")
		       : text;
}

/*
 * "6,1234,5678901,-;", "3,1234,5678901,-,caller=T12;" as /dev/kmsg and an extended netconsole
 * print it: behind it, with the time and the caller; NULL: there is none.
 */
static const char *behind_record(const char *text, double *seconds, char caller[LINE_CALLER])
{
	const char *end = strchr(text, ';'), *at = end, *from;
	unsigned long long usec;
	int flags = 0;

	if (!end || end - text > STAMP_WITHIN)
		return NULL;
	while (at > text && at[-1] != ' ')
		at--;
	if (sscanf(at, "%*u,%*u,%llu,%n", &usec, &flags) != 1 || flags == 0 || at + flags > end)
		return NULL;
	*seconds = (double)usec / 1e6;
	from = strstr(at, ",caller=");
	if (from && from < end) {
		from += strlen(",caller=");
		snprintf(caller, LINE_CALLER, "%.*s", (int)(end - from), from);
	}
	return end + 1;
}

/* " I[1:  kworker/u16:3:  123] ": the task's name may have a colon, too. */
static size_t parse_cpu_task(const char *s, unsigned *cpu, unsigned *pid)
{
	const char *at = s + strspn(s, " "), *end, *last;
	int n = 0;

	at += isupper((unsigned char)*at) ? 1 : 0;
	end = strchr(at, ']');
	if (sscanf(at, "[%9u:%n", cpu, &n) != 1 || n == 0 || !end)
		return 0;
	for (last = end; last > at + n && *last != ':'; last--)
		;
	n = 0;
	if (*last != ':' || sscanf(last, ":%9u]%n", pid, &n) != 1 || n == 0)
		return 0;
	return (size_t)(end + 1 - s);
}

/*
 * What makers of phones put behind the time stamp: "[pid:12,cpu0,cat]", "(0)[12:cat]",
 * "c0 12 (cat)", "[0:   cat:   12] ": its length, 0 if there is none at s.
 */
static size_t maker_length(const char *s, char caller[LINE_CALLER])
{
	size_t n = 0;
	unsigned cpu, pid;
	int end = 0;

	if (sscanf(s, " [pid:%9u,cpu%9u,%*[^]]]%n", &pid, &cpu, &end) == 2 ||
	    sscanf(s, " (%9u)[%9u:%*[^]]]%n", &cpu, &pid, &end) == 2 ||
	    sscanf(s, " c%1u %9u (%*[^)])%n", &cpu, &pid, &end) == 2)
		n = (size_t)end;
	if (n == 0)
		n = parse_cpu_task(s, &cpu, &pid);
	if (n > 0 && pid > 0)
		snprintf(caller, LINE_CALLER, "T%u", pid);
	else if (n > 0)
		snprintf(caller, LINE_CALLER, "C%u", cpu);
	return n;
}

/* Behind the time stamp, and the caller if there is one. */
static const char *behind_times(const char *text, struct triage_line *out)
{
	const char *behind = behind_record(text, &out->seconds, out->caller);

	if (behind)
		return behind;
	behind = behind_stamp(text, &out->seconds);
	if (!behind)
		return text;
	text = behind + (*behind == ' ');
	text += caller_length(behind, out->caller);
	text += *text == ' ' && out->caller[0];
	if (!out->caller[0] && caller_length(text, out->caller))
		text += caller_length(text, out->caller) + 1;
	else if (!out->caller[0])
		text += maker_length(text, out->caller);
	return line_starts(text, "kernel: ") ? text + strlen("kernel: ") : text;
}

void triage_line(const char *from, size_t len, struct triage_line *out)
{
	char raw[LINE_MAX_LEN];
	const char *text, *message;
	size_t n = 0;

	for (; n < len && n < sizeof(raw) - 1 && from[n]; n++)
		raw[n] = iscntrl((unsigned char)from[n]) && from[n] != '\t' ? '?' : from[n];
	while (n > 0 && (raw[n - 1] == '?' || isspace((unsigned char)raw[n - 1])))
		n--;
	raw[n] = '\0';
	*out = (struct triage_line){ .seconds = -1 };
	message = behind_logger(raw);
	text = behind_times(message, out);
	out->clock = out->seconds >= 0 ? CLOCK_BOOT : CLOCK_NONE;
	if (out->clock == CLOCK_NONE && message > raw)
		out->seconds = wall_clock(raw, message);
	if (out->clock == CLOCK_NONE && out->seconds >= 0)
		out->clock = CLOCK_WALL;
	snprintf(out->text, sizeof(out->text), "%s", text);
}

/* A time stamp whose message is not just another time stamp. */
static bool begins_record(const char *text, size_t len)
{
	char stamp[40];
	double seconds;
	size_t n = len < sizeof(stamp) - 1 ? len : sizeof(stamp) - 1, own;

	memcpy(stamp, text, n);
	stamp[n] = '\0';
	own = stamp_length(stamp, 6, &seconds);
	return own > 0 && stamp[own] == ' ' && stamp[own + strspn(stamp + own, " ")] != '[';
}

size_t line_record(const char *text, size_t len)
{
	bool had = false;

	for (size_t i = 0; i < len; i++) {
		if (text[i] != '[' || !begins_record(text + i, len - i))
			continue;
		if (had)
			return i;
		had = true;
	}
	return len;
}
