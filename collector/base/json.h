/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json.h - write any bytes as a JSON string */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdio.h>

/*
 * Write text as a JSON string with its quotes; NULL: null. Valid UTF-8 stays as it is; control
 * characters, and bytes that are not UTF-8 (strict readers refuse the whole file for one), become
 * \u00XX. Errors stay in f, for ferror(3).
 */
void json_string(FILE *f, const char *text);

#endif
