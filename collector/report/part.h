/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * part.h - the parts of a report: a new one is a file part_<name>.c and a line in parts.def
 *
 *     int part_NAME_text(struct report *r, FILE *f)   some lines, the heading is printed already
 *     int part_NAME_json(struct report *r, FILE *f)   one JSON value (see json_out.h)
 *
 * They return 0, or a negative errno with a message in the trail: then their output is replaced by
 * the message. If a part has nothing to report it writes nothing, and its heading (and in JSON its
 * member) is left out.
 */
#ifndef REPORT_PART_H
#define REPORT_PART_H

#include "report/report.h"

#define PART(name, heading)                                \
	int part_##name##_text(struct report *r, FILE *f); \
	int part_##name##_json(struct report *r, FILE *f);
#include "report/parts.def"

#endif
