/* SPDX-License-Identifier: GPL-2.0-or-later */
/* file.h - a small text file into memory; private to config/ */
#ifndef CONFIG_PARSE_FILE_H
#define CONFIG_PARSE_FILE_H

#include <stddef.h>

#define CONFIG_FILE_MAX (64 << 10) /* bytes; what is longer was not written by a person */

/*
 * All of file, but at most one byte more than CONFIG_FILE_MAX, which shows that it is
 * too long. 0 and *out to be freed, or a negative errno with the message in the trail.
 */
int config_file_read(const char *file, char **out, size_t *len);

#endif
