/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cmdline.h - parameters on the capture kernel's command line */
#ifndef CAPTURE_CMDLINE_H
#define CAPTURE_CMDLINE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The value of key ("kdump_test_id=") in text, up to the next blank, quotes taken off;
 * the last one if there are several. False if it is not there.
 */
bool cmdline_find(const char *text, const char *key, char *out, size_t room);

/* The same in <root>/proc/cmdline. */
bool cmdline_get(const char *root, const char *key, char *out, size_t room);

#endif
