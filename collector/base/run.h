/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * run.h - run another program to its end, within a time limit, without a shell
 *
 *     const char *const argv[] = { "udevadm", "settle", NULL };
 *     struct run_result r;
 *     int rc = run_program(&(struct run_cfg){ .argv = argv, .out = RUN_KEEP }, &r);
 *     ... r.exit_code, r.out.data ...
 *     run_result_fini(&r);
 *
 * The program leads a process group of its own. When the time is over the group gets SIGTERM,
 * a second later SIGKILL; one that does not end even then (it hangs in the kernel) is left
 * behind, so a call never takes more than RUN_KILL_MS longer than its limit. Output is read
 * while the program runs, and what exceeds the bound is read and dropped: it can always go on.
 * If we end before it, it gets SIGTERM. Descriptors that should not be inherited must have
 * O_CLOEXEC. Any thread may call this, except with a function in place of a program (see call).
 */
#ifndef BASE_RUN_H
#define BASE_RUN_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define RUN_DEFAULT_MS	  60000
#define RUN_DEFAULT_BYTES ((size_t)64 << 10)
#define RUN_KILL_MS	  2000 /* from the end of the time limit to the return, at most */
#define RUN_LINE_MAX	  300

enum run_stream_kind {
	RUN_NULL_,
	RUN_OURS_,
	RUN_KEEP_,
	RUN_AS_OUT_,
	RUN_FD_,
};

/* What one of the program's three standard descriptors is; made by the names below. */
struct run_stream {
	enum run_stream_kind kind;
	int fd; /* for RUN_FD(): borrowed */
};

#define RUN_NULL   ((struct run_stream){ .kind = RUN_NULL_ })	/* /dev/null; the default */
#define RUN_OURS   ((struct run_stream){ .kind = RUN_OURS_ })	/* this process's own */
#define RUN_KEEP   ((struct run_stream){ .kind = RUN_KEEP_ })	/* outputs: in the result */
#define RUN_AS_OUT ((struct run_stream){ .kind = RUN_AS_OUT_ }) /* err: where out goes */
#define RUN_FD(nr) ((struct run_stream){ .kind = RUN_FD_, .fd = (nr) })

struct run_cfg {
	const char *const *argv; /* ends with NULL; argv[0] names the program in messages */
	const char *program;	 /* the file to execute; NULL: argv[0]. Without a slash it is
				  * looked up as run_find() does */
	const char *const *env;	 /* the whole environment, ends with NULL; NULL: ours */

	/*
	 * In place of a program: this function in a forked copy of the process; its return
	 * value, 0 to 255, is the exit code. Only in a process with a single thread.
	 */
	int (*call)(void *arg);
	void *arg;

	const void *input; /* bytes for standard input; NULL: see in */
	size_t input_len;
	struct run_stream in, out, err;
	size_t max;	     /* bytes kept of each output; 0: RUN_DEFAULT_BYTES */
	bool keep_end;	     /* keep the last max bytes, not the first */
	unsigned timeout_ms; /* 0: RUN_DEFAULT_MS */

	/*
	 * It may ask on the terminal, so it stays in our process group (others are stopped when
	 * they read from it), and only itself is ended when the time is over.
	 */
	bool terminal;
};

struct run_text {
	char *data; /* ends with NUL, never NULL after run_program() */
	size_t len;
	uint64_t dropped; /* bytes that were written and are not in data */
};

struct run_result {
	int exit_code; /* 0 to 255; 128 + N: ended by signal N */
	int signal;    /* N, or 0 */
	struct run_text out, err;
};

/*
 * Run it to its end. 0 with any exit code; -ENOENT: there is no such program;
 * -ETIMEDOUT: it was stopped, and out has what it wrote until then; or another errno if it could
 * not be started. Errors have a message with the program's name. Always run_result_fini(out).
 */
int run_program(const struct run_cfg *cfg, struct run_result *out);

/* Free the outputs. */
void run_result_fini(struct run_result *r);

/*
 * 0 if it ended with exit code 0; else -EIO and a message: the name, how it ended, and the last
 * line that it wrote to standard error, or to standard output if there is none.
 */
int run_check(const char *name, const struct run_result *r);

/* run_program() and run_check(), for a program of which nothing but success is needed. */
int run_must(const struct run_cfg *cfg);

#define RUN_ASK_MAX ((size_t)1 << 20)

/*
 * What a program answers: what it wrote to standard output, to be freed. 0, its exit code with the
 * message of run_check(), or a negative errno: -EIO if it ended by a signal, -EFBIG after
 * RUN_ASK_MAX bytes, or one of run_program(). *out is NULL unless 0 is returned.
 */
int run_ask(const char *const *argv, char **out);

/*
 * Why it failed, for a message that names it already: the last line that it wrote to standard
 * error, or else to standard output, or else its exit status or signal. buf is returned.
 */
const char *run_reason(const struct run_result *r, char buf[RUN_LINE_MAX]);

/* The first or last line with more than white space; "" if there is none. buf is returned. */
const char *run_first_line(const struct run_text *text, char buf[RUN_LINE_MAX]);
const char *run_last_line(const struct run_text *text, char buf[RUN_LINE_MAX]);

/*
 * Where a program is: the name itself if it has a slash, else the first executable file of that
 * name in the absolute directories of PATH (without PATH: the system's own). False: nowhere.
 */
bool run_find(const char *name, char out[PATH_MAX]);

/* Is there such a program? */
bool run_exists(const char *name);

/* In a forked child, before exec: every signal has its default action, and none is blocked. */
void run_default_signals(void);

/*
 * In a forked child: it gets the signal when the thread of the parent that forked it ends, and ends
 * now if that has happened. parent: getpid() before the fork. Otherwise the child of a program that
 * was killed goes on, without its time limit, and with the locks that it inherited.
 */
void run_end_with_parent(pid_t parent, int signal);

#endif
