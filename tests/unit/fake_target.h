/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fake_target.h - for unit tests: a capture with a target that is a directory of its own */
#ifndef FAKE_TARGET_H
#define FAKE_TARGET_H

#include "initramfs/capture/capture.h"
#include "initramfs/capture/save/manifest.h"

#include "base/err.h"
#include "check.h"
#include "temp_dir.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A directory, or a stream into a file; closing may fail, as on a disk that breaks. */
struct fake_target {
	struct target base;
	char dir[64];
	uint64_t space;
	int close_says;
	enum file_end end; /* what close was told */
};

extern const struct target_ops fake_directory, fake_stream;

struct bench {
	struct capture c;
	struct fake_target t;
};

/* A capture with a target of these operations, in a directory of its own. */
void fake_begin(struct bench *b, const struct target_ops *ops);
/* Remove the directory with all in it. */
void fake_end(struct bench *b);

#endif
