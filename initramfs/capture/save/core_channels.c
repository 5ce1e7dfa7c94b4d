/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core_channels.c - the descriptors through which our collector, another process, reports to us */
#include "initramfs/capture/save/save_core.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

void core_channels_open(struct core_channels *ch, const struct core_way *way)
{
	*ch = (struct core_channels){ { -1, -1 }, -1, -1 };
	if (!way->own && !way->copy)
		return;
	if (pipe2(ch->progress, O_CLOEXEC) == 0)
		(void)fcntl(ch->progress[0], F_SETFL, O_NONBLOCK);
	if (way->own)
		ch->summary = memfd_create("summary", MFD_CLOEXEC);
	ch->sums = memfd_create("checksums", MFD_CLOEXEC);
}

unsigned core_channels_keep(const struct core_channels *ch, struct child_keep keep[3])
{
	const struct child_keep all[] = {
		{ ch->progress[1], PROGRESS_FD },
		{ ch->summary, SUMMARY_FD },
		{ ch->sums, SUMS_FD },
	};
	unsigned nr = 0;

	for (unsigned i = 0; i < 3; i++)
		if (all[i].fd >= 0)
			keep[nr++] = all[i];
	return nr;
}

void core_channels_close(struct core_channels *ch)
{
	int *const all[] = { &ch->progress[0], &ch->progress[1], &ch->summary, &ch->sums };

	for (unsigned i = 0; i < 4; i++) {
		if (*all[i] >= 0)
			close(*all[i]);
		*all[i] = -1;
	}
}
