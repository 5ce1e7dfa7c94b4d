/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * child_output.h - keep the beginning and the end of what a child prints
 *
 *     child_output_open -> (child_start) -> child_output_read ... -> child_output_close
 *
 * Memory is bounded by this struct, whatever the child prints, and each read by one slice.
 * child_wait() reads the outputs that struct child names. A caller that waits in another way must
 * read them itself, or the child blocks when the pipe is full.
 */
#ifndef INITRAMFS_CAPTURE_CHILD_OUTPUT_H
#define INITRAMFS_CAPTURE_CHILD_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

#define CHILD_OUTPUT_TAIL 1024

struct child_output {
	int fd;		  /* to poll for reading; does not block; -1: closed */
	char *head;	  /* its first bytes; the caller's buffer; not NUL-terminated */
	size_t size, len; /* of head: its size, and the bytes used */
	char tail[CHILD_OUTPUT_TAIL + 1]; /* its last bytes, as a string */
	size_t tail_len;
	uint64_t total; /* bytes read */
};

/* Make the pipe. *theirs: the child's end; the caller closes it once the child is started. */
int child_output_open(struct child_output *o, char *head, size_t size, int *theirs);

/* Read a slice of what has been printed by now; closes fd at the end of the output. */
void child_output_read(struct child_output *o);

/* Read what is left in the pipe, at most as much as a pipe holds; then close it. */
void child_output_close(struct child_output *o);

#endif
