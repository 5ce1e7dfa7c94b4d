/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source.h - physical memory of the crashed kernel
 *
 *     open  ->  view_open, view_map ..., view_close (per thread)  ->  close
 *
 * A source is opened once and then read by many threads, each through a view
 * of its own. A view is a window that moves; nothing is cached or copied.
 */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include "base/types.h"

struct source;
struct view;

struct source_ops {
	const char *kind;

	int (*view_open)(struct source *src, struct view **out);

	/*
	 * Point *out at len bytes of memory at pa, good until the next map on
	 * the same view; len at most SOURCE_MAP_MAX. A page that is RAM only
	 * in part reads as zeros in the rest.
	 * -EFAULT: no data there (no RAM, or left out of the core).
	 * -EIO: RAM that cannot be read (poisoned, file cut short).
	 */
	int (*view_map)(struct view *v, uint64_t pa, size_t len, const void **out);

	/*
	 * How many bytes from pa on, len at most, are zeros without being read: a hole in a
	 * file. Optional. 0: none are known to be.
	 */
	uint64_t (*view_zeros)(struct view *v, uint64_t pa, uint64_t len);

	/*
	 * True if a byte mapped since the last call could not be read after
	 * all: a fault came while it was used, and it was seen as zero.
	 */
	bool (*view_damaged)(struct view *v);

	void (*view_close)(struct view *v);
	void (*close)(struct source *src);
};

#define SOURCE_MAP_MAX ((size_t)2 << 20)

/* A piece of the kernel's virtual memory as the core's headers tell it. */
struct va_hint {
	uint64_t va, pa, len;
};

/* Everything known after open; constant from then on. */
struct source {
	const struct source_ops *ops;
	const struct span *ram; /* sorted, disjoint, as in the headers */
	size_t nr_ram;
	const struct span *data; /* likewise: the part of ram that the file holds */
	size_t nr_data;
	const struct va_hint *hint; /* one per PT_LOAD with an address */
	size_t nr_hint;
	struct blob notes;	/* raw ELF notes; live as long as the source */
	struct blob vmcoreinfo; /* text inside notes; len 0 if there is none */
	unsigned nr_cpus;	/* NT_PRSTATUS notes */
	uint16_t elf_machine;
	bool cut_short; /* the file ends before the memory its headers promise */
	bool saved;	/* a dump already: pages were left out, and ram and data are only bounds */
};

/* ELF core: /proc/vmcore, a saved copy, a dump by QEMU. */
int source_elf_open(const char *path, struct source **out);

/* The same for an open file, which is taken over, even on failure. Messages name it name. */
int source_elf_open_fd(int fd, const char *name, struct source **out);

/* A kdump-compressed dump, as above. Not for filtering: see saved. */
int source_kdump_open_fd(int fd, const char *name, struct source **out);

/*
 * For implementations, at the end of their open: rc is what loading gave. A source that could not
 * be loaded is closed by its ops, which must be set; messages name it name. Returns rc.
 */
int source_opened(struct source *src, int rc, const char *name, struct source **out);

static inline int view_open(struct source *src, struct view **out)
{
	return src->ops->view_open(src, out);
}

/* The source a view belongs to is the first member of every struct view. */
struct view {
	struct source *src;
};

static inline int view_map(struct view *v, uint64_t pa, size_t len, const void **out)
{
	return v->src->ops->view_map(v, pa, len, out);
}

static inline uint64_t view_zeros(struct view *v, uint64_t pa, uint64_t len)
{
	return v->src->ops->view_zeros ? v->src->ops->view_zeros(v, pa, len) : 0;
}

static inline bool view_damaged(struct view *v)
{
	return v->src->ops->view_damaged(v);
}

static inline void view_close(struct view *v)
{
	if (v)
		v->src->ops->view_close(v);
}

static inline void source_close(struct source *src)
{
	if (src)
		src->ops->close(src);
}

/* Index of the span that holds pa, or of the first one above it. */
size_t span_find(const struct span *s, size_t nr, uint64_t pa);

#endif
