/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_crash.h - why the kernel died, from the report's JSON, for the status */
#ifndef INITRAMFS_CAPTURE_SAVE_REPORT_CRASH_H
#define INITRAMFS_CAPTURE_SAVE_REPORT_CRASH_H

#include "initramfs/capture/status.h"

/*
 * json: what "kdump-collect --report" wrote; a child that read the crashed kernel's memory, so it
 * may be anything. All empty if it is no valid JSON, names no reason, or has a fingerprint of
 * another kind. Any thread.
 */
void report_crash_read(const char *json, size_t len, struct status_crash *out);

#endif
