/* SPDX-License-Identifier: GPL-2.0-or-later */
/* file_names.h - no file of a command line is written over another one */
#ifndef FILE_NAMES_H
#define FILE_NAMES_H

#include "cli/options.h"

/*
 * Is each file that would be written another one than all files that are read, and than each other
 * one that is written, also under the name that it has meanwhile (NAME-incomplete)? Names are
 * compared by what they stand for: paths, links and hard links do not hide anything. Devices and
 * pipes may be named twice. 0, or -EINVAL with one line for the user. Nothing is opened.
 */
int file_names_check(const struct options *o);

#endif
