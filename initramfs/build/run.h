/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run.h - ask a program of the system something: short answers, in time */
#ifndef BUILD_RUN_H
#define BUILD_RUN_H

/*
 * Run argv (argv[0] is looked up in PATH), standard input empty, without a shell. What it
 * prints into *out (to be freed, never NULL after 0), at most 1 MiB; what it complains about is
 * in the error's words. Its exit status, or -ENOENT when there is no such program, -ETIMEDOUT
 * after RUN_SECONDS (it is stopped then), -EIO when it was killed.
 */
int run_ask(const char *const *argv, char **out);

#define RUN_SECONDS 60

/* The same with another limit. A program that cannot even be killed is left behind. */
int run_ask_within(const char *const *argv, unsigned seconds, char **out);

#endif
