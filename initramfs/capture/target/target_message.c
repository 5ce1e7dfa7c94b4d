/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target_message.c - packets with descriptors between the capture process and a target's */
#include "initramfs/capture/target/target_protocol.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Space for a control message with all descriptors, correctly aligned. */
union control {
	struct cmsghdr head;
	char space[CMSG_SPACE(TARGET_FDS_MAX * sizeof(int))];
};

const char *target_op_text(enum target_op op)
{
	static const char *const texts[TARGET_OP_COUNT] = {
		[TARGET_OP_up] = "connect or mount",
		[TARGET_OP_space] = "free space",
		[TARGET_OP_begin] = "make the dump's directory",
		[TARGET_OP_open] = "create a file",
		[TARGET_OP_by_path] = "prepare a file",
		[TARGET_OP_copy] = "prepare a copy",
		[TARGET_OP_start] = "start a program",
		[TARGET_OP_measure] = "size of a file",
		[TARGET_OP_close] = "sync and close a file",
		[TARGET_OP_make_space] = "remove old dumps",
		[TARGET_OP_put] = "write a file",
		[TARGET_OP_down] = "sync and unmount",
	};

	return texts[op] ? texts[op] : "operation";
}

int target_send(int socket, const void *packet, size_t len, const int *fds, unsigned nr_fds)
{
	struct iovec iov = { .iov_base = (void *)packet, .iov_len = len };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	union control control;
	ssize_t n;

	if (nr_fds > 0) {
		memset(&control, 0, sizeof(control));
		m.msg_control = &control;
		m.msg_controllen = CMSG_SPACE(nr_fds * sizeof(int));
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN(nr_fds * sizeof(int));
		memcpy(CMSG_DATA(&control.head), fds, nr_fds * sizeof(int));
	}
	do
		n = sendmsg(socket, &m, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

static void take_fds(struct msghdr *m, int *fds, unsigned *nr_fds)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		size_t nr = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS ||
		    nr > TARGET_FDS_MAX)
			continue;
		memcpy(fds, CMSG_DATA(c), nr * sizeof(int));
		*nr_fds = (unsigned)nr;
	}
}

int target_receive(int socket, void *packet, size_t len, int *fds, unsigned *nr_fds)
{
	struct iovec iov = { .iov_base = packet, .iov_len = len };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	union control control;
	ssize_t n;

	if (fds) {
		*nr_fds = 0;
		m.msg_control = &control;
		m.msg_controllen = sizeof(control);
	}
	do
		n = recvmsg(socket, &m, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == ECONNRESET ? -ENOTCONN : -errno;
	if (fds)
		take_fds(&m, fds, nr_fds);
	if (n == 0)
		return -ENOTCONN;
	return (size_t)n == len ? 0 : -EBADMSG;
}
