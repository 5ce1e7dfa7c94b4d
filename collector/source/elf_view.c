/* SPDX-License-Identifier: GPL-2.0-or-later */
/* elf_view.c - physical address to bytes, through windows: mapped, or read if mmap(2) fails */
#include "source/elf_view.h"

#include "base/err.h"
#include "base/util.h"
#include "source/elf_holes.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define NR_WINDOWS  SIGBUS_PER_VIEW
#define WINDOW_MIN  ((size_t)64 << 10)
#define WINDOW_MAX  ((size_t)4 << 20)
#define READ_MIN    ((size_t)4 << 10)
#define BOUNCE_SIZE ((size_t)64 << 10) /* the largest page size there is */

struct elf_window {
	char *map; /* NULL: unused */
	char *buf; /* ELF_WINDOW_MAX bytes for a file without mmap; map then points here */
	uint64_t off;
	size_t len;
	uint64_t used; /* tick of the last use */
	struct sigbus *sigbus;
	bool damaged; /* holds made-up zeros: map anew before the next use */
};

struct elf_view {
	struct view base;
	struct elf_source *src;
	struct infile in; /* the source's, or the same file opened again */
	struct elf_window window[NR_WINDOWS];
	struct elf_window *recent;
	const struct elf_segment *segment; /* of the last hit */
	struct elf_holes holes;
	uint64_t tick;
	char *bounce; /* allocated when first needed */
};

static void window_unmap(struct elf_window *w)
{
	if (w->map && w->map != w->buf)
		munmap(w->map, w->len);
	w->map = NULL;
}

void elf_view_close(struct view *base)
{
	struct elf_view *v = container_of(base, struct elf_view, base);

	for (size_t i = 0; i < NR_WINDOWS; i++) {
		sigbus_drop(v->window[i].sigbus);
		window_unmap(&v->window[i]);
		free(v->window[i].buf);
	}
	if (v->in.fd != v->src->in.fd)
		close(v->in.fd);
	free(v->bounce);
	free(v);
}

/*
 * /proc/kcore copies what it reads through one buffer for each open file: two threads that read
 * from the same one at the same time get each other's bytes.
 */
static int open_again(struct elf_view *v)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", v->src->in.fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(-errno, "open the memory of the running kernel once more");
	v->in.fd = fd;
	return 0;
}

int elf_view_open(struct source *src, struct view **out)
{
	struct elf_view *v = calloc(1, sizeof(*v));
	int rc;

	if (!v)
		return fail(-ENOMEM, "open view");
	v->base.src = src;
	v->src = container_of(src, struct elf_source, base);
	v->in = v->src->in;
	v->recent = &v->window[0];
	for (size_t i = 0; i < NR_WINDOWS; i++) {
		v->window[i].sigbus = sigbus_take();
		if (!v->window[i].sigbus) {
			elf_view_close(&v->base);
			return fail_set(-EMFILE, "more than %d windows into the core are open",
					SIGBUS_MAX);
		}
	}
	rc = src->live ? open_again(v) : 0;
	if (rc < 0)
		elf_view_close(&v->base);
	else
		*out = &v->base;
	return rc;
}

bool elf_view_damaged(struct view *base)
{
	struct elf_view *v = container_of(base, struct elf_view, base);
	bool tripped = false;

	for (size_t i = 0; i < NR_WINDOWS; i++) {
		struct elf_window *w = &v->window[i];

		if (!sigbus_tripped(w->sigbus))
			continue;
		tripped = true;
		/*
		 * The window has zeros in place of the page. Map it again, so that the next
		 * access faults again. Pointers handed out before stay valid until then.
		 */
		w->damaged = true;
	}
	return tripped;
}

static const struct elf_segment *segment_at(struct elf_view *v, uint64_t pa)
{
	const struct elf_segment *s = v->src->elf.segment;
	size_t lo = 0, hi = v->src->elf.nr_segment;

	if (v->segment && pa >= v->segment->pa.start && pa < v->segment->pa.end)
		return v->segment;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s[mid].pa.end <= pa)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == v->src->elf.nr_segment)
		return NULL;
	v->segment = &s[lo];
	return v->segment;
}

static bool window_holds(const struct elf_window *w, uint64_t off, size_t len)
{
	return w->map && !w->damaged && off >= w->off && off - w->off + len <= w->len;
}

/* The window to move: the one that ends at off, which then grows; else the oldest one. */
static struct elf_window *window_pick(struct elf_view *v, uint64_t off, size_t *size)
{
	bool no_mmap = v->src->no_mmap;
	size_t max = no_mmap ? ELF_WINDOW_MAX : WINDOW_MAX;
	struct elf_window *oldest = &v->window[0];

	*size = no_mmap ? READ_MIN : WINDOW_MIN;
	for (size_t i = 0; i < NR_WINDOWS; i++) {
		struct elf_window *w = &v->window[i];

		if (w->map && off >= w->off && off - w->off <= 2 * w->len) {
			*size = w->len * 4 < max ? w->len * 4 : max;
			return w;
		}
		if (w->used < oldest->used)
			oldest = w;
	}
	return oldest;
}

static int window_map(struct elf_view *v, struct elf_window *w, uint64_t off, size_t len)
{
	void *map = mmap(NULL, len, PROT_READ, MAP_PRIVATE, v->in.fd, (off_t)off);

	if (map == MAP_FAILED)
		return -errno;
	w->map = map;
	sigbus_set(w->sigbus, w->map, host_page_start(len + host_page_size() - 1));
	return 0;
}

/* A short read is an unreadable page. */
static int read_all(const struct elf_view *v, uint64_t off, char *buf, size_t len)
{
	int rc = infile_read(&v->in, buf, len, off);

	fail_clear();
	return rc < 0 ? -EIO : 0;
}

static int window_read(struct elf_view *v, struct elf_window *w, uint64_t off, size_t len)
{
	int rc;

	if (len > ELF_WINDOW_MAX)
		return -EFAULT;
	if (!w->buf && !(w->buf = malloc(ELF_WINDOW_MAX)))
		return -ENOMEM;
	rc = read_all(v, off, w->buf, len);
	w->map = rc == 0 ? w->buf : NULL;
	return rc;
}

static int window_move(struct elf_view *v, struct elf_window *w, uint64_t off, size_t len)
{
	uint64_t start = host_page_start(off);
	uint64_t end = start + len;

	if (end > v->src->elf.file_size)
		end = v->src->elf.file_size;
	sigbus_set(w->sigbus, NULL, 0);
	window_unmap(w);
	w->off = start;
	w->len = end - start;
	w->damaged = false;
	return v->src->no_mmap ? window_read(v, w, start, w->len) : window_map(v, w, start, w->len);
}

/* Bytes of the file that lie in one window; -EIO if the file ends before. */
static int file_map(struct elf_view *v, uint64_t off, size_t len, const void **out)
{
	struct elf_window *w = v->recent;
	size_t size, need;
	int rc;

	if (off + len > v->src->elf.file_size)
		return -EIO;
	for (size_t i = 0; i < NR_WINDOWS && !window_holds(w, off, len); i++)
		w = &v->window[i];
	if (!window_holds(w, off, len)) {
		need = len + (size_t)(off - host_page_start(off));
		w = window_pick(v, off, &size);
		rc = window_move(v, w, off, need > size ? need : size);
		/*
		 * Some ranges of /proc/vmcore map only in small pieces, and one that is
		 * read may end in a hole.
		 */
		if (rc < 0 && size > need)
			rc = window_move(v, w, off, need);
		if (rc < 0)
			return rc;
	}
	v->recent = w;
	w->used = ++v->tick;
	*out = w->map + (off - w->off);
	return 0;
}

/* pread(2) of a range that cannot be mapped. */
static int file_read(struct elf_view *v, uint64_t off, char *buf, size_t len)
{
	const void *p;

	if (file_map(v, off, len, &p) < 0)
		return read_all(v, off, buf, len);
	memcpy(buf, p, len);
	return 0;
}

/* Copy [pa, pa + len) from several segments; holes read as zeros. */
static int bounce_map(struct elf_view *v, uint64_t pa, size_t len, const void **out)
{
	uint64_t end = pa + len, at = pa;
	bool any = false;

	if (len > BOUNCE_SIZE)
		return -EFAULT;
	if (!v->bounce && !(v->bounce = malloc(BOUNCE_SIZE)))
		return -ENOMEM;
	memset(v->bounce, 0, len);
	while (at < end) {
		const struct elf_segment *s = segment_at(v, at);
		uint64_t from, to;

		if (!s || s->pa.start >= end)
			break;
		from = s->pa.start > at ? s->pa.start : at;
		to = s->pa.end < end ? s->pa.end : end;
		if (file_read(v, s->off + (from - s->pa.start), v->bounce + (from - pa),
			      to - from) < 0)
			return -EIO;
		any = true;
		at = to;
	}
	*out = v->bounce;
	return any ? 0 : -EFAULT;
}

int elf_view_map(struct view *base, uint64_t pa, size_t len, const void **out)
{
	struct elf_view *v = container_of(base, struct elf_view, base);
	const struct elf_segment *s = segment_at(v, pa);

	if (!s || len == 0 || pa + len < pa)
		return -EFAULT;
	if (pa >= s->pa.start && len <= s->pa.end - pa) {
		int rc = file_map(v, s->off + (pa - s->pa.start), len, out);

		if (rc == 0 || rc == -EIO)
			return rc;
	}
	return bounce_map(v, pa, len, out);
}

uint64_t elf_view_zeros(struct view *base, uint64_t pa, uint64_t len)
{
	struct elf_view *v = container_of(base, struct elf_view, base);
	const struct elf_segment *s = v->src->sparse ? segment_at(v, pa) : NULL;
	uint64_t off, nr;

	if (!s || pa < s->pa.start)
		return 0;
	off = s->off + (pa - s->pa.start);
	if (off >= v->src->elf.file_size)
		return 0;
	nr = elf_holes_at(&v->holes, v->src->in.fd, off);
	if (nr > s->pa.end - pa)
		nr = s->pa.end - pa;
	if (nr > v->src->elf.file_size - off)
		nr = v->src->elf.file_size - off;
	return nr < len ? nr : len;
}
