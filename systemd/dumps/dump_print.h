/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump_print.h - a dump for people, on standard output; untrusted text is made safe */
#ifndef SYSTEMD_DUMPS_DUMP_PRINT_H
#define SYSTEMD_DUMPS_DUMP_PRINT_H

#include "systemd/dumps/dump_info.h"
#include "systemd/dumps/seen.h"
#include "systemd/dumps/target_access.h"

/* The line of kdumpctl list, and one for errors of the capture. nr: from 1. */
void dump_print_line(size_t nr, const struct dump *d, const struct seen *seen);

/* Lines of kdumpctl show: "Dump", "Crashed", "Kernel" and so on. */
void dump_print(const struct dump *d, const struct target_access *p, const struct seen *seen);

/* The report as dumps_report() read it, after an empty line; it is cut into lines. NULL: none. */
void dump_print_report(char *text);

#endif
