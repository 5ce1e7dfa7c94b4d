/* SPDX-License-Identifier: GPL-2.0-or-later */
/* waits.c - tasks that wait for a mutex and an rwsem of the kernel, without a module of ours */
/*
 * waits DISK-DIR: a task writes from a page that nobody ever fills (userfaultfd) into a pipe, and
 * so holds the pipe's mutex for ever; another one writes to the pipe and waits for it. Likewise
 * with a file, whose inode has an rwsem.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096UL

/* A page that is missing for ever; NULL and errno. */
static void *missing_page(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	void *mem = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	range.range.start = (unsigned long)mem;
	range.range.len = PAGE;
	if (fd < 0 || mem == MAP_FAILED || ioctl(fd, UFFDIO_API, &api) ||
	    ioctl(fd, UFFDIO_REGISTER, &range))
		return NULL;
	return mem;
}

/* The child's write never ends. A page that is missing is so for the process alone that made it. */
static void write_for_ever(const char *name, int fd, bool missing)
{
	static const char zeros[PAGE];
	const void *mem = zeros;

	if (fork() > 0) {
		sleep(1);
		return;
	}
	prctl(PR_SET_NAME, name);
	if (missing)
		mem = missing_page();
	if (!mem || write(fd, mem, PAGE) < 0)
		printf("waits: %s: %s\n", name, strerror(errno));
	printf("waits: %s: it came back\n", name);
	fflush(stdout);
	_exit(1);
}

int main(int argc, char **argv)
{
	char path[256];
	int fds[2];

	if (argc != 2 || pipe(fds)) {
		fprintf(stderr, "usage: waits DISK-DIR\n");
		return 2;
	}
	write_for_ever("hold-mutex", fds[1], true);
	write_for_ever("wait-mutex", fds[1], false);
	snprintf(path, sizeof(path), "%s/waited-for", argv[1]);
	/* Opened twice, since an open file has a mutex for its position. */
	write_for_ever("hold-rwsem", open(path, O_RDWR | O_CREAT, 0600), true);
	write_for_ever("wait-rwsem", open(path, O_RDWR | O_CREAT, 0600), false);
	return 0;
}
