/* SPDX-License-Identifier: GPL-2.0-or-later */
/* raw_stream.h - a flattened stream on a device, put in order in a file */
#ifndef SYSTEMD_DUMPS_RAW_STREAM_H
#define SYSTEMD_DUMPS_RAW_STREAM_H

#include <stdint.h>

struct restore {
	const char *collector; /* the program, for its -R */
	int fd;		       /* of the device; the stream begins at 0 */
	uint64_t len;	       /* bytes that may belong to it: behind them lies an older one */
	const char *core;      /* path of the file; of a cut stream it becomes core-incomplete */
};

/* How long it may take; whoever waits for us has to know. */
#define RESTORE_SECONDS (4 * 3600)

/*
 * 0: the stream was whole. 1: it was cut, and all there is of it is in the file. Negative: some
 * of it is not, for want of space or because it is no stream; the device has it still.
 */
int restore_stream(const struct restore *r);

#endif
