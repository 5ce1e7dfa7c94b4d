/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * strlist.h - a growing list of strings without duplicates, in order of arrival
 *
 *     (zeroed)  ->  strlist_add...  ->  strlist_free
 */
#ifndef INITRAMFS_IMAGE_STRLIST_H
#define INITRAMFS_IMAGE_STRLIST_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* Zeroed is empty. The strings are copies, and belong to the list. */
struct strlist {
	char **at; /* NULL at the end; NULL itself while empty */
	size_t nr;
};

/* 0, also where the string is in the list already; or -ENOMEM, and the list is as before. */
int strlist_add(struct strlist *l, const char *text);
int strlist_addf(struct strlist *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int strlist_addv(struct strlist *l, const char *fmt, va_list ap);
bool strlist_has(const struct strlist *l, const char *text);

/* The list is empty then, and may be used again. */
void strlist_free(struct strlist *l);

#endif
