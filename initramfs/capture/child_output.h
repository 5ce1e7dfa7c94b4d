/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * child_output.h - what a child prints, read while it runs: the beginning and the end are kept
 *
 *     child_output_open -> (child_start) -> child_output_read ... -> child_output_close
 *
 * However much it prints, it takes no more memory than this, and a read takes no more time
 * than a slice. child_wait() reads what struct child names; who waits otherwise reads by
 * itself, or the child stops when the pipe is full.
 */
#ifndef INITRAMFS_CAPTURE_CHILD_OUTPUT_H
#define INITRAMFS_CAPTURE_CHILD_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

#define CHILD_OUTPUT_TAIL 1024

struct child_output {
	int fd;				  /* to poll for reading; does not block; -1: closed */
	char *head;			  /* its first bytes; the caller's; no NUL behind them */
	size_t size, len;		  /* of head: in all, and used */
	char tail[CHILD_OUTPUT_TAIL + 1]; /* its last bytes, a string */
	size_t tail_len;
	uint64_t total; /* bytes read */
};

/* Make the pipe. theirs: the end for the child, to be closed here once it is started. */
int child_output_open(struct child_output *o, char *head, size_t size, int *theirs);

/* A slice of what is there by now; closes fd at the end of the output. */
void child_output_read(struct child_output *o);

/* What is left in the pipe, as far as a pipe holds; then close it. */
void child_output_close(struct child_output *o);

#endif
