/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target_raw.h - shared by the files of the raw target */
#ifndef INITRAMFS_CAPTURE_TARGET_TARGET_RAW_H
#define INITRAMFS_CAPTURE_TARGET_TARGET_RAW_H

#include "initramfs/capture/target/target.h"
#include "initramfs/plan/raw_area.h"

/* In memory shared with the copy of this process that transports the stream. */
struct raw_pumped {
	uint64_t bytes; /* on the device */
	int error;	/* negative errno */
};

struct target_raw {
	struct target base;
	const char *node; /* borrowed from devices.h */
	int fd;		  /* of the device, exclusive; -1 when down */
	uint64_t size;
	uint64_t files_end; /* position of the next small file */
	struct raw_trailer trailer;
	struct raw_pumped *pumped;
};

/* -EEXIST with a message that names it if there is a known signature on r->node. */
int raw_signature(const struct target_raw *r);

/* Start the stream: out->fd is the pipe to write to. */
int raw_pump_start(struct target_raw *r, struct target_file *out);

/* Close the pipe and wait; sets r->trailer.stream_len. The error message says why it stopped. */
int raw_pump_end(struct target_raw *r, struct target_file *f, const struct deadline *by);

#endif
