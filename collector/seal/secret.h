/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * secret.h - memory for keys: locked, not in core files, wiped when it goes
 *
 * Any thread. Where the system does not let a page be locked, the memory is used all the same: a
 * user whose limit is 0 can still open a dump.
 */
#ifndef SEAL_SECRET_H
#define SEAL_SECRET_H

#include <stddef.h>

/* len bytes of zeroes, or NULL. */
void *secret_alloc(size_t len);

/* Wipe and release what secret_alloc(len) gave; NULL is fine. */
void secret_free(void *p, size_t len);

/* Overwrite len bytes in a way that no compiler leaves out. */
void secret_wipe(void *p, size_t len);

#endif
