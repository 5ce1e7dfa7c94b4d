/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pstore.h - the end of a kernel log that firmware or reserved memory kept over a reset
 *
 * The kernel writes the last kilobytes of its log there when it panics without a capture kernel
 * (ERST, EFI variables, ramoops). A log comes in parts, one file each: "dmesg-BACKEND-ID", whose
 * first line is "Panic#2 Part1"; part 1 is the newest. systemd-pstore.service moves the files from
 * /sys/fs/pstore below /var/lib/systemd/pstore at boot, so both are searched.
 */
#ifndef SYSTEMD_DUMPS_PSTORE_H
#define SYSTEMD_DUMPS_PSTORE_H

#include <stddef.h>
#include <stdint.h>

/* The longest log that is put together, in bytes. */
#define PSTORE_LOG_MAX (1u << 20)

struct pstore_log {
	char *text;	  /* parts in order, without their first lines; freed by the caller */
	size_t len;	  /* of text, in bytes, without the NUL behind it */
	int64_t time;	  /* when it was written or, if it was moved, moved: seconds since 1970 */
	char kind[16];	  /* "Panic", "Oops", "Emergency" */
	unsigned missing; /* parts that are not there */
	unsigned packed;  /* files that the kernel could not decompress: they are left out */
};

/*
 * The newest log below root that is not older than since (seconds since 1970): that of a panic, if
 * there is one. 1 and *out; 0: there is none. Negative errno: no memory. What cannot be read
 * is left out. Any content.
 */
int pstore_find(const char *root, int64_t since, struct pstore_log *out);

#endif
