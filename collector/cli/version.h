/* SPDX-License-Identifier: GPL-2.0-or-later */
/* version.h - the version that is printed; a release build passes -DKDUMP_VERSION='"1.0"' */
#ifndef CLI_VERSION_H
#define CLI_VERSION_H

#ifndef KDUMP_VERSION
#define KDUMP_VERSION "unreleased"
#endif

/* The version of makedumpfile whose command line is accepted. */
#define MAKEDUMPFILE_VERSION "1.7.9"

#endif
