/* SPDX-License-Identifier: GPL-2.0-or-later */
/* attribute.h - write a value into a file of /proc or /sys */
#ifndef CAPTURE_ATTRIBUTE_H
#define CAPTURE_ATTRIBUTE_H

/*
 * Write text to the file at path, in one write. 0, or a -errno without a message: many kernels lack
 * some of these files, and the caller knows whether that matters. Safe after fork.
 */
int attribute_put(const char *path, const char *text);

#endif
