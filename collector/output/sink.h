/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sink.h - where finished dump bytes go
 *
 * A sink is one output object: a file in a mounted directory (local disk and
 * NFS alike), a block device, a remote file behind ssh, or standard output.
 * The format above decides which bytes belong at which offset; the sink only
 * carries them.
 *
 *     open  ->  write_at ... write_at  ->  sync, write_at, commit  ->  close
 *                                      ->  discard                 ->  close
 *
 * Promises every sink keeps:
 *
 *  - All calls come from the writer thread. A sink needs no locks.
 *  - Nothing appears under its final name until its bytes are durable.
 *    Without commit, or if it fails, close() leaves them as
 *    "<name>-incomplete": half a dump is useful.
 *  - After a failed write_at() the format may still try to complete what is
 *    small: descriptors in reserved space, the header, a sync.
 *  - No memory is allocated after open.
 */
#ifndef OUTPUT_SINK_H
#define OUTPUT_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sink;

struct sink_ops {
	const char *kind; /* "file", "stream", ... for messages */

	/* Put len bytes at off. Never-written gaps read back as zeroes. */
	int (*write_at)(struct sink *s, uint64_t off, const void *buf, size_t len);

	/*
	 * Reserve space for a later write_at(), so that it works even if the disk is full by then.
	 * Optional; 0 too if the file system cannot reserve.
	 */
	int (*reserve)(struct sink *s, uint64_t off, uint64_t len);

	/*
	 * How many bytes from off on it takes until a limit is reached; UINT64_MAX: none is set.
	 * A flattened stream counts what is written anywhere, and keeps space for its end mark.
	 * Optional: no limit.
	 */
	uint64_t (*left)(const struct sink *s, uint64_t off);

	/* Make what was written so far durable; nothing to do for a stream. */
	int (*sync)(struct sink *s);

	/*
	 * Bytes before this offset can only be lost by a power cut; later ones may still be lost
	 * by a server. Optional: without it, no accepted byte is lost.
	 */
	uint64_t (*sure)(const struct sink *s);

	/*
	 * After a failure, accepted bytes may be lost (NFS). Truncate at the first one that may be
	 * lost, which also frees space for what is still to be written. *out: how many bytes are
	 * left. Optional.
	 */
	int (*cut_lost)(struct sink *s, uint64_t *out);

	/* Make the bytes durable, then give the object its final name. */
	int (*commit)(struct sink *s);

	/*
	 * After commit: the object is not what its name promises after all, so it is called
	 * "<name>-incomplete" again. Best effort; the message stays. Optional.
	 */
	void (*retract)(struct sink *s);

	/*
	 * Remove what was written, because no reader could use it; only close may follow.
	 * Optional: streams and devices cannot remove it.
	 */
	void (*discard)(struct sink *s);

	/* Release everything; s is gone afterwards. */
	void (*close)(struct sink *s);
};

/* Embed as first member; the rest belongs to the implementation. */
struct sink {
	const struct sink_ops *ops;
	bool seekable;	    /* false: bytes must come strictly in order */
	bool write_once;    /* no byte may be written twice (flattened stream) */
	bool stale;	    /* gaps hold old bytes (block device): zero them yourself */
	bool gathers;	    /* small writes are cheap: it collects them itself */
	uint64_t limit;	    /* of the size of the object or stream; 0: none is set */
	uint64_t record;    /* bytes that each write takes besides its own (flattened stream) */
	size_t taken;	    /* of a write_at() that failed: so many bytes, its first, are there */
	uint64_t data_from; /* of the format, once begun: page data begins here */
	uint64_t data_unit; /* it comes in any order, in pages of so many bytes; 0: in order */
};

struct sink_file_cfg {
	const char *path;
	bool overwrite; /* -f: an existing file may be replaced, at commit */
};

/*
 * A file: written as <path>-incomplete, mode 0600, published by rename unless
 * path ends in "-incomplete" already. A block device is written as it is, but
 * not one that is mounted or held (-EBUSY), and so is a character device. A
 * FIFO or a terminal becomes a stream: look at seekable.
 * Without overwrite, -EEXIST if path or path-incomplete is there; with it, an
 * old path-incomplete is removed at once, an old path only at commit.
 */
int sink_file_open(const struct sink_file_cfg *cfg, struct sink **out);

/* What a file is called until commit: path with this behind it, unless it ends so already. */
#define SINK_FILE_MARK "-incomplete"
/* Does path end so? */
bool sink_file_marked(const char *path);

/* Drops all bytes: --dry-run. */
int sink_null_open(struct sink **out);

/*
 * Write to a pipe, socket or file, strictly in order. Takes over fd, even on
 * failure. The caller ignores SIGPIPE. -ETIMEDOUT when the other side has
 * accepted no byte for patience_ms.
 */
#define SINK_PATIENCE_MS (600 * 1000)
int sink_stream_open(int fd, int patience_ms, struct sink **out);

/*
 * -ENOSPC for what lies beyond so many bytes of the object, as a full disk. Takes over inner, even
 * on failure.
 */
int sink_limit_open(struct sink *inner, uint64_t limit, struct sink **out);

/* Lay random writes on a stream as flattened records. Takes over inner, even on failure. */
int sink_flat_open(struct sink *inner, struct sink **out);

static inline int sink_write_at(struct sink *s, uint64_t off, const void *buf, size_t len)
{
	return s->ops->write_at(s, off, buf, len);
}

static inline int sink_reserve(struct sink *s, uint64_t off, uint64_t len)
{
	return s->ops->reserve ? s->ops->reserve(s, off, len) : 0;
}

static inline uint64_t sink_left(const struct sink *s, uint64_t off)
{
	return s->ops->left ? s->ops->left(s, off) : UINT64_MAX;
}

static inline int sink_sync(struct sink *s)
{
	return s->ops->sync ? s->ops->sync(s) : 0;
}

static inline uint64_t sink_sure(const struct sink *s)
{
	return s->ops->sure ? s->ops->sure(s) : UINT64_MAX;
}

static inline int sink_commit(struct sink *s)
{
	return s->ops->commit(s);
}

static inline void sink_retract(struct sink *s)
{
	if (s->ops->retract)
		s->ops->retract(s);
}

static inline void sink_discard(struct sink *s)
{
	if (s->ops->discard)
		s->ops->discard(s);
}

static inline void sink_close(struct sink *s)
{
	if (s)
		s->ops->close(s);
}

#endif
