/* SPDX-License-Identifier: GPL-2.0-or-later */
/* save_core.h - between the files that save the core */
#ifndef INITRAMFS_CAPTURE_SAVE_SAVE_CORE_H
#define INITRAMFS_CAPTURE_SAVE_SAVE_CORE_H

#include "initramfs/capture/capture.h"
#include "initramfs/capture/child.h"

/* argv[0] under which this very program is a plain copier, see core_copy_main(). */
#define CORE_COPY_NAME "kdump-copy"

/* One way to get the core out. */
struct core_way {
	const char *const *argv; /* without operands */
	bool own;		 /* our collector: this very program, and it tells its progress */
	bool copy;		 /* the plain copier: this very program too */
	bool scp;		 /* copies by itself to an ssh target */
	int level;		 /* the dump level it saves; -1: only that program knows */
};

/*
 * Try it, from the empty file to its final name; c->status.core and .collector are set.
 * Failure: -ENOMEM it was killed; -ENOSPC; -ETIMEDOUT no progress; others. What is there
 * then is in c->status.core.state.
 */
int core_attempt(struct capture *c, struct target *t, const struct core_way *way);

/* A running collector: its progress, and when it last made any. */
struct core_watch {
	struct capture *c;
	struct target *t;
	const struct target_file *file;
	struct child *child;
	int progress; /* its --progress-fd; -1: it has none */
	/* private */
	char line[256];
	size_t len;
	char phase[40];
	uint64_t done, total, bytes;
	uint64_t phase_since, moved, looked, space_looked, size;
	bool first_byte, told_phase, told_all;
};

/*
 * Until it ends by itself (0 and *status), or is ended: -ETIMEDOUT nothing moved for the
 * stall limit, -ENOSPC less than min_free is left. Old dumps make room on the way.
 */
int core_watch(struct core_watch *w, int *status);

/* Space before the core: old dumps over keep_dumps are removed; -ENOSPC if there is hardly any. */
int core_space_before(struct capture *c, struct target *t);

/* need bytes should be free: old dumps go for it where the configuration lets them. */
void core_make_space(struct capture *c, struct target *t, uint64_t need);

/* The copier: SOURCE to DESTINATION, or to standard output; progress to a descriptor. */
int core_copy_main(int argc, char **argv);

#endif
