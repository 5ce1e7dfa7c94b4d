/* SPDX-License-Identifier: GPL-2.0-or-later */
/* workload.c - leave every state of page in memory that a dump filter decides about */
/*
 * workload MIB DISK-DIR TMPFS-DIR: uses about MIB of memory in children that stay alive, says
 * what it did line by line, and returns once every child holds its memory.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB	  (1UL << 20)
#define HUGE_PAGE (2 * MIB)
#define PAGE	  4096UL

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif
#ifndef MADV_HWPOISON
#define MADV_HWPOISON 100
#endif

struct env {
	size_t budget; /* bytes for everything together */
	const char *disk;
	const char *tmpfs;
};

static void say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

/* ---- contents ---- */

static unsigned long long random_next(unsigned long long *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void fill_random(void *mem, size_t len, unsigned long long seed)
{
	unsigned long long *word = mem, state = seed * 0x9e3779b97f4a7c15ULL + 1;

	for (size_t i = 0; i < len / sizeof(*word); i++)
		word[i] = random_next(&state);
}

/* Text that compresses two to four times, different on each page. */
static void fill_text(void *mem, size_t len, unsigned long long seed)
{
	unsigned long long state = seed + 1;
	char line[64];
	size_t off = 0;

	while (off < len) {
		size_t nr = (size_t)snprintf(line, sizeof(line), "%08llx kdump test record %zu\n",
					     random_next(&state) & 0xffffffff, off);

		nr = nr < len - off ? nr : len - off;
		memcpy((char *)mem + off, line, nr);
		off += nr;
	}
}

static void *map(size_t len, int flags)
{
	void *mem =
		mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	return mem == MAP_FAILED ? NULL : mem;
}

/* ---- what one child holds; each returns 0 or a negative errno ---- */

static int hold_random(const struct env *env)
{
	size_t len = env->budget / 8;
	void *mem = map(len, 0);

	if (!mem)
		return -errno;
	madvise(mem, len, MADV_NOHUGEPAGE);
	fill_random(mem, len, 1);
	return 0;
}

static int hold_text(const struct env *env)
{
	size_t len = env->budget / 8;
	void *mem = map(len, 0);

	if (!mem)
		return -errno;
	madvise(mem, len, MADV_NOHUGEPAGE);
	fill_text(mem, len, 2);
	return 0;
}

/* Anonymous pages that hold only zeros: written, so they are not the shared zero page. */
static int hold_zeros(const struct env *env)
{
	size_t len = env->budget / 16;
	char *mem = map(len, 0);

	if (!mem)
		return -errno;
	madvise(mem, len, MADV_NOHUGEPAGE);
	for (size_t off = 0; off < len; off += PAGE) {
		mem[off] = 1;
		mem[off] = 0;
	}
	return 0;
}

static int hold_thp(const struct env *env)
{
	size_t len = env->budget / 8 / HUGE_PAGE * HUGE_PAGE;
	char *mem = map(len + HUGE_PAGE, 0);

	if (!mem)
		return -errno;
	mem = (char *)(((unsigned long)mem + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1));
	madvise(mem, len, MADV_HUGEPAGE);
	fill_text(mem, len / 2, 3);
	fill_random(mem + len / 2, len / 2, 4);
	/* A split one: the mapping is small pages, the compound page may stay. */
	munmap(mem + PAGE, PAGE);
	return 0;
}

/* Half of the pool: the other half stays free in the pool, with nr_hugepages set by init. */
static int hold_hugetlb(const struct env *env)
{
	(void)env;
	for (unsigned int i = 0; i < 4; i++) {
		void *mem = map(HUGE_PAGE, MAP_HUGETLB);

		if (!mem)
			return -errno;
		fill_text(mem, HUGE_PAGE, 5 + i);
	}
	return 0;
}

static int hold_swapped(const struct env *env)
{
	size_t len = 16 * MIB;
	char *mem = map(len, 0);

	(void)env;
	if (!mem)
		return -errno;
	madvise(mem, len, MADV_NOHUGEPAGE);
	fill_text(mem, len, 9);
	if (madvise(mem, len, MADV_PAGEOUT))
		return -errno;
	/* Read a few back: they sit in the swap cache, clean and anonymous. */
	for (size_t off = 0; off < len / 4; off += PAGE)
		*(volatile char *)(mem + off);
	return 0;
}

/* A kernel that can poison the page kills the child for it ("died"); one that cannot says EINVAL.
 */
static int hold_poisoned(const struct env *env)
{
	char *mem = map(4 * PAGE, MAP_LOCKED);

	(void)env;
	if (!mem)
		return -errno;
	fill_text(mem, 4 * PAGE, 10);
	return madvise(mem + PAGE, PAGE, MADV_HWPOISON) ? -errno : 0;
}

/* ---- files ---- */

static int file_write(const char *path, size_t len, unsigned long long seed)
{
	static char block[MIB];
	int fd = open(path, O_CREAT | O_RDWR | O_TRUNC, 0644);
	int rc = 0;

	if (fd < 0)
		return -errno;
	for (size_t off = 0; off < len && !rc; off += MIB) {
		if (seed % 2)
			fill_text(block, MIB, seed + off);
		else
			fill_random(block, MIB, seed + off);
		if (write(fd, block, MIB) != (ssize_t)MIB)
			rc = errno ? -errno : -EIO;
	}
	close(fd);
	return rc;
}

static int file_map_and_dirty(const char *path, size_t len)
{
	int fd = open(path, O_RDWR);
	char *mem;

	if (fd < 0)
		return -errno;
	mem = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (mem == MAP_FAILED)
		return -errno;
	for (size_t off = 0; off < len; off += 2 * PAGE)
		mem[off] = 'x';
	return 0;
}

/* Written pages carry buffer heads (private cache); those init reads from the disk do not. */
static int hold_disk_cache(const struct env *env)
{
	char path[256];
	int rc;

	snprintf(path, sizeof(path), "%s/written", env->disk);
	rc = file_write(path, 16 * MIB, 11);
	if (!rc)
		sync();
	if (!rc)
		rc = file_map_and_dirty(path, 4 * MIB);
	snprintf(path, sizeof(path), "%s/dirty", env->disk);
	return rc ? rc : file_write(path, 8 * MIB, 12);
}

static int hold_tmpfs(const struct env *env)
{
	char path[256];
	int rc;

	snprintf(path, sizeof(path), "%s/file", env->tmpfs);
	rc = file_write(path, env->budget / 32 / MIB * MIB, 13);
	return rc ? rc : file_map_and_dirty(path, MIB);
}

/* Dentries and inodes, present and negative, for slab. */
static int hold_slab(const struct env *env)
{
	char path[256];
	struct stat st;

	for (int i = 0; i < 4000; i++) {
		snprintf(path, sizeof(path), "%s/entry-with-a-long-name-that-is-not-inline-%d",
			 env->tmpfs, i);
		if (i % 4 == 0)
			close(open(path, O_CREAT | O_WRONLY, 0600));
		else
			stat(path, &st);
	}
	return 0;
}

/* ---- children ---- */

struct holder {
	const char *name;
	int (*hold)(const struct env *env);
	int frees; /* the child ends: its memory is free but keeps the content */
};

static const struct holder holders[] = {
	{ "random", hold_random, 0 },	{ "text", hold_text, 0 },
	{ "zeros", hold_zeros, 0 },	{ "thp", hold_thp, 0 },
	{ "hugetlb", hold_hugetlb, 0 }, { "swapped", hold_swapped, 0 },
	{ "disk", hold_disk_cache, 0 }, { "tmpfs", hold_tmpfs, 0 },
	{ "slab", hold_slab, 0 },	{ "freed-text", hold_text, 1 },
	{ "freed-thp", hold_thp, 1 },	{ "poisoned", hold_poisoned, 0 },
};

static void child_run(const struct holder *holder, const struct env *env, int ready)
{
	char name[16];
	int rc;

	snprintf(name, sizeof(name), "w-%s", holder->name);
	prctl(PR_SET_NAME, name);
	rc = holder->hold(env);
	if (write(ready, &rc, sizeof(rc)) != sizeof(rc) || rc || holder->frees)
		_exit(!!rc);
	for (;;)
		pause();
}

/* 0, or the holder's negative errno; -EPIPE when the child died without a word. */
static int holder_start(const struct holder *holder, const struct env *env)
{
	int ready[2], rc = 0;
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (pid == 0)
		child_run(holder, env, ready[1]);
	close(ready[1]);
	if (pid < 0 || read(ready[0], &rc, sizeof(rc)) != sizeof(rc))
		rc = -EPIPE;
	close(ready[0]);
	if (pid > 0 && (rc || holder->frees))
		waitpid(pid, NULL, 0);
	return rc;
}

/* Keep every CPU but the crashing one in user or kernel code, so the notes differ. */
static void spinner_start(void)
{
	volatile unsigned long counter = 0;

	if (fork() == 0) {
		prctl(PR_SET_NAME, "w-spinner");
		for (;;)
			counter++;
	}
}

int main(int argc, char **argv)
{
	struct env env;

	if (argc != 4) {
		fprintf(stderr, "usage: workload MIB DISK-DIR TMPFS-DIR\n");
		return 2;
	}
	env = (struct env){ strtoul(argv[1], NULL, 10) * MIB, argv[2], argv[3] };
	signal(SIGHUP, SIG_IGN);
	for (size_t i = 0; i < sizeof(holders) / sizeof(holders[0]); i++) {
		int rc = holder_start(&holders[i], &env);

		say("workload: %s: %s", holders[i].name,
		    rc == -EPIPE ? "died"
		    : rc	 ? strerror(-rc)
				 : "ok");
	}
	if (sysconf(_SC_NPROCESSORS_ONLN) > 1)
		spinner_start();
	return 0;
}
