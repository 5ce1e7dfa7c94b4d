/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * target.h - where a dump can go: a mounted directory, an ssh host, a raw device
 *
 *     target_new -> up -> begin -> (open -> [a program writes] -> close)... -> down -> free
 *
 * One target is in use at a time, by one process, from one thread. When any call
 * fails the caller may go on with down, and then with up again (a retry) or with
 * the next target: down must bring back the state before up, whatever happened.
 *
 * Two things have this interface: the kinds of targets, which do the work and may hang in
 * any system call, and target_proxy.h, which has a kind work in a process of its own and
 * waits for it no longer than a deadline. The capture process uses proxies only, and so
 * never opens, writes, closes, looks at or unmounts anything on a target itself.
 *
 * Every kind keeps these promises:
 *
 *  - Nothing is written before the target is verified to be what it should be: every
 *    open looks again whether the directory lies on a mount of its own.
 *  - Nothing appears under its final name before its bytes are durable there.
 *  - Directories are created with mode 0700, files with 0600. No symbolic link is followed
 *    below the target's own directory, no existing file is written into.
 *  - Errors are messages in the trail (base/err.h) that name the target's address and what
 *    to do; targets print only with console_log() (console.h), and only what they survived.
 */
#ifndef INITRAMFS_CAPTURE_TARGET_TARGET_H
#define INITRAMFS_CAPTURE_TARGET_TARGET_H

#include "initramfs/capture/child.h"
#include "initramfs/capture/deadline.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct config;
struct plan;
struct plan_target;
struct devices;
struct target;

#define TARGET_NAME_MAX 128
#define TARGET_PATH_MAX 4096
#define TARGET_KEEP_ALL UINT32_MAX

/* What a target is made from; all borrowed, and valid as long as the target. */
struct target_cfg {
	const struct config *config;
	const struct plan *plan;
	const struct plan_target *spec; /* this very target: kind, source, options, path */
	const char *mount_dir;		/* an existing empty directory of its own to mount at */
	struct devices *devices;	/* devices.h: how to get at the plan's */

	/* Makes it in place of target_new()'s own table; NULL: by kind. For tests. */
	int (*make)(const struct target_cfg *cfg, struct target **out);
};

/* How a file ended. */
enum file_end {
	FILE_DONE,    /* all there: make it durable, give it its final name */
	FILE_PARTIAL, /* cut short but of use: make it durable, keep the -incomplete name */
	FILE_NOTHING, /* not a byte worth keeping: remove it */
};

/*
 * One file on its way. Made by open(), ended by close(). One at a time.
 *
 * A directory target gives a path of an empty file under its incomplete name, for a program
 * that creates its file itself see target_by_path(). A stream has no path. fd and pid belong
 * to the process in which the kind works; what a proxy gives has neither.
 */
struct target_file {
	char name[TARGET_NAME_MAX]; /* final name, e.g. "vmcore" */
	char part[TARGET_NAME_MAX]; /* name until then, see target_part_name() */
	char path[TARGET_PATH_MAX]; /* absolute, of part; "" for a stream; operand of scp */
	int fd;			    /* close-on-exec; -1: closed, or another process has it */
	bool replace;		    /* a file of the final name may be replaced */
	pid_t pid;     /* for the target: the process that carries the stream; 0 none */
	bool unsynced; /* close() gave its final name, but the server has not said that it is on
			  disk */
	struct child_output *output; /* what that process prints: to be read meanwhile; NULL */
};

/* How large a file is by now, and whether it can be a dump. */
struct target_size {
	uint64_t bytes, blocks; /* size, and what it takes of the disk in units of 512 */
	bool published;		/* it has its final name already: our collector renames by itself */
	bool readable;		/* its beginning could be read back */
	bool ours;		/* and is that of a dump of our format */
};

/*
 * Every operation but free(), in the order of struct target_ops. Requests to a target's process
 * (target_protocol.h), its table of functions, and the tests that make each one hang are made
 * from this list.
 */
/* clang-format off */
#define TARGET_OPS(X) \
	X(up) X(space) X(begin) X(open) X(by_path) X(copy) X(start) X(measure) X(close) \
	X(make_space) X(put) X(down)
/* clang-format on */

#define TARGET_OP_NAME(op) TARGET_OP_##op,
enum target_op { TARGET_OPS(TARGET_OP_NAME) TARGET_OP_COUNT };
#undef TARGET_OP_NAME

struct target_ops {
	const char *kind; /* "directory", "nfs", "ssh", "raw": see struct target.kind */

	/* The core goes out as a flattened stream into a descriptor (ssh, raw), not to a path. */
	bool stream;

	/*
	 * Reach it: wait for the device or the server, mount, log in; read-write. Sets
	 * t->host to the address this machine has towards the target when there is one.
	 */
	int (*up)(struct target *t, const struct deadline *by);

	/* Bytes a dump may take there. -EOPNOTSUPP: unknown; the caller goes on without. */
	int (*space)(struct target *t, const struct deadline *by, uint64_t *out);

	/*
	 * Make <path>/<name>, with the parents, and use it from now on. If name is taken,
	 * name-2, name-3...; the name used goes to t->dir. When t->dir is set already (a
	 * retry after down and up) it goes on in that directory. A target without
	 * directories (raw) has nothing to make.
	 */
	int (*begin)(struct target *t, const char *name, const struct deadline *by);

	/*
	 * Start a file. replace: an older one of this final name goes when this one is
	 * closed with FILE_DONE. -EEXIST otherwise. Raw takes one core and small files.
	 */
	int (*open)(struct target *t, const char *name, bool replace, const struct deadline *by,
		    struct target_file *out);

	/* See target_by_path(); NULL: as done there. */
	int (*by_path)(struct target *t, struct target_file *f, const struct deadline *by);

	/*
	 * Optional (NULL), for core_collector scp: out is as after open() of "vmcore", with
	 * scp's last operand in path and without a descriptor; close() ends it after scp has
	 * ended.
	 */
	int (*copy)(struct target *t, const struct deadline *by, struct target_file *out);

	/* See target_start(); NULL: as done there. */
	int (*start)(struct target *t, const struct target_file *f, const struct child_cfg *cfg,
		     const struct deadline *by, struct child *out);

	/* See target_measure(); NULL: as done there. */
	int (*measure)(struct target *t, const struct target_file *f, const struct deadline *by,
		       struct target_size *out);

	/*
	 * End it: close fd, wait for the process that carries the bytes, and do what end says.
	 * Only 0 means that the bytes are durable, and with f->unsynced that all of them
	 * are at the server, which was asked to sync them and was not ready in time. f is
	 * closed in any case; after a failure the incomplete name stays where it can.
	 */
	int (*close)(struct target *t, struct target_file *f, enum file_end end,
		     const struct deadline *by);

	/*
	 * Remove old dumps of this host: those older than the newest keep complete ones,
	 * not counting t->dir (TARGET_KEEP_ALL: no such rule), then oldest first until need
	 * bytes are free (0: no such rule), but then never the newest complete one. Only
	 * directories that are dumps by name and content. Too little space is no failure.
	 * Optional (NULL): the target cannot list. *removed: how many were removed.
	 */
	int (*make_space)(struct target *t, unsigned keep, uint64_t need, const struct deadline *by,
			  unsigned *removed);

	/* See target_put(); NULL: as done there. */
	int (*put)(struct target *t, const char *name, const void *data, size_t len,
		   const struct deadline *by);

	/* Sync, unmount, log out. Never fails: what went wrong was in close(). */
	void (*down)(struct target *t, const struct deadline *by);

	/* Release memory. After down, or when up was never called. */
	void (*free)(struct target *t);
};

_Static_assert(sizeof(struct target_ops) == offsetof(struct target_ops, up) +
						    (TARGET_OP_COUNT + 1) * sizeof(void (*)(void)),
	       "TARGET_OPS lists every operation but free()");

/* Embed as first member; the rest belongs to the implementation. */
struct target {
	const struct target_ops *ops;
	struct target_cfg cfg;
	const char *kind;	   /* "ext4", "nfs": for the status; target_new: ops->kind */
	char address[256];	   /* "UUID=... (ext4)", "host:/export": for messages */
	char host[64];		   /* first part of the directory name; target_new: "127.0.0.1" */
	char dir[TARGET_NAME_MAX]; /* the dump's directory below path; "" before begin */
	bool lost;		   /* it hung and was given up: its mount may still be there */
};

/*
 * By kind, from the table in target.c. Each kind supplies one function of this shape:
 * target_fs_new, target_virtiofs_new, target_nfs_new, target_ssh_new, target_raw_new.
 * The implementation allocates its struct, sets ops and address; target_new() has the
 * rest. -EINVAL with a message: this target cannot be used.
 */
int target_new(const struct target_cfg *cfg, struct target **out);

int target_fs_new(const struct target_cfg *cfg, struct target **out);
int target_virtiofs_new(const struct target_cfg *cfg, struct target **out);
int target_nfs_new(const struct target_cfg *cfg, struct target **out);
int target_ssh_new(const struct target_cfg *cfg, struct target **out);
int target_raw_new(const struct target_cfg *cfg, struct target **out);

/* "vmcore-incomplete", of vmcore.flat too; "vmcore-dmesg-incomplete.txt": before the last dot. */
void target_part_name(const char *name, char out[TARGET_NAME_MAX]);

/* Path of the final name, beside f->path. */
void target_final_path(const struct target_file *f, char out[TARGET_PATH_MAX]);

/* Close the empty file and remove it, so that a program may create f->path. 0 or -errno. */
int target_by_path(struct target *t, struct target_file *f, const struct deadline *by);

/*
 * Start a program that writes the file: cfg->out is replaced by the file's descriptor while it is
 * open. The child is the caller's, who waits for it with child_wait() (child.h).
 */
int target_start(struct target *t, const struct target_file *f, const struct child_cfg *cfg,
		 const struct deadline *by, struct child *out);

/* Errors: -ENOENT there is no file of either name; -EOPNOTSUPP a stream's size is unknown. */
int target_measure(struct target *t, const struct target_file *f, const struct deadline *by,
		   struct target_size *out);

/* A whole small file: open, write, close with FILE_DONE. Replaces an older one. */
int target_put(struct target *t, const char *name, const void *data, size_t len,
	       const struct deadline *by);

#endif
