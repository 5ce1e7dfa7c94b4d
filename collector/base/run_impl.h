/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_impl.h - how run.c starts a program and collects its output; private to base/ */
#ifndef BASE_RUN_IMPL_H
#define BASE_RUN_IMPL_H

#include "base/run.h"

#include <sys/types.h>

/* One output on its way into the result. */
struct run_pipe {
	int fd; /* our reading end, does not block; -1: closed, or nothing to keep */
	struct run_text *text;
	size_t max;
	bool keep_end;
};

/*
 * Start it with these descriptors for 0, 1 and 2. 0 and *pid, or a negative errno without a
 * message if fork or exec failed.
 */
int run_start(const struct run_cfg *cfg, const char *file, const int fds[3], pid_t *pid);

/* Read what is there, without waiting; at the end, or after an error, fd is closed and -1. */
void run_pipe_read(struct run_pipe *p);

#endif
