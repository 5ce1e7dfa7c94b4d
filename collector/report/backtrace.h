/* SPDX-License-Identifier: GPL-2.0-or-later */
/* backtrace.h - a walked stack as text and as JSON, for the parts that show one */
#ifndef REPORT_BACKTRACE_H
#define REPORT_BACKTRACE_H

#include "report/json_out.h"
#include "report/report.h"

/* A frame a line, "    function+0x1/0x2 [module]", guessed ones with "? ", repeated ones once; then
 * how it ended. */
void backtrace_text(struct report *r, const struct unwind *w, FILE *f);

/* Members "frames" (a list of strings), "end" ("user", "start", "cut", "lost") and "user_regs". */
void backtrace_json(struct report *r, const struct unwind *w, struct json *j);

#endif
