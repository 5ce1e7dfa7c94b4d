/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * core_info.h - read facts about the crashed kernel from the first bytes of a core file
 *
 * Pure; the input is untrusted. An ELF core (64 bit, little-endian), a kdump-compressed dump, or a
 * flattened stream of either.
 */
#ifndef SYSTEMD_DUMPS_CORE_INFO_H
#define SYSTEMD_DUMPS_CORE_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum core_format { CORE_UNKNOWN, CORE_ELF, CORE_KDUMP, CORE_FLAT };

/* Notes beyond this offset of a file are not read. */
#define CORE_INFO_MAX	 (4u << 20)

#define CORE_RELEASE_MAX 80

struct core_info {
	enum core_format format;
	bool incomplete;		/* CORE_KDUMP: the header marks it as incomplete */
	bool split;			/* CORE_KDUMP: one part of several files */
	int64_t time;			/* of the crash, seconds since 1970; 0: unknown */
	char release[CORE_RELEASE_MAX]; /* printable ASCII without blanks, or "" */
	char build_id[41]; /* of vmlinux, lower-case hex; "": none, or not within len */
	bool more;	   /* reading CORE_INFO_MAX bytes of the file would give more facts */
};

/* data: the first len bytes of the file. Never fails. */
void core_info_read(const void *data, size_t len, struct core_info *out);

/*
 * Copy a kernel release from untrusted text: its leading printable ASCII without blanks, at most
 * max bytes.
 */
void core_release(const char *text, size_t max, char out[CORE_RELEASE_MAX]);

#endif
