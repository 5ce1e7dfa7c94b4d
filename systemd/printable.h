/* SPDX-License-Identifier: GPL-2.0-or-later */
/* printable.h - text from elsewhere, made fit for a terminal and for JSON */
#ifndef SYSTEMD_PRINTABLE_H
#define SYSTEMD_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>

/* Copy text, cut to max - 1 bytes; each byte that is a control character or no UTF-8 becomes '?'.
 */
void printable(const char *text, char *out, size_t max);

/* Would printable() leave it as it is? */
bool is_printable(const char *text);

#endif
