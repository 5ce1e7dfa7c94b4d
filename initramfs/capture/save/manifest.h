/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * manifest.h - kdump-manifest.json: what the files of a dump are, as they are written
 *
 * Written last, beside the status, by every capture that has a directory. Keys, all always there:
 *
 *     version         1
 *     program         "kdump-capture VERSION"
 *     capture_kernel  release of the kernel that wrote it
 *     state, time, host, machine_id, target, level, errors   as in the status (status.h)
 *     reason, fingerprint, fatal      as in the status, too
 *     kernel          {"release","build_id"} of the crashed kernel: text or null. Null as a whole
 *                     if it is not known, or encrypted without "encrypt_summary clear"
 *     pages           counts by class as in the collector's summary, or null as above
 *     durations       [{"name","seconds"}]
 *     files           [{"name", "size": or null, "checksum": as of collector/output/sums.h}]
 *     xxh3_128        of all bytes before the comma before this key: it is the last one
 *
 * With encrypt_to, checksums are those of the encrypted bytes. Reader: collector/manifest.h.
 */
#ifndef INITRAMFS_CAPTURE_SAVE_MANIFEST_H
#define INITRAMFS_CAPTURE_SAVE_MANIFEST_H

#include "initramfs/capture/capture.h"

#define MANIFEST_NAME "kdump-manifest.json"

/* A new target, or the end: no files. */
void manifest_clear(struct capture *c);

/* A small file was written as a whole, maybe in place of an older one. */
void manifest_data(struct capture *c, const char *name, const void *data, size_t len);

/*
 * Our collector wrote the file: fd has what its --checksums gave, -1 or an empty file: none.
 * bytes: its size on the target, MANIFEST_SIZE_UNKNOWN if that could not be asked.
 */
#define MANIFEST_SIZE_UNKNOWN UINT64_MAX
void manifest_sums(struct capture *c, const char *name, uint64_t bytes, int fd);

/* Write it. Failures are only logged. */
void save_manifest(struct capture *c, struct target *t);

/* For tests: the text as it is written, to be freed. NULL: no memory. */
char *manifest_text(const struct capture *c, size_t *len);

#endif
