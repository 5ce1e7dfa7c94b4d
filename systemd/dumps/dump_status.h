/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dump_status.h - the JSON files beside a dump: status of the capture, files added later
 *
 * kdump-status.json is the capture's (initramfs/capture/status.h). kdump-added.json is kdumpctl's:
 *
 *     version   1
 *     program   "kdumpctl VERSION"
 *     files     [{"name": "vmcore-dmesg.txt", "from": "vmcore", "time", "error": or null,
 *               "state": "tried": started, no result yet; "failed"; "complete"}]
 *
 * Both are read from the target and untrusted.
 */
#ifndef SYSTEMD_DUMPS_DUMP_STATUS_H
#define SYSTEMD_DUMPS_DUMP_STATUS_H

#include "initramfs/plan/dump_name.h"
#include "systemd/dumps/dump_info.h"

#define DUMP_ADDED_FILE "kdump-added.json"

/* Take errors and levels of the capture. A truncated or malformed file is an error itself. */
void dump_take_status(struct dump *d, const char *data, size_t len);

/* Take the added files; a malformed file has none. */
void dump_take_added(struct dump *d, const char *data, size_t len);

/* Take what DUMP_VERIFIED_FILE says; what is no such file is no check. */
void dump_take_verified(struct dump *d, const char *data, size_t len);

/* Append an error to the dump; control characters are replaced. */
void dump_error(struct dump *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

const char *dump_added_state_name(enum dump_added_state state);

/* NULL: there was no attempt to make a file of that name. */
const struct dump_added *dump_added_find(const struct dump *d, const char *name);

#endif
