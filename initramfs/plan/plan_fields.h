/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan_fields.h - the keys of a plan's text, once for the writer and the parser */
#ifndef PLAN_FIELDS_H
#define PLAN_FIELDS_H

#include "initramfs/plan/plan.h"

enum field_kind {
	FIELD_STRING,  /* char *; not written when "" */
	FIELD_PORT,    /* unsigned up to 65535; not written when 0 */
	FIELD_FLAG,    /* bool; the key alone */
	FIELD_INDEX,   /* one more of unsigned *[]; its count is at nr */
	FIELD_EXTENTS, /* one more extent of a plan_device */
};

struct field {
	const char *key;
	enum field_kind kind;
	size_t at; /* offset in its struct */
	size_t nr; /* FIELD_INDEX: offset of the count */
};

/* Ended by a NULL key. The name of an object ("device dm NAME") is not a field. */
extern const struct field plan_fields[];
extern const struct field module_fields[];
extern const struct field device_fields[];
extern const struct field target_fields[];

#define PLAN_FIRST_LINE "kdump-plan 1"

/*
 * What the rest of the program may rely on, for one finished object: -EINVAL with
 * a message when a name is missing, a path has "..", an index points forward.
 */
int plan_check_module(const struct plan_module *m);
int plan_check_device(const struct plan *p, size_t index);
int plan_check_target(const struct plan *p, size_t index);

#endif
