/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dump_status.h - the JSON files beside a dump: the capture's status, and what was added later
 *
 * kdump-status.json is the capture's (initramfs/capture/status.h). kdump-added.json is kdumpctl's:
 *
 *     version   1
 *     program   "kdumpctl VERSION"
 *     files     [{"name": "vmcore-dmesg.txt", "from": "vmcore", "time", "error": or null,
 *               "state": "tried": not ended yet, or never; "failed"; "complete"}]
 *
 * Both are read from wherever the dump lies: any bytes.
 */
#ifndef SYSTEMD_DUMPS_DUMP_STATUS_H
#define SYSTEMD_DUMPS_DUMP_STATUS_H

#include "systemd/dumps/dump_info.h"

#define DUMP_STATUS_FILE "kdump-status.json"
#define DUMP_ADDED_FILE	 "kdump-added.json"

/* The capture's errors in order, and levels. One that is cut or garbage is an error itself. */
void dump_take_status(struct dump *d, const char *data, size_t len);

/* One that cannot be read has nothing. */
void dump_take_added(struct dump *d, const char *data, size_t len);

/* One more error of the dump; control characters do not get through. */
void dump_error(struct dump *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

const char *dump_added_state_name(enum dump_added_state state);

/* NULL: nobody tried to make a file of that name. */
const struct dump_added *dump_added_find(const struct dump *d, const char *name);

#endif
