/* SPDX-License-Identifier: GPL-2.0-or-later */
/* printable.h - make untrusted text safe for a terminal and for JSON */
#ifndef SYSTEMD_PRINTABLE_H
#define SYSTEMD_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Copy text, truncated to max - 1 bytes; control characters and bytes that are not UTF-8 become
 * '?'.
 */
void printable(const char *text, char *out, size_t max);

/* Would printable() leave it as it is? */
bool is_printable(const char *text);

#endif
