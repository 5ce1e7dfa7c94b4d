/* SPDX-License-Identifier: GPL-2.0-or-later */
/* output_share.h - how much of a program's output the consoles show and the transcript keeps */
#ifndef INITRAMFS_CAPTURE_OUTPUT_SHARE_H
#define INITRAMFS_CAPTURE_OUTPUT_SHARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHARE_CONSOLE_LINES 200
#define SHARE_CONSOLE_BYTES (16 * 1024) /* 1.5 s at 115200 baud */
#define SHARE_FILE_BYTES    (24 * 1024) /* of the transcript's 64 KiB */

struct output_share {
	char name[64];					 /* of the program */
	size_t console_bytes, console_lines, file_bytes; /* used so far */
	uint64_t hidden_lines, hidden_bytes;		 /* not shown on the consoles */
	uint64_t lost_bytes; /* of these: not in the transcript either */
};

void output_share_begin(struct output_share *s, const char *name);

/*
 * Decide about a line of len bytes: is it shown on the consoles, is it kept in the transcript? What
 * is shown is kept.
 */
void output_share_line(struct output_share *s, size_t len, bool *shown, bool *kept);

/* Count bytes that were cut off a line that is too long. */
void output_share_cut(struct output_share *s, size_t len);

/* "NAME: 123 more lines (...) are not shown": false if nothing was left out. */
bool output_share_text(const struct output_share *s, char *text, size_t size);

#endif
