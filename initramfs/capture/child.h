/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * child.h - run programs, and calls that can hang, with a deadline
 *
 * Every child leads a process group of its own. When its time is over, the whole group gets SIGTERM
 * and two seconds later SIGKILL. A child that hangs in the kernel survives that; it is left behind
 * and the caller goes on.
 *
 * base/run.h runs a program to its end and keeps what it wrote. This is beside it because a child
 * of the capture runs for as long as a dump takes: meanwhile its output goes to the consoles and
 * the transcript and its progress is read. It dies with its parent, is first in line for the OOM
 * killer and has a limit of memory.
 */
#ifndef CAPTURE_CHILD_H
#define CAPTURE_CHILD_H

#include "initramfs/capture/child_output.h"
#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define CHILD_KEEP_MAX 4

/* One more descriptor for the program: our number, and its number in the program (above 2). */
struct child_keep {
	int fd, as;
};

struct child_cfg {
	const char *const *argv; /* NULL at the end; argv[0] is looked up in PATH */
	const char *program;	 /* the file to execute; NULL: argv[0] */
	const char *const *env;	 /* NULL: ours */
	int in, out, err; /* become its 0, 1 and 2. -1: /dev/null for 0, the transcript and consoles
			     (console.h) for 1 and 2 */
	const struct child_keep *keep; /* more descriptors; all others are closed */
	unsigned nr_keep;	       /* at most CHILD_KEEP_MAX */
	bool oom_first;		       /* the OOM killer kills it before all others */
	size_t data_max;	       /* bytes of private memory (RLIMIT_DATA); 0: no limit */
	bool sibling; /* a child of our parent, which waits for it; see child_start() */
};

#define CHILD_OUTPUTS 2

struct child {
	pid_t pid;
	int exec_error; /* the program could not be started: negative errno */
	struct child_output *output[CHILD_OUTPUTS]; /* read while waiting for it; NULL: unused */
};

/*
 * Start it. If the program does not exist, this fails with a message. A sibling belongs to our
 * parent: only the parent can wait for out->pid, even after an error (out->pid > 0 then). Every
 * other child is killed when this process ends.
 */
int child_start(const struct child_cfg *cfg, struct child *out);

/*
 * Wait until it ends. Returns 0 with its wait status (waitpid(2)) in *status, or -ETIMEDOUT if it
 * was killed at the deadline. c->pid is -1 afterwards in any case.
 */
int child_wait(struct child *c, const struct deadline *by, int *status);

/* Has it ended? If so, its wait status is in *status. Never waits. */
bool child_ended(struct child *c, int *status);

/* Kill the group, as after a deadline. */
void child_kill(struct child *c);

/* 0 if status is a plain exit with 0, else an error with a message ("ended with 1", "killed by
 * ...").
 */
int child_check(const char *what, int status);

/* child_start(), child_wait() and child_check() in one. */
int child_run(const struct child_cfg *cfg, const struct deadline *by);

/*
 * Call fn(arg) in a forked copy of this process and return its result, with its message in our
 * error trail. Changes that fn makes in memory are lost; mounts, files and devices stay. Use it for
 * system calls that may never return. -ETIMEDOUT as above.
 */
int child_call(int (*fn)(void *arg), void *arg, const char *what, const struct deadline *by);

#endif
