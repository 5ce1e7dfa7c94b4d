/* SPDX-License-Identifier: GPL-2.0-or-later */
/* own_log.h - this kernel's log and our transcript, merged by time */
#ifndef INITRAMFS_CAPTURE_SAVE_OWN_LOG_H
#define INITRAMFS_CAPTURE_SAVE_OWN_LOG_H

#include <stddef.h>

/* The caller frees it; NULL: no memory. Without a kernel log it is the transcript alone. */
char *own_log_text(const char *root, size_t *len);

/* ---- for tests ---- */

/*
 * "6,123,4567890,-;text\n KEY=value\n" of /dev/kmsg to "[    4.567890] text "; 0 if it is not a
 * record.
 */
size_t own_log_record(const char *record, size_t len, char *out, size_t size);

/*
 * Merge two texts of such lines, each sorted by time. out is large enough for both. Returns its
 * length.
 */
size_t own_log_merge(const char *a, size_t a_len, const char *b, size_t b_len, char *out);

#endif
