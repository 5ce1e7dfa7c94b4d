/* SPDX-License-Identifier: GPL-2.0-or-later */
/* output_share.c - how much of a program's output the consoles show and the transcript keeps */
#include "initramfs/capture/output_share.h"

#include <inttypes.h>
#include <stdio.h>

void output_share_begin(struct output_share *s, const char *name)
{
	*s = (struct output_share){ 0 };
	/* Cut on purpose: the name only distinguishes one program from another. */
	snprintf(s->name, sizeof(s->name), "%.63s", name);
}

void output_share_line(struct output_share *s, size_t len, bool *shown, bool *kept)
{
	*shown = s->hidden_lines == 0 && s->console_lines < SHARE_CONSOLE_LINES &&
		 s->console_bytes + len <= SHARE_CONSOLE_BYTES;
	*kept = s->lost_bytes == 0 && s->file_bytes + len <= SHARE_FILE_BYTES;
	if (*shown) {
		s->console_lines++;
		s->console_bytes += len + 1;
	} else {
		s->hidden_lines++;
		s->hidden_bytes += len + 1;
	}
	if (*kept)
		s->file_bytes += len + 1;
	else
		s->lost_bytes += len + 1;
}

void output_share_cut(struct output_share *s, size_t len)
{
	s->hidden_bytes += len;
	s->lost_bytes += len;
}

bool output_share_text(const struct output_share *s, char *text, size_t size)
{
	if (s->hidden_bytes == 0)
		return false;
	if (s->lost_bytes == 0)
		snprintf(text, size,
			 "%s: %" PRIu64 " more lines (%" PRIu64
			 " bytes) are not shown here, but all are in kexec-dmesg.log",
			 s->name, s->hidden_lines, s->hidden_bytes);
	else
		snprintf(text, size,
			 "%s: %" PRIu64 " more lines (%" PRIu64
			 " bytes) are not shown here; %" PRIu64
			 " bytes of it are not in kexec-dmesg.log either",
			 s->name, s->hidden_lines, s->hidden_bytes, s->lost_bytes);
	return true;
}
