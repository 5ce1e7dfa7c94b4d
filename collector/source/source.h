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

struct infile;
struct source;
struct view;

/* A page as it lies in a dump. */
struct packed_page {
	const void *data; /* good until the next call on the same view */
	uint32_t size;	  /* 1 to the size of a page */
	uint32_t flags;	  /* of its codec; 0: as it is, and size is that of a page */
	uint64_t id;	  /* where it lies: pages with the same id have the same bytes */
};

enum source_frames {
	FRAMES_RAM,  /* memory of the machine */
	FRAMES_HELD, /* of it, what the dump has a descriptor of */
};

struct source_ops {
	const char *kind;

	int (*view_open)(struct source *src, struct view **out);

	/*
	 * Point *out at len bytes of memory at pa, good until the next map on
	 * the same view; len at most map_max. A page that is RAM only
	 * in part reads as zeros in the rest.
	 * -EFAULT: no data there (no RAM, or left out of the core).
	 * -EIO: RAM that cannot be read (poisoned, file cut short).
	 * Errors leave no message: there may be one for every page.
	 */
	int (*view_map)(struct view *v, uint64_t pa, size_t len, const void **out);

	/*
	 * How many bytes from pa on, len at most, are zeros without being read: a hole in a
	 * file. Optional. 0: none are known to be.
	 */
	uint64_t (*view_zeros)(struct view *v, uint64_t pa, uint64_t len);

	/*
	 * True if a byte that was mapped since the last call could not be read: an access faulted,
	 * and the byte read as zero.
	 */
	bool (*view_damaged)(struct view *v);

	/*
	 * The page of frame pfn as it is stored. Only of a dump. -EFAULT: it was left out. -EIO:
	 * it is missing, or its descriptor is not valid; the bytes themselves are not checked. No
	 * message, as above.
	 */
	int (*view_packed)(struct view *v, uint64_t pfn, struct packed_page *out);

	/*
	 * Fill buf with the bits of frames [first, first + 8 * len), least significant bit first,
	 * zeros past the end. first is a multiple of 8. Only of a dump. -EIO.
	 */
	int (*frames)(struct source *src, enum source_frames which, uint64_t first, uint8_t *buf,
		      size_t len);

	void (*view_close)(struct view *v);
	void (*close)(struct source *src);
};

#define SOURCE_MAP_MAX ((size_t)2 << 20)

/* Facts from the headers of a dump, which was filtered once already. */
struct source_saved {
	unsigned level;	     /* what was left out */
	uint32_t codec_flag; /* of most pages; 0: not compressed, or not known */
	unsigned page_shift;
	int64_t crash_time; /* 0: not known */
	int64_t phys_base;
	char uts[6][65];    /* each ends with a NUL */
	bool incomplete;    /* marked so: some pages never came */
	bool unused_vm_out; /* marked so: struct pages of pages that are left out may be missing */
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
	bool damaged;	   /* something of it could not be read that cannot be counted in pages */
	bool live;	   /* memory of the running kernel: it changes while it is read */
	bool cut_short;	   /* the file ends before the memory its headers promise */
	void *own_notes;   /* behind notes and vmcoreinfo after source_set_vmcoreinfo() */
	size_t view_bytes; /* memory of a view; 0: next to none */
	size_t map_max;	   /* largest len of view_map; 0: SOURCE_MAP_MAX */
	/* Not NULL: a dump already. ram and data are only bounds then, see frames. */
	const struct source_saved *saved;
};

/* ELF core: /proc/vmcore, a saved copy, a dump by QEMU. */
int source_elf_open(const char *path, struct source **out);

/*
 * The same for a file that is open already, plain or a flattened stream. It is taken over, even on
 * failure; name is for messages.
 */
int source_elf_open_infile(struct infile *in, const char *name, struct source **out);

/* A kdump-compressed dump of any header version, as above. */
int source_kdump_open(struct infile *in, const char *name, struct source **out);

/*
 * A split dump: its nr files, in any order, all taken over. If a part is missing, there is a
 * warning, and its pages are missing; the same if source_kdump_open() gets a single part.
 * -EINVAL: they are not parts of one dump.
 */
#define KDUMP_PARTS_MAX 64
int source_kdump_open_parts(struct infile *in, const char *const *name, unsigned nr,
			    struct source **out);

/*
 * For implementations, at the end of their open: rc is what loading gave. A source that could not
 * be loaded is closed by its ops, which must be set; messages name it name. Returns rc.
 */
int source_opened(struct source *src, int rc, const char *name, struct source **out);

/* A view for one thread. -ENOMEM. The functions below are those of source_ops. */
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

/* Copy the 8 bytes at pa. Errors as view_map. */
int view_u64(struct view *v, uint64_t pa, uint64_t *out);

static inline uint64_t view_zeros(struct view *v, uint64_t pa, uint64_t len)
{
	return v->src->ops->view_zeros ? v->src->ops->view_zeros(v, pa, len) : 0;
}

static inline bool view_damaged(struct view *v)
{
	return v->src->ops->view_damaged(v);
}

static inline int view_packed(struct view *v, uint64_t pfn, struct packed_page *out)
{
	return v->src->ops->view_packed(v, pfn, out);
}

static inline size_t source_map_max(const struct source *src)
{
	return src->map_max ? src->map_max : SOURCE_MAP_MAX;
}

/* True for a dump with missing pages: dumps made from it lack these pages, too. */
static inline bool source_is_incomplete(const struct source *src)
{
	return src->damaged || (src->saved && src->saved->incomplete);
}

static inline void view_close(struct view *v)
{
	if (v)
		v->src->ops->view_close(v);
}

/* After all its views were closed. NULL is allowed. */
void source_close(struct source *src);

/*
 * Set the text of vmcoreinfo of a source, and replace its note by one with this text; text is
 * copied. Call it before other threads use the source. -ENOMEM.
 */
int source_set_vmcoreinfo(struct source *src, struct blob text);

/* Index of the span that holds pa, or of the first one above it. */
size_t span_find(const struct span *s, size_t nr, uint64_t pa);

#endif
