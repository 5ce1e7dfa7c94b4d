/* SPDX-License-Identifier: GPL-2.0-or-later */
/* saved_names.h - the names of the files that a run leaves */
#ifndef SAVED_NAMES_H
#define SAVED_NAMES_H

#include "cli/options.h"

/* "DUMP", or "DUMP1, DUMP2": as they are called at the end, with the mark of incomplete ones. */
void saved_names(const struct options *o, bool complete, char *buf, size_t size);

/* The inputs in the same way: all parts of a split dump. */
void saved_inputs(const struct options *o, char *buf, size_t size);

/* The closing lines about a dump in several files. ok: it is complete. */
void saved_print_members(const struct options *o, FILE *f, bool ok);

/* The closing lines that makedumpfile prints, or where the log was saved. */
void saved_print_closing(const struct options *o, enum exit_code outcome);

#endif
