/* SPDX-License-Identifier: GPL-2.0-or-later */
/* child_output.c - keep the beginning and the end of what a child prints */
#include "initramfs/capture/child_output.h"

#include "base/err.h"
#include "base/tail.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define PIECE  4096
#define PIECES 16 /* in one slice: as much as a pipe holds */

int child_output_open(struct child_output *o, char *head, size_t size, int *theirs)
{
	int ends[2];

	*o = (struct child_output){ .fd = -1, .head = head, .size = size };
	if (pipe2(ends, O_CLOEXEC) < 0)
		return fail(-errno, "a pipe for a program's output");
	(void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
	o->fd = ends[0];
	*theirs = ends[1];
	return 0;
}

static void keep(struct child_output *o, const char *data, size_t len)
{
	size_t first = o->size - o->len < len ? o->size - o->len : len;

	if (first > 0)
		memcpy(o->head + o->len, data, first);
	o->len += first;
	o->total += len;
	tail_add(o->tail, CHILD_OUTPUT_TAIL, &o->tail_len, data, len);
	o->tail[o->tail_len] = '\0';
}

void child_output_read(struct child_output *o)
{
	char piece[PIECE];
	ssize_t n;

	for (unsigned i = 0; o->fd >= 0 && i < PIECES; i++) {
		n = read(o->fd, piece, sizeof(piece));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n > 0) {
			keep(o, piece, (size_t)n);
			continue;
		}
		close(o->fd);
		o->fd = -1;
	}
}

void child_output_close(struct child_output *o)
{
	child_output_read(o);
	if (o->fd >= 0)
		close(o->fd);
	o->fd = -1;
}
