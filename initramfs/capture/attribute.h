/* SPDX-License-Identifier: GPL-2.0-or-later */
/* attribute.h - a word into a file of /proc or /sys */
#ifndef CAPTURE_ATTRIBUTE_H
#define CAPTURE_ATTRIBUTE_H

/* Write text over the attribute at path, in one write. 0, or a -errno without a message: many
 * kernels lack the one or other, and the caller knows whether that matters. Safe after fork. */
int attribute_put(const char *path, const char *text);

#endif
