/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * child.h - other programs and calls that can hang, each with a deadline
 *
 * Every child leads a process group of its own; when its time is over the whole group
 * gets SIGTERM, two seconds later SIGKILL. A child that even that does not end (it
 * hangs in the kernel) is left behind: the caller goes on.
 */
#ifndef CAPTURE_CHILD_H
#define CAPTURE_CHILD_H

#include "initramfs/capture/child_output.h"
#include "initramfs/capture/deadline.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define CHILD_KEEP_MAX 4

/* One more descriptor for the program: ours, and the number it finds it under (above 2). */
struct child_keep {
	int fd, as;
};

struct child_cfg {
	const char *const *argv;       /* NULL at the end; argv[0] is looked up in PATH */
	const char *program;	       /* what to execute instead of argv[0]; NULL: that */
	const char *const *env;	       /* NULL: ours */
	int in, out, err;	       /* descriptors to have as 0, 1, 2; -1: /dev/null for 0, the
					* transcript and consoles (console.h) for 1 and 2 */
	const struct child_keep *keep; /* these too, and no others */
	unsigned nr_keep;	       /* at most CHILD_KEEP_MAX */
	bool oom_first;		       /* the OOM killer takes it before all others */
	size_t data_max;	       /* bytes of memory of its own (RLIMIT_DATA); 0: no limit */
	bool sibling; /* a child of our parent, which waits for it; see child_start() */
};

#define CHILD_OUTPUTS 2

struct child {
	pid_t pid;
	int exec_error; /* the program could not be started: negative errno */
	struct child_output *output[CHILD_OUTPUTS]; /* read while it is waited for; NULL */
};

/*
 * Start it. A program that does not exist is an error here, with a message. A sibling belongs to
 * our parent: only the parent can wait for out->pid, after an error as well (out->pid > 0 then).
 * Every other child is killed when this process ends.
 */
int child_start(const struct child_cfg *cfg, struct child *out);

/*
 * Wait until it ends. 0 and its wait status (waitpid(2)) in *status, or -ETIMEDOUT when
 * it was ended by force. c->pid is -1 afterwards in any case.
 */
int child_wait(struct child *c, const struct deadline *by, int *status);

/* True and the status when it has ended by now. Never waits. */
bool child_ended(struct child *c, int *status);

/* End the group by force, as after a deadline. */
void child_kill(struct child *c);

/* 0 if status is a plain exit with 0, else an error with a message ("ended with 1", "killed by
 * ...").
 */
int child_check(const char *what, int status);

/* start + wait + check. */
int child_run(const struct child_cfg *cfg, const struct deadline *by);

/*
 * Call fn(arg) in a forked copy of this process and return what it returns, with its
 * words in our trail. What fn changes in memory is lost; mounts, files and devices are
 * not. For system calls that may never return. -ETIMEDOUT as above.
 */
int child_call(int (*fn)(void *arg), void *arg, const char *what, const struct deadline *by);

#endif
