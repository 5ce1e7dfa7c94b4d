/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * target_protocol.h - between the capture process and the process that works for one target
 *
 *     capture process (target_proxy.c)              target's process (target_helper.c)
 *         request [and descriptors]  ------------->   does it, however long that takes
 *         answer, or the deadline    <-------------
 *
 * The two ends of a SOCK_SEQPACKET pair; a request or an answer is one packet. Both sides are the
 * same program, forked, so the structures need no portable format.
 *
 *  - An operation is one request and one answer, one at a time. Every request has a number one
 *    higher than the one before, and its answer has the same number. An answer that comes after the
 *    capture process stopped waiting for it is dropped.
 *  - Descriptors of files on the target exist only in the target's process and in programs that it
 *    starts. Descriptors that are sent with a request (a pipe for progress, a file in memory) are
 *    copies of the capture process's; using them cannot hang.
 *  - At most one file is open: by_path, start, measure and close act on it.
 *  - A program started by start is a child of the capture process (CLONE_PARENT), which waits for
 *    it and can kill it even while the target's process hangs.
 *  - The target's process prints to the console's pipe before it sends its answer; errors are in
 *    the answer's message.
 *  - The connection ends when either process ends. The target's process ends by itself after the
 *    answer to down, and is killed if an essential operation is not answered in time. If it hangs
 *    in the kernel, it is left behind.
 */
#ifndef INITRAMFS_CAPTURE_TARGET_TARGET_PROTOCOL_H
#define INITRAMFS_CAPTURE_TARGET_TARGET_PROTOCOL_H

#include "initramfs/capture/target/target.h"

#define TARGET_MESSAGE_SIZE 512	  /* bytes of an error message */
#define TARGET_COMMAND_SIZE 16384 /* a command line, each word with its NUL */
#define TARGET_FDS_MAX	    CHILD_KEEP_MAX

struct target_request {
	uint32_t number;
	enum target_op op;
	struct deadline by;
	char name[TARGET_NAME_MAX]; /* begin, open, put; start: child_cfg.program, "": none */
	unsigned how;		    /* open */
	enum file_end end;	    /* close */
	unsigned keep;		    /* make_space */
	uint64_t need;		    /* make_space */
	size_t len;		/* put: bytes in the file in memory that is sent as descriptor */
	bool oom_first;		/* start */
	int as[TARGET_FDS_MAX]; /* start: the descriptors' numbers in the program */
	unsigned nr_args;	/* start */
	char command[TARGET_COMMAND_SIZE];
};

struct target_answer {
	uint32_t number;
	int rc;
	char message[TARGET_MESSAGE_SIZE]; /* the error trail, if rc is negative */
	char host[sizeof(((struct target *)0)->host)];
	char dir[TARGET_NAME_MAX];
	uint64_t space;		 /* space */
	unsigned removed;	 /* make_space */
	struct child child;	 /* start */
	struct target_size size; /* measure */
	struct target_file file; /* open, by_path, copy, close */
};

/* The operation's description for messages: "make the dump's directory". */
const char *target_op_text(enum target_op op);

/* Send one packet, with descriptors. 0 or a negative errno. Blocks if the socket does. */
int target_send(int socket, const void *packet, size_t len, const int *fds, unsigned nr_fds);

/*
 * Receive one packet of exactly len bytes. fds gets up to TARGET_FDS_MAX descriptors
 * (close-on-exec), *nr_fds their number; the caller closes them. Both NULL: none are expected. 0;
 * -EAGAIN: no packet is there; -ENOTCONN: the other end is closed; or another negative errno.
 */
int target_receive(int socket, void *packet, size_t len, int *fds, unsigned *nr_fds);

/*
 * Runs in the target's process: answer requests about t until down, or until the other end of the
 * socket closes.
 */
void target_helper(struct target *t, int socket) __attribute__((noreturn));

#endif
