/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target_call.h - shared by the files of the proxy: the process, and one request to it */
#ifndef INITRAMFS_CAPTURE_TARGET_TARGET_CALL_H
#define INITRAMFS_CAPTURE_TARGET_TARGET_CALL_H

#include "initramfs/capture/target/target_protocol.h"

struct target_proxy {
	struct target base;
	struct target *real; /* in its state before up(): the process has its own copy */
	struct target_ops ops;
	struct child process;
	int socket;		       /* -1: no process */
	uint32_t asked;		       /* number of the last request */
	uint32_t answered;	       /* number of the last answer */
	struct target_request request; /* the caller fills it, then calls target_call() */
	struct target_answer answer;
};

/* Start the target's process. 0 or a failure. */
int target_process_start(struct target_proxy *p);

/* Wait for its end after down; kill it if it does not end. */
void target_process_end(struct target_proxy *p, const struct deadline *by);

/* Kill it, leave it behind if it hangs, and set base.lost. */
void target_process_abandon(struct target_proxy *p);

/*
 * Send p->request with op, by and the descriptors; wait for p->answer. Returns the answer's rc,
 * with its message in the trail, or a failure of the connection (see target_proxy.h).
 */
int target_call(struct target_proxy *p, enum target_op op, const struct deadline *by,
		const int *fds, unsigned nr_fds);

#endif
