/* SPDX-License-Identifier: GPL-2.0-or-later */
/* program.h - run another program, within a time limit */
#ifndef SYSTEMD_PROGRAM_H
#define SYSTEMD_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

struct program_run {
	const char *const *argv; /* argv[0] is looked up in PATH */
	unsigned seconds;	 /* then it is killed with its process group; 0: 60 */
	bool show;		 /* its output goes where ours goes and is not kept */
	bool asks;		 /* it may read from the terminal: it stays in our process group */
	bool keep_stderr;	 /* standard error is part of the output */
	size_t max;		 /* bytes of output kept, 0: 64 KiB; the rest is dropped */
	const char *input;	 /* for its standard input; NULL: none */
	int input_fd;		 /* standard input from a descriptor, if > 0 */
};

struct program_result {
	int exit_code; /* 127: not found; 128 + N: ended by signal N */
	char *output;  /* ends with NUL, maybe ""; freed by program_result_fini() */
	size_t len;
};

/*
 * Run it to its end. 0 whatever the exit code; -ENOENT: no such program; -ETIMEDOUT: it was killed.
 * The message names the program.
 */
int program_run(const struct program_run *run, struct program_result *out);

void program_result_fini(struct program_result *r);

/* The last line of the output that is not empty, its newline cut off; "" if there is none. */
const char *program_last_line(char *text);

#define PROGRAM_REASON_MAX 300

/*
 * Why it failed, for an error message: its last line or, without output, its exit status or signal.
 */
void program_reason(struct program_result *r, char out[PROGRAM_REASON_MAX]);

/* Run it; any exit code but 0 is -EIO with the last line of the output in the message. */
int program_must(const struct program_run *run);

/* Is a program of this name in PATH? */
bool program_exists(const char *name);

#endif
