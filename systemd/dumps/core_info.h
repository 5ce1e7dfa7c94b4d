/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * core_info.h - what the first bytes of a core file say about the kernel that crashed
 *
 * Pure: any bytes go in. An ELF core (64 bit, little-endian), a kdump-compressed dump, or
 * the stream of either.
 */
#ifndef SYSTEMD_DUMPS_CORE_INFO_H
#define SYSTEMD_DUMPS_CORE_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum core_format { CORE_UNKNOWN, CORE_ELF, CORE_KDUMP, CORE_FLAT };

/* Notes farther into a file than this are not looked for. */
#define CORE_INFO_MAX	 (4u << 20)

#define CORE_RELEASE_MAX 80

struct core_info {
	enum core_format format;
	bool incomplete;		/* CORE_KDUMP: its header says so */
	bool split;			/* CORE_KDUMP: one part of several files */
	int64_t time;			/* of the crash, seconds since 1970; 0: not known */
	char release[CORE_RELEASE_MAX]; /* one word of printable ASCII, or "" */
	char build_id[41]; /* of vmlinux, lower-case hex; "": not there, or not within len */
	bool more;	   /* the first CORE_INFO_MAX bytes of the file would say more */
};

/* data: the first len bytes of the file. Never fails. */
void core_info_read(const void *data, size_t len, struct core_info *out);

/* A kernel release out of a file: its first word of printable ASCII, at most max bytes long. */
void core_release(const char *text, size_t max, char out[CORE_RELEASE_MAX]);

#endif
