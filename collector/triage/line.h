/* SPDX-License-Identifier: GPL-2.0-or-later */
/* line.h - split off what a console or a logger put in front of a line of a kernel log */
#ifndef TRIAGE_LINE_H
#define TRIAGE_LINE_H

#include <stdbool.h>
#include <stddef.h>

#define LINE_MAX_LEN 512
#define LINE_CALLER  16

enum line_clock { CLOCK_NONE, CLOCK_BOOT, CLOCK_WALL };

struct triage_line {
	char text[LINE_MAX_LEN];  /* the message; cut if longer, control characters are '?' */
	char caller[LINE_CALLER]; /* "T123" a task, "C1" a CPU (CONFIG_PRINTK_CALLER); "" if none */
	double seconds;	       /* since boot, or of the month; negative: there is no time stamp */
	enum line_clock clock; /* which of them */
};

/*
 * Fill in *out from len bytes (no line end needed; any bytes). Understood in front of the message:
 * "> ", "<4>", a date or a logger's date, host and "kernel:", "[   17.084551]", "[  T123]", in this
 * order, each of them optional; or "6,1234,17084551,-,caller=T123;" as /dev/kmsg prints it. A time
 * stamp may stand behind what another program wrote on the console; it counts before a date.
 */
void triage_line(const char *from, size_t len, struct triage_line *out);

/*
 * Where the second record of a line begins, of len bytes of any kind: several of them stand on one
 * line when a console or a copy lost the line ends between. Every record has a time stamp of its
 * own. len: there is only one.
 */
size_t line_record(const char *text, size_t len);

/* The first len bytes of from, as a string in out; cut at size. */
void line_copy(char *out, size_t size, const char *from, size_t len);

/* Does text begin with prefix? */
bool line_starts(const char *text, const char *prefix);

#endif
