/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * target_protocol.h - between the capture process and the process that works for one target
 *
 *     capture process (target_proxy.c)              target's process (target_helper.c)
 *         request [and descriptors]  ------------->   does it, however long that takes
 *         answer, or the deadline    <-------------
 *
 * The two ends of a SOCK_SEQPACKET pair; a request or an answer is one packet. Both sides are
 * the same program, forked, so the structures have no portable form.
 *
 *  - An operation is one request and one answer, one at a time. Every request has a number one
 *    higher than the one before, and its answer repeats it. When the capture process has
 *    stopped waiting for an answer, it drops that answer when it comes at last.
 *  - Descriptors of files on the target exist in the target's process only, and in programs that
 *    it starts. Descriptors that travel with a request (a pipe for progress, a file in memory)
 *    belong to the capture process, are nothing that can hang, and are copies.
 *  - At most one file is open: by_path, start, measure and close are about that one.
 *  - A program that start starts is made a child of the capture process (CLONE_PARENT),
 *    which waits for it and can kill it even while the target's process hangs.
 *  - What the target's process prints goes through the console's pipe before its answer is
 *    sent; what failed is in the answer's message.
 *  - The end of either process is the end of the connection. The target's process ends by
 *    itself after the answer to down, and is killed when an essential operation has no answer
 *    in time. A process that hangs in the kernel is then left behind.
 */
#ifndef INITRAMFS_CAPTURE_TARGET_TARGET_PROTOCOL_H
#define INITRAMFS_CAPTURE_TARGET_TARGET_PROTOCOL_H

#include "initramfs/capture/target/target.h"

#define TARGET_MESSAGE_SIZE 512	  /* of an error */
#define TARGET_COMMAND_SIZE 16384 /* a command line, each word with its NUL */
#define TARGET_FDS_MAX	    CHILD_KEEP_MAX

struct target_request {
	uint32_t number;
	enum target_op op;
	struct deadline by;
	char name[TARGET_NAME_MAX]; /* begin, open, put; start: child_cfg.program, "": none */
	bool replace;		    /* open */
	enum file_end end;	    /* close */
	unsigned keep;		    /* make_space */
	uint64_t need;		    /* make_space */
	size_t len;		    /* put: bytes, in a file in memory, which is the descriptor */
	bool oom_first;		    /* start */
	int as[TARGET_FDS_MAX];	    /* start: the numbers of the descriptors in the program */
	unsigned nr_words;	    /* start */
	char command[TARGET_COMMAND_SIZE];
};

struct target_answer {
	uint32_t number;
	int rc;
	char message[TARGET_MESSAGE_SIZE]; /* the trail, if rc is negative */
	char host[sizeof(((struct target *)0)->host)];
	char dir[TARGET_NAME_MAX];
	uint64_t space;		 /* space */
	unsigned removed;	 /* make_space */
	struct child child;	 /* start */
	struct target_size size; /* measure */
	struct target_file file; /* open, by_path, copy, close */
};

/* What an operation does, for messages: "make the dump's directory". */
const char *target_op_text(enum target_op op);

/* One packet, with descriptors. 0 or a negative errno. Blocks if the socket does. */
int target_send(int socket, const void *packet, size_t len, const int *fds, unsigned nr_fds);

/*
 * One packet of exactly len bytes; fds: up to TARGET_FDS_MAX, close-on-exec, *nr_fds how many
 * came, all the caller's to close; both NULL: none are expected. 0; -EAGAIN none is there;
 * -ENOTCONN the other end is closed; another negative errno.
 */
int target_receive(int socket, void *packet, size_t len, int *fds, unsigned *nr_fds);

/* The target's process: answers requests about t until its socket's other end closes, or down. */
void target_helper(struct target *t, int socket) __attribute__((noreturn));

#endif
