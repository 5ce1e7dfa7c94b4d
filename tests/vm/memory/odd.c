/* SPDX-License-Identifier: GPL-2.0-or-later */
/* odd.c - leave rare states of pages in memory: merged, poisoned, secret, shared with the kernel */
/*
 * odd HUGE-TMPFS DAX-DIR DISK-DIR: each state is made by a child that stays alive. Says line by
 * line what a kernel cannot do; that is no failure, the states differ from kernel to kernel.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/if_packet.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define KIB	     (1UL << 10)
#define MIB	     (1UL << 20)
#define HUGE_PAGE    (2 * MIB)
#define GIANT_PAGE   (1024 * MIB)
#define PAGE	     4096UL

#define HUGE_1GB     (30 << 26)
#define SYS_SECRET   447
#define HWPOISON     100
#define SOFT_OFFLINE 101

struct place {
	const char *huge, *dax, *disk;
};

/* Text, different on each page: a page that is lost shows. */
static void fill(char *mem, size_t len)
{
	for (size_t off = 0; off + 64 <= len; off += 64)
		snprintf(mem + off, 64, "odd page %zx of process %d, byte %zx", off / PAGE,
			 getpid(), off);
}

static char *map(size_t len, int flags, int fd)
{
	int kind = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
	void *mem = mmap(NULL, len, PROT_READ | PROT_WRITE, kind | flags, fd, 0);

	return mem == MAP_FAILED ? NULL : mem;
}

static int rc_of(long result)
{
	return result < 0 ? -errno : 0;
}

static int file_at(const char *dir, const char *name, size_t len)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_RDWR | O_CREAT, 0600);
	if (fd >= 0 && ftruncate(fd, (off_t)len) < 0)
		return -1;
	return fd;
}

static int map_file(const char *dir, const char *name, size_t len, char **out)
{
	int fd = file_at(dir, name, len);

	if (fd < 0)
		return -errno;
	*out = map(len, 0, fd);
	if (!*out)
		return -errno;
	fill(*out, len);
	return 0;
}

/* Half of the pages are equal: the kernel merges them, and their neighbours stay as they are. */
static int hold_merged(const struct place *p)
{
	size_t len = 8 * MIB;
	char *mem = map(len, 0, -1);

	(void)p;
	if (!mem || madvise(mem, len, MADV_NOHUGEPAGE) || madvise(mem, len, MADV_MERGEABLE))
		return -errno;
	fill(mem, len);
	for (size_t off = 0; off < len; off += 2 * PAGE)
		memset(mem + off, 0x5a, PAGE);
	return 0;
}

static int hold_shmem_huge(const struct place *p)
{
	char *mem = NULL;
	int rc = map_file(p->huge, "huge", 4 * HUGE_PAGE, &mem);

	if (rc == 0)
		rc = rc_of(madvise(mem + HUGE_PAGE + PAGE, 4 * PAGE, MADV_REMOVE));
	return rc;
}

static int hold_dax(const struct place *p)
{
	char *mem = NULL;

	return map_file(p->dax, "mapped", 4 * MIB, &mem);
}

static int hold_secret(const struct place *p)
{
	int fd = (int)syscall(SYS_SECRET, 0);
	char *mem;

	(void)p;
	if (fd < 0 || ftruncate(fd, MIB) < 0)
		return -errno;
	mem = map(MIB, 0, fd);
	if (!mem)
		return -errno;
	fill(mem, MIB);
	return 0;
}

static int hold_locked(const struct place *p)
{
	char *mem = map(4 * MIB, MAP_LOCKED, -1);

	(void)p;
	if (!mem)
		return -errno;
	fill(mem, 4 * MIB);
	return 0;
}

static int hold_giant(const struct place *p)
{
	char *mem = map(GIANT_PAGE, MAP_HUGETLB | HUGE_1GB, -1);

	(void)p;
	if (!mem)
		return -errno;
	for (size_t off = 0; off < GIANT_PAGE; off += HUGE_PAGE)
		fill(mem + off, PAGE);
	return 0;
}

static int hold_hugetlb(const struct place *p)
{
	(void)p;
	for (int i = 0; i < 3; i++) {
		char *mem = map(HUGE_PAGE, MAP_HUGETLB, -1);

		if (!mem)
			return -errno;
		fill(mem, HUGE_PAGE);
	}
	return 0;
}

/* ---- memory that failed; the child dies of a hard failure, its page stays out of use ---- */

static int spoil(char *mem, size_t len, int how)
{
	if (!mem)
		return -errno;
	fill(mem, len);
	return rc_of(madvise(mem + len / 2, PAGE, how));
}

static int poison_small(const struct place *p)
{
	(void)p;
	return spoil(map(8 * PAGE, 0, -1), 8 * PAGE, HWPOISON);
}

static int poison_huge(const struct place *p)
{
	char *mem = map(2 * HUGE_PAGE, 0, -1);

	(void)p;
	if (!mem)
		return -errno;
	mem = (char *)(((unsigned long)mem + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1));
	madvise(mem, HUGE_PAGE, MADV_HUGEPAGE);
	return spoil(mem, HUGE_PAGE, HWPOISON);
}

static int poison_hugetlb(const struct place *p)
{
	(void)p;
	return spoil(map(HUGE_PAGE, MAP_HUGETLB, -1), HUGE_PAGE, HWPOISON);
}

static int poison_file(const struct place *p)
{
	char *mem = NULL;
	int rc = map_file(p->disk, "poisoned", 64 * KIB, &mem);

	sync();
	return rc < 0 ? rc : rc_of(madvise(mem + 32 * KIB, PAGE, HWPOISON));
}

static int poison_shmem(const struct place *p)
{
	char *mem = NULL;
	int rc = map_file(p->huge, "poisoned", HUGE_PAGE, &mem);

	return rc < 0 ? rc : rc_of(madvise(mem + MIB, PAGE, HWPOISON));
}

static int retire(const struct place *p)
{
	(void)p;
	return spoil(map(8 * PAGE, 0, -1), 8 * PAGE, SOFT_OFFLINE);
}

/* ---- pages of the kernel that a process maps ---- */

static int hold_packet_ring(const struct place *p)
{
	struct tpacket_req ring = { .tp_block_size = 64 * KIB,
				    .tp_block_nr = 16,
				    .tp_frame_size = 2 * KIB,
				    .tp_frame_nr = 512 };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	(void)p;
	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring)))
		return -errno;
	return map(MIB, 0, fd) ? 0 : -errno;
}

static int hold_perf_ring(const struct place *p)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE,
					.size = sizeof(attr),
					.config = PERF_COUNT_SW_CPU_CLOCK,
					.sample_period = 100000 };
	int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);

	(void)p;
	if (fd < 0)
		return -errno;
	return map(65 * PAGE, 0, fd) ? 0 : -errno;
}

static int hold_aio_ring(const struct place *p)
{
	aio_context_t context = 0;

	(void)p;
	return rc_of(syscall(SYS_io_setup, 4096, &context));
}

static int hold_pipe(const struct place *p)
{
	static char block[512 * KIB];
	int fd[2];

	(void)p;
	if (pipe(fd) || fcntl(fd[1], F_SETPIPE_SZ, sizeof(block)) < 0)
		return -errno;
	fill(block, sizeof(block));
	return rc_of(write(fd[1], block, sizeof(block)));
}

struct holder {
	const char *name;
	int (*hold)(const struct place *p);
};

static const struct holder holders[] = {
	{ "merged", hold_merged },
	{ "shmem-huge", hold_shmem_huge },
	{ "dax", hold_dax },
	{ "secret", hold_secret },
	{ "locked", hold_locked },
	{ "giant", hold_giant },
	{ "hugetlb", hold_hugetlb },
	{ "poison-small", poison_small },
	{ "poison-huge", poison_huge },
	{ "poison-hugetlb", poison_hugetlb },
	{ "poison-file", poison_file },
	{ "poison-shmem", poison_shmem },
	{ "retired", retire },
	{ "packet-ring", hold_packet_ring },
	{ "perf-ring", hold_perf_ring },
	{ "aio-ring", hold_aio_ring },
	{ "pipe", hold_pipe },
};

static void child_run(const struct holder *holder, const struct place *p, int ready)
{
	char name[16];
	int rc;

	snprintf(name, sizeof(name), "o-%s", holder->name);
	prctl(PR_SET_NAME, name);
	rc = holder->hold(p);
	if (write(ready, &rc, sizeof(rc)) != sizeof(rc) || rc)
		_exit(1);
	for (;;)
		pause();
}

/* 0, or the holder's negative errno; -EPIPE when the child died without a word. */
static int holder_start(const struct holder *holder, const struct place *p)
{
	int ready[2], rc = 0;
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (pid == 0)
		child_run(holder, p, ready[1]);
	close(ready[1]);
	if (pid < 0 || read(ready[0], &rc, sizeof(rc)) != sizeof(rc))
		rc = -EPIPE;
	close(ready[0]);
	return rc;
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "usage: odd HUGE-TMPFS DAX-DIR DISK-DIR\n");
		return 2;
	}
	for (size_t i = 0; i < sizeof(holders) / sizeof(holders[0]); i++) {
		struct place p = { argv[1], argv[2], argv[3] };
		int rc = holder_start(&holders[i], &p);

		printf("odd: %s: %s\n", holders[i].name,
		       rc == -EPIPE ? "died"
		       : rc	    ? strerror(-rc)
				    : "ok");
		fflush(stdout);
	}
	return 0;
}
