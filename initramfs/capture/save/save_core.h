/* SPDX-License-Identifier: GPL-2.0-or-later */
/* save_core.h - shared by the files that save the core */
#ifndef INITRAMFS_CAPTURE_SAVE_SAVE_CORE_H
#define INITRAMFS_CAPTURE_SAVE_SAVE_CORE_H

#include "initramfs/capture/capture.h"
#include "initramfs/capture/child.h"

/* argv[0] with which this program is a plain copier, see core_copy_main(). */
#define CORE_COPY_NAME "kdump-copy"

/* One way to save the core. */
struct core_way {
	const char *const *argv; /* its arguments, without SOURCE and DESTINATION */
	bool own;		 /* our collector: this program, which reports its progress */
	bool copy;		 /* the plain copier: this program, too */
	bool scp;		 /* scp, which copies to an ssh target by itself */
	bool whole;		 /* own: copies the core as it is, encrypted */
	int level;		 /* the dump level it saves; -1: unknown to us */
};

/*
 * Try it, from creating the file to its final name; sets c->status.core and .collector. Fails with
 * -ENOMEM if it was killed, -ENOSPC, -ETIMEDOUT if it made no progress, or another error;
 * c->status.core.state then says what was saved.
 */
int core_attempt(struct capture *c, struct target *t, const struct core_way *way);

/* The descriptors' numbers in the collector. */
#define PROGRESS_FD 3
#define SUMMARY_FD  4
#define SUMS_FD	    5

/* What our collector reports through. */
struct core_channels {
	int progress[2]; /* pipe; -1: none */
	int summary;	 /* file in memory for --json; -1: none */
	int sums;	 /* file in memory for --checksums; -1: none */
};

/* Those that this way of saving has; one that cannot be made is done without. */
void core_channels_open(struct core_channels *ch, const struct core_way *way);

/* The collector's ends, for struct child_cfg: how many. */
unsigned core_channels_keep(const struct core_channels *ch, struct child_keep keep[3]);
void core_channels_close(struct core_channels *ch);

/* The value of "error" in the collector's summary, with simple escapes removed. False: none. */
bool core_summary_error(const char *json, char *out, size_t size);

/* "errno" in it; 0: none. It comes before all texts, so no text can be taken for it. */
int core_summary_errno(const char *json);

/* A running collector, its progress, and when it last made any. */
struct core_watch {
	struct capture *c;
	struct target *t;
	const struct target_file *file;
	struct child *child;
	int progress; /* our end of its --progress-fd; -1: it has none */
	/* private */
	char line[256];
	size_t len;
	char phase[40];
	uint64_t done, total, bytes;
	uint64_t phase_since, moved, looked, space_looked, size;
	bool first_byte, shown_begin, shown_end;
};

/*
 * Wait until it ends by itself (0 and *status), or is stopped: -ETIMEDOUT if it made no progress
 * for the stall limit, -ENOSPC if less than min_free is left. Removes old dumps if space is short.
 */
int core_watch(struct core_watch *w, int *status);

/* Before the core: remove old dumps over keep_dumps; -ENOSPC if there is hardly any space. */
int core_space_before(struct capture *c, struct target *t);

/* Try to have need bytes free: remove old dumps if the configuration allows it. */
void core_make_space(struct capture *c, struct target *t, uint64_t need);

/* main() of the copier: SOURCE to DESTINATION, or to standard output; progress to a descriptor. */
int core_copy_main(int argc, char **argv);

#endif
