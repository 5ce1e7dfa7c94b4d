/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fail.c - runs a program whose output fails at a chosen system call
 *
 *     fail FOLDER LOG CALL:NR:WHAT COMMAND...
 *
 * The calls that change something below FOLDER are counted, of COMMAND and its children, and so are
 * those on a pipe or file that is our standard output. The one with the number NR of CALL, from 1
 * on, goes wrong; NR+: it and all later ones; NR 0: none. CALL is the name of a row of calls[]
 * below, or any. WHAT is an error as a number, "short" (a write takes half of its bytes), or a
 * signal: "s" and its number, sent in place of the call. With the CALL "time", NR is in
 * milliseconds after the start, and WHAT a signal. LOG gets a line "call NR PATH" for each call
 * that went wrong, at the end "CALL COUNT" for each kind of call. The exit status is that of
 * COMMAND, or 128 and the signal.
 *
 * The kernel hands the calls over (seccomp), so it does not matter how a program makes them.
 */
#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATH_SIZE 4096
#define SHORT	  (-1)

/* Which argument names the object: a descriptor, or a path below a directory's descriptor. */
struct call {
	int nr;
	const char *name;
	int fd;	  /* argument with the descriptor; -1: none, relative to the current directory */
	int path; /* argument with the path; -1: the descriptor itself */
};

static const struct call calls[] = {
	{ SYS_write, "write", 0, -1 },
	{ SYS_pwrite64, "write", 0, -1 },
	{ SYS_writev, "write", 0, -1 },
	{ SYS_pwritev, "write", 0, -1 },
	{ SYS_pwritev2, "write", 0, -1 },
	{ SYS_copy_file_range, "write", 2, -1 },
	{ SYS_sendfile, "write", 0, -1 },
	{ SYS_fsync, "sync", 0, -1 },
	{ SYS_fdatasync, "sync", 0, -1 },
	{ SYS_syncfs, "sync", 0, -1 },
	{ SYS_sync_file_range, "range", 0, -1 },
	{ SYS_rename, "rename", -1, 1 },
	{ SYS_renameat, "rename", 2, 3 },
	{ SYS_renameat2, "rename", 2, 3 },
	{ SYS_mkdir, "mkdir", -1, 0 },
	{ SYS_mkdirat, "mkdir", 0, 1 },
	{ SYS_ftruncate, "truncate", 0, -1 },
	{ SYS_truncate, "truncate", -1, 0 },
	{ SYS_fallocate, "allocate", 0, -1 },
	{ SYS_openat, "create", 0, 1 },
	{ SYS_open, "create", -1, 0 },
	{ SYS_close, "close", 0, -1 },
	{ SYS_link, "link", -1, 1 },
	{ SYS_linkat, "link", 2, 3 },
	{ SYS_symlink, "link", -1, 1 },
	{ SYS_symlinkat, "link", 1, 2 },
	{ SYS_unlink, "unlink", -1, 0 },
	{ SYS_unlinkat, "unlink", 0, 1 },
	{ SYS_fchmod, "mode", 0, -1 },
};

#define NR_CALLS (sizeof(calls) / sizeof(calls[0]))

static struct {
	const char *folder;
	char standard[PATH_SIZE]; /* what our standard output is */
	FILE *log;
	char call[16];
	unsigned long nr;
	bool later, timed;
	int error, signal;
	unsigned long count[NR_CALLS]; /* in the first row of each name */
	unsigned long any;
} plan;

static void die(const char *what)
{
	fprintf(stderr, "fail: %s: %s\n", what, strerror(errno));
	exit(125);
}

static unsigned row_of(const char *name)
{
	for (unsigned i = 0; i < NR_CALLS; i++)
		if (strcmp(calls[i].name, name) == 0)
			return i;
	return NR_CALLS;
}

static void read_plan(const char *text)
{
	char nr[24], what[24];

	errno = EINVAL;
	if (sscanf(text, "%15[^:]:%23[^:]:%23s", plan.call, nr, what) != 3 ||
	    (strcmp(plan.call, "any") != 0 && strcmp(plan.call, "time") != 0 &&
	     row_of(plan.call) == NR_CALLS))
		die(text);
	plan.timed = strcmp(plan.call, "time") == 0;
	plan.nr = strtoul(nr, NULL, 10);
	plan.later = strchr(nr, '+') != NULL;
	if (strcmp(what, "short") == 0)
		plan.error = SHORT;
	else if (what[0] == 's')
		plan.signal = atoi(what + 1);
	else
		plan.error = atoi(what);
}

/* Only opens that may create are handed over: the flags stand in the third or second argument. */
static unsigned filter_call(struct sock_filter *f, const struct call *c)
{
	const unsigned tell = SECCOMP_RET_USER_NOTIF, flags = O_CREAT | (O_TMPFILE & ~O_DIRECTORY);
	unsigned arg = c->nr == SYS_openat ? 2 : 1;
	bool opens = c->nr == SYS_openat || c->nr == SYS_open;
	unsigned n = 0;

	f[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)c->nr, 0,
					      opens ? 4 : 1);
	if (opens) {
		f[n++] = (struct sock_filter)BPF_STMT(
			BPF_LD | BPF_W | BPF_ABS,
			(unsigned)(offsetof(struct seccomp_data, args) + 8 * arg));
		f[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, flags, 0, 1);
		f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, tell);
		f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	} else {
		f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, tell);
	}
	return n;
}

/* The kernel's listener; called in the child, before it becomes COMMAND. */
static int listen_to_calls(void)
{
	struct sock_filter f[NR_CALLS * 5 + 2];
	struct sock_fprog program = { .filter = f };
	unsigned n = 0;

	f[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					      offsetof(struct seccomp_data, nr));
	for (unsigned i = 0; i < NR_CALLS; i++)
		n += filter_call(f + n, &calls[i]);
	f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	program.len = (unsigned short)n;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -1;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
			    &program);
}

/* The descriptor's number goes over by memory: every other way is a call that is handed over. */
static void become(char **argv, volatile int *listener)
{
	int fd = listen_to_calls();

	*listener = fd < 0 ? -errno : fd;
	if (fd < 0)
		_exit(125);
	while (*listener != 0)
		usleep(100);
	execvp(argv[0], argv);
	_exit(125);
}

static bool link_text(int pid, const char *what, char out[PATH_SIZE])
{
	char path[64];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, what);
	n = readlink(path, out, PATH_SIZE - 1);
	out[n > 0 ? n : 0] = 0;
	return n > 0;
}

static bool fd_text(int pid, uint64_t fd, char out[PATH_SIZE])
{
	char what[32];

	if ((int)fd == AT_FDCWD)
		return link_text(pid, "cwd", out);
	snprintf(what, sizeof(what), "fd/%d", (int)fd);
	return link_text(pid, what, out);
}

static bool read_memory(int pid, uint64_t at, void *buf, size_t len)
{
	struct iovec to = { buf, len }, from = { (void *)(uintptr_t)at, len };

	return process_vm_readv(pid, &to, 1, &from, 1, 0) == (ssize_t)len;
}

/* A string ends somewhere before the memory does. */
static bool read_string(int pid, uint64_t at, char out[PATH_SIZE])
{
	for (unsigned i = 0; i < PATH_SIZE; i++) {
		if (!read_memory(pid, at + i, out + i, 1))
			return false;
		if (out[i] == 0)
			return true;
	}
	return false;
}

/* The object of the call by its name. */
static bool object(const struct call *c, const struct seccomp_notif *n, char out[PATH_SIZE])
{
	int pid = (int)n->pid;
	char name[PATH_SIZE];
	size_t len;

	if (c->path < 0)
		return fd_text(pid, n->data.args[c->fd], out);
	if (!read_string(pid, n->data.args[c->path], name))
		return false;
	if (name[0] == '/') {
		memcpy(out, name, PATH_SIZE);
		return true;
	}
	if (!fd_text(pid, c->fd < 0 ? (uint64_t)AT_FDCWD : n->data.args[c->fd], out))
		return false;
	len = strlen(out);
	return snprintf(out + len, PATH_SIZE - len, "/%s", name) < (int)(PATH_SIZE - len);
}

static bool ours(const char *path)
{
	size_t len = strlen(plan.folder);

	return (strncmp(path, plan.folder, len) == 0 && (path[len] == '/' || path[len] == 0)) ||
	       strcmp(path, plan.standard) == 0;
}

/* Does this call go wrong? It is counted. */
static bool goes_wrong(const struct call *c)
{
	unsigned long nr = ++plan.count[row_of(c->name)];

	plan.any++;
	if (strcmp(plan.call, "any") == 0)
		nr = plan.any;
	else if (strcmp(plan.call, c->name) != 0)
		return false;
	return plan.nr > 0 && (nr == plan.nr || (plan.later && nr > plan.nr));
}

/* Half of the bytes, written in the other's place: how many, or 0 if it is not to be done. */
static ssize_t half(const struct seccomp_notif *n)
{
	size_t len = n->data.args[2] / 2;
	bool at = n->data.nr == SYS_pwrite64;
	char *buf = malloc(len);
	ssize_t done = 0;
	int pidfd, fd;

	if ((n->data.nr != SYS_write && !at) || len == 0 || !buf) {
		free(buf);
		return 0;
	}
	pidfd = (int)syscall(SYS_pidfd_open, n->pid, 0);
	fd = (int)syscall(SYS_pidfd_getfd, pidfd, (int)n->data.args[0], 0);
	if (fd >= 0 && read_memory((int)n->pid, n->data.args[1], buf, len))
		done = at ? pwrite(fd, buf, len, (off_t)n->data.args[3]) : write(fd, buf, len);
	close(fd);
	close(pidfd);
	free(buf);
	return done;
}

static void spoil(const struct seccomp_notif *n, struct seccomp_notif_resp *r)
{
	if (plan.signal) {
		kill((int)n->pid, plan.signal);
		return;
	}
	if (plan.error == SHORT)
		r->val = half(n);
	else
		r->error = -plan.error;
	if (r->val > 0 || r->error != 0)
		r->flags = 0;
}

static void answer(int listener)
{
	struct seccomp_notif n = { 0 };
	struct seccomp_notif_resp r = { 0 };
	char path[PATH_SIZE];

	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &n) != 0)
		return;
	r.id = n.id;
	r.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	for (unsigned i = 0; i < NR_CALLS; i++) {
		if (calls[i].nr != n.data.nr || !object(&calls[i], &n, path) || !ours(path) ||
		    !goes_wrong(&calls[i]))
			continue;
		fprintf(plan.log, "%s %lu %s\n", calls[i].name, plan.count[row_of(calls[i].name)],
			path);
		spoil(&n, &r);
		break;
	}
	(void)ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &r);
}

/* Wait for something to do; the signal of a plan by time is sent when that is over. */
static bool wait_for(struct pollfd p[2], int child, const struct deadline *by)
{
	int n = poll(p, 2, plan.timed ? deadline_left_ms(by) : -1);

	if (n == 0) {
		plan.timed = false;
		kill(child, plan.signal);
	}
	return n >= 0;
}

/* Until the command has ended: children of it may go on without faults. */
static int serve(int child, int pidfd, int listener)
{
	struct pollfd p[2] = { { .fd = listener, .events = POLLIN },
			       { .fd = pidfd, .events = POLLIN } };
	struct deadline by = deadline_in_ms(plan.nr);
	int status;

	while (wait_for(p, child, &by)) {
		if (p[0].revents & POLLIN)
			answer(listener);
		else if (p[1].revents)
			break;
		if (p[0].revents & POLLHUP)
			p[0].fd = -1;
	}
	if (waitpid(child, &status, 0) != child)
		die("wait");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void write_counts(void)
{
	for (unsigned i = 0; i < NR_CALLS; i++)
		if (row_of(calls[i].name) == i)
			fprintf(plan.log, "%s %lu\n", calls[i].name, plan.count[i]);
	fprintf(plan.log, "any %lu\n", plan.any);
	fclose(plan.log);
}

int main(int argc, char **argv)
{
	volatile int *shared;
	int pidfd, listener, status, child;

	plan.log = argc < 5 ? NULL : fopen(argv[2], "we");
	if (!plan.log)
		die("usage: fail FOLDER LOG CALL:NR:WHAT COMMAND...");
	read_plan(argv[3]);
	plan.folder = argv[1];
	fd_text((int)getpid(), 1, plan.standard);
	if (strncmp(plan.standard, "/dev/", 5) == 0) /* nobody reads it */
		plan.standard[0] = 0;
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		die("memory");
	child = fork();
	if (child == 0)
		become(argv + 4, shared);
	while (*shared == 0)
		usleep(100);
	pidfd = (int)syscall(SYS_pidfd_open, child, 0);
	listener = *shared < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, *shared, 0);
	if (listener < 0)
		die("seccomp");
	*shared = 0;
	status = serve(child, pidfd, listener);
	write_counts();
	return status;
}
