/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.h - ask a program of the system something: short answers, in time */
#ifndef INITRAMFS_IMAGE_NETWORK_RUN_H
#define INITRAMFS_IMAGE_NETWORK_RUN_H

#include <stdbool.h>

/*
 * Run argv (argv[0] is looked up in PATH), standard input empty, without a shell. What it
 * prints into *out (to be freed, never NULL after 0), at most 1 MiB; what it complains about is
 * in the error's message. Its exit status, or -ENOENT when there is no such program, -ETIMEDOUT
 * after RUN_SECONDS (it is stopped then), -EIO when it was killed.
 */
int run_ask(const char *const *argv, char **out);

#define RUN_SECONDS 60

/* The same with another limit. A program that cannot even be killed is left behind. */
int run_ask_within(const char *const *argv, unsigned seconds, char **out);

/* A program to run to its end. */
struct run_command {
	const char *path; /* looked up in PATH without a slash; NULL: argv[0] */
	const char *const *argv;
	const char *output; /* a file for standard output; NULL: it belongs to the text */
	unsigned seconds;   /* until it is killed */
};

#define RUN_LINE 200

struct run_end {
	int status;	     /* as waitpid(2) has it */
	bool found;	     /* find is in the text */
	char line[RUN_LINE]; /* the last line of the text that is not empty, or "" */
};

/*
 * Run it with an empty standard input; the text is what it writes to standard error, and to
 * standard output. 0, however it ended; -ETIMEDOUT: killed; else it could not be started. find,
 * unless NULL, is looked for in the text: the line that has it becomes line.
 */
int run_command(const struct run_command *c, const char *find, struct run_end *out);

/* An error for a program of that name that ended so: its exit status or signal, and line. 0: fine.
 */
int run_end_fail(const struct run_end *end, const char *name);

#endif
