/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * overlay.c - LD_PRELOAD: a program reads one file with faults in it, the file stays as it is
 *
 * OVERLAY_FILE names the file, OVERLAY_FAULTS a file of lines in hexadecimal:
 *     w OFFSET BYTES    these bytes stand at OFFSET
 *     e OFFSET LENGTH   reading there fails: EIO from a system call, SIGBUS from a mapping
 *     s LIMIT 0         one read returns at most LIMIT bytes
 *     t SIZE 0          the file ends at SIZE
 * Offsets and lengths of e and t are multiples of the page size. Only private read-only mappings
 * are changed; what the program reads in other ways (readv, preadv) is not.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE	  ((off_t)4096)
#define FAULT_MAX 4096

struct fault {
	char kind;
	off_t off;
	off_t len;
	unsigned char *bytes;
};

static struct fault faults[FAULT_MAX];
static int nr_faults;
static off_t file_end = INT64_MAX;
static size_t read_max = SIZE_MAX;
static dev_t file_dev;
static ino_t file_ino;
static int nothing = -1; /* an empty file: a mapping of it faults */

/* The function that this library stands before. */
static void *next(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

static void add_bytes(struct fault *f, const char *hex)
{
	size_t len = strlen(hex) / 2;

	f->bytes = malloc(len);
	for (size_t i = 0; f->bytes && i < len; i++) {
		char pair[3] = { hex[2 * i], hex[2 * i + 1], 0 };

		f->bytes[i] = (unsigned char)strtoul(pair, NULL, 16);
	}
	f->len = f->bytes ? (off_t)len : 0;
}

static void add_fault(char kind, off_t off, const char *rest)
{
	struct fault *f = &faults[nr_faults];

	if (kind == 's')
		read_max = (size_t)off;
	else if (kind == 't')
		file_end = off;
	if ((kind != 'w' && kind != 'e') || nr_faults == FAULT_MAX)
		return;
	*f = (struct fault){ .kind = kind, .off = off };
	if (kind == 'w')
		add_bytes(f, rest);
	else
		f->len = (off_t)strtoull(rest, NULL, 16);
	nr_faults++;
}

__attribute__((constructor)) static void load(void)
{
	const char *file = getenv("OVERLAY_FILE"), *list = getenv("OVERLAY_FAULTS");
	FILE *in = list ? fopen(list, "re") : NULL;
	char *line = NULL;
	size_t room = 0;
	struct stat st;

	if (!in || !file || stat(file, &st) != 0) {
		fprintf(stderr, "overlay: OVERLAY_FILE or OVERLAY_FAULTS cannot be read\n");
		_exit(125);
	}
	while (getline(&line, &room, in) > 2) {
		char *rest;
		off_t off = (off_t)strtoull(line + 2, &rest, 16);

		line[strcspn(line, "\n")] = 0;
		add_fault(line[0], off, rest + (*rest == ' '));
	}
	free(line);
	fclose(in);
	nothing = memfd_create("overlay", MFD_CLOEXEC);
	file_dev = st.st_dev;
	file_ino = st.st_ino;
}

static bool is_ours(int fd)
{
	int (*stat_of)(int, struct stat *) = (int (*)(int, struct stat *))next("fstat");
	struct stat st;

	return file_ino != 0 && stat_of(fd, &st) == 0 && st.st_dev == file_dev &&
	       st.st_ino == file_ino;
}

/* The part of fault f in [off, off + len): its start, and its length in *n; 0: no part. */
static off_t part(const struct fault *f, off_t off, off_t len, off_t *n)
{
	off_t from = f->off > off ? f->off : off;
	off_t end = f->off + f->len < off + len ? f->off + f->len : off + len;

	*n = end > from ? end - from : 0;
	return from;
}

static void put_bytes(char *buf, off_t off, off_t len)
{
	for (int i = 0; i < nr_faults; i++) {
		const struct fault *f = &faults[i];
		off_t n, from = part(f, off, len, &n);

		if (f->kind == 'w' && n > 0)
			memcpy(buf + (from - off), f->bytes + (from - f->off), (size_t)n);
	}
}

/* How much of [off, off + len) can be read before the first place that fails. */
static off_t readable(off_t off, off_t len)
{
	for (int i = 0; i < nr_faults; i++) {
		off_t n, from = part(&faults[i], off, len, &n);

		if (faults[i].kind == 'e' && n > 0)
			len = from - off;
	}
	return len;
}

ssize_t pread64(int fd, void *buf, size_t len, off_t off)
{
	ssize_t (*real)(int, void *, size_t, off_t) =
		(ssize_t(*)(int, void *, size_t, off_t))next("pread64");
	ssize_t n;

	if (!is_ours(fd))
		return real(fd, buf, len, off);
	len = len < read_max ? len : read_max;
	if (off >= file_end || len == 0)
		return 0;
	if ((off_t)len > file_end - off)
		len = (size_t)(file_end - off);
	len = (size_t)readable(off, (off_t)len);
	if (len == 0) {
		errno = EIO;
		return -1;
	}
	n = real(fd, buf, len, off);
	if (n > 0)
		put_bytes(buf, off, n);
	return n;
}

ssize_t pread(int fd, void *buf, size_t len, off_t off) __attribute__((alias("pread64")));

ssize_t read(int fd, void *buf, size_t len)
{
	ssize_t (*real)(int, void *, size_t) = (ssize_t(*)(int, void *, size_t))next("read");
	off_t at;
	ssize_t n;

	if (!is_ours(fd))
		return real(fd, buf, len);
	at = lseek(fd, 0, SEEK_CUR);
	n = pread64(fd, buf, len, at);
	if (n > 0)
		lseek(fd, at + n, SEEK_SET);
	return n;
}

off_t lseek64(int fd, off_t off, int whence)
{
	off_t (*real)(int, off_t, int) = (off_t(*)(int, off_t, int))next("lseek64");

	if (whence == SEEK_END && file_end != INT64_MAX && is_ours(fd))
		return real(fd, file_end + off, SEEK_SET);
	return real(fd, off, whence);
}

off_t lseek(int fd, off_t off, int whence) __attribute__((alias("lseek64")));

int fstat64(int fd, struct stat64 *st)
{
	int (*real)(int, struct stat64 *) = (int (*)(int, struct stat64 *))next("fstat64");
	int rc = real(fd, st);

	if (rc == 0 && st->st_size > file_end && st->st_dev == file_dev && st->st_ino == file_ino)
		st->st_size = file_end;
	return rc;
}

/* From at on a mapping faults. */
static void no_file(char *at, off_t len)
{
	mmap64(at, (size_t)len, PROT_READ, MAP_PRIVATE | MAP_FIXED, nothing, 0);
}

static void break_pages(char *map, off_t off, off_t len)
{
	for (int i = 0; i < nr_faults; i++) {
		off_t n, from = part(&faults[i], off, len, &n);

		if (faults[i].kind == 'e' && n > 0)
			no_file(map + (from - off), n);
	}
	if (file_end < off + len)
		no_file(map + (file_end > off ? file_end - off : 0),
			len - (file_end > off ? file_end - off : 0));
}

void *mmap64(void *at, size_t len, int prot, int flags, int fd, off_t off)
{
	void *(*real)(void *, size_t, int, int, int, off_t) =
		(void *(*)(void *, size_t, int, int, int, off_t))next("mmap64");
	off_t pages = ((off_t)len + PAGE - 1) / PAGE * PAGE;
	void *map;

	if (fd < 0 || fd == nothing || (prot & PROT_WRITE) || !is_ours(fd))
		return real(at, len, prot, flags, fd, off);
	map = real(at, len, prot | PROT_WRITE, flags, fd, off);
	if (map == MAP_FAILED)
		return map;
	put_bytes(map, off, (off_t)len);
	mprotect(map, len, prot);
	break_pages(map, off, pages);
	return map;
}

void *mmap(void *at, size_t len, int prot, int flags, int fd, off_t off)
	__attribute__((alias("mmap64")));
