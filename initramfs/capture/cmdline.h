/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmdline.h - the capture kernel's command line; base/karg.h parses it */
#ifndef CAPTURE_CMDLINE_H
#define CAPTURE_CMDLINE_H

#include <stdbool.h>
#include <stddef.h>

#define CMDLINE_MAX 8192 /* bytes with the '\0'; twice the longest that any kernel accepts */

/* Read <root>/proc/cmdline. False, and "" in the buffer, if it cannot be read. */
bool cmdline_read(const char *root, char out[CMDLINE_MAX]);

/* The value of a parameter ("kdump_test_id"), like karg_find(). */
bool cmdline_get(const char *root, const char *name, char *out, size_t size);

#endif
