/* SPDX-License-Identifier: GPL-2.0-or-later */
/* raw_stream.h - rearrange a flattened stream on a device into a file */
#ifndef SYSTEMD_DUMPS_RAW_STREAM_H
#define SYSTEMD_DUMPS_RAW_STREAM_H

#include <stdint.h>

struct restore {
	const char *collector; /* path of kdump-collect, run with -R */
	int fd;		       /* of the device; the stream starts at offset 0 */
	uint64_t len;	       /* at most so many bytes belong to it; an older stream may follow */
	const char *core;      /* path of the file; for a truncated stream core-incomplete */
};

/* How long it may take; the service manager must wait so long. */
#define RESTORE_SECONDS (4 * 3600)

/*
 * 0: the stream was complete. 1: it was truncated, and everything it has is in the file; why is in
 * the message, as for an error. Negative:
 * something is missing, for lack of space or because it is not a stream; the device still has it.
 */
int restore_stream(const struct restore *r);

#endif
