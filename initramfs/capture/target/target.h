/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * target.h - where a dump can go: a mounted directory, an ssh host, a raw device
 *
 *     target_new -> up -> begin -> (open -> [a program writes] -> close)... -> down -> free
 *
 * One target is in use at a time, by one process, from one thread. After a failure of any call the
 * caller may call down, and then up again (a retry), or go on with the next target: down must
 * restore the state before up, whatever happened.
 *
 * There are two implementations: the kinds of targets, which do the work and may hang in any system
 * call, and target_proxy.h, which runs a kind in a process of its own and waits for it until a
 * deadline. The capture process uses proxies only, so it never opens, writes, closes, examines or
 * unmounts anything on a target itself.
 *
 * Every kind keeps these promises:
 *
 *  - Nothing is written before the target is verified: every open checks again that the directory
 *    is on its own mount.
 *  - No file gets its final name before its bytes are durable.
 *  - Directories are created with mode 0700, files with 0600. No symbolic link is followed below
 *    the target's own directory, and no existing file is written to.
 *  - Errors are messages in the trail (base/err.h) that name the target's address and what to do
 *    about it. Targets print only problems that they overcome, with console_log() (console.h).
 */
#ifndef INITRAMFS_CAPTURE_TARGET_TARGET_H
#define INITRAMFS_CAPTURE_TARGET_TARGET_H

#include "initramfs/capture/child.h"
#include "initramfs/plan/rotation.h"
#include "base/clock.h"

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

/*
 * The parameters of a target; all pointers are borrowed, and must be valid as long as the target.
 */
struct target_cfg {
	const struct config *config;
	const struct plan *plan;
	const struct plan_target *spec; /* this target: kind, source, options, path */
	const char *mount_dir; /* an existing empty directory to mount at, for this target alone */
	struct devices *devices; /* devices.h: to bring up the plan's devices */

	/* For tests: creates the target in place of target_new()'s table; NULL: by kind. */
	int (*make)(const struct target_cfg *cfg, struct target **out);
};

/* How a file is to be closed. */
enum file_end {
	FILE_DONE,    /* complete: make it durable, give it its final name */
	FILE_PARTIAL, /* cut short but useful: make it durable, keep the -incomplete name */
	FILE_NOTHING, /* useless: remove it */
};

/* What a file is to open(), as flags. */
enum file_how {
	FILE_REPLACE = 1, /* closed with FILE_DONE it replaces an older file of its final name */
	FILE_CORE = 2,	  /* the dump itself: large, and a raw target takes only one */
};

/*
 * A file that is being written, from open() to close(). One at a time.
 *
 * A directory target creates an empty file under its incomplete name, at path; for a program that
 * creates its file itself see target_by_path(). A stream has no path. fd and pid are valid in the
 * process in which the kind works; a proxy sets neither.
 */
struct target_file {
	char name[TARGET_NAME_MAX]; /* final name, e.g. "vmcore" */
	char part[TARGET_NAME_MAX]; /* its name until it is closed, see target_part_name() */
	char path[TARGET_PATH_MAX]; /* absolute path of part; "" for a stream; for scp, its operand
				     */
	int fd;			    /* close-on-exec; -1: closed, or another process has it */
	unsigned how;		    /* as open() got it */
	pid_t pid;     /* for the target: the process that transports the stream; 0: none */
	bool unsynced; /* close() gave it its final name, but the server has not confirmed that it
			  is on disk */
	struct child_output
		*output; /* what that process prints; the caller reads it meanwhile; NULL: none */
};

/* The current size of a file, and whether it can be a dump. */
struct target_size {
	uint64_t bytes, blocks; /* its size, and its space on disk in units of 512 bytes */
	bool published;		/* it has its final name: our collector renames it itself */
	bool readable;		/* its beginning could be read back */
	bool ours;		/* and is the header of a dump in our format */
};

/*
 * Every operation but free(), in the order of struct target_ops. The requests to a target's process
 * (target_protocol.h), its table of functions, and the tests that make each operation hang are
 * generated from this list.
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

	/* The core is written as a flattened stream to a descriptor (ssh, raw), not to a path. */
	bool stream;

	/* And space() is all that there can be for it: nobody else writes to the device (raw). */
	bool fixed;

	/*
	 * Bring it up: wait for the device or the server, mount read-write or log in. Sets t->host
	 * to this machine's address towards the target if there is one.
	 */
	int (*up)(struct target *t, const struct deadline *by);

	/* Get the bytes that a dump may take. -EOPNOTSUPP: unknown; the caller goes on without. */
	int (*space)(struct target *t, const struct deadline *by, uint64_t *out);

	/*
	 * Make the directory <path>/<name>, with its parents, and use it from now on. If name is
	 * taken, name-2, name-3... is made; the name is stored in t->dir. If t->dir is set already
	 * (a retry after down and up), that directory is used again. A target without directories
	 * (raw) makes none.
	 */
	int (*begin)(struct target *t, const char *name, const struct deadline *by);

	/*
	 * Start a file; how is made of enum file_how. Without FILE_REPLACE an older file of its
	 * final name is -EEXIST.
	 */
	int (*open)(struct target *t, const char *name, unsigned how, const struct deadline *by,
		    struct target_file *out);

	/* See target_by_path(); NULL: it does the work itself. */
	int (*by_path)(struct target *t, struct target_file *f, const struct deadline *by);

	/*
	 * Optional (NULL), for core_collector scp: sets out as open() of "vmcore" does, with scp's
	 * last operand in path and without a descriptor. The caller calls close() after scp has
	 * ended.
	 */
	int (*copy)(struct target *t, const struct deadline *by, struct target_file *out);

	/* See target_start(); NULL: it does the work itself. */
	int (*start)(struct target *t, const struct target_file *f, const struct child_cfg *cfg,
		     const struct deadline *by, struct child *out);

	/* See target_measure(); NULL: it does the work itself. */
	int (*measure)(struct target *t, const struct target_file *f, const struct deadline *by,
		       struct target_size *out);

	/*
	 * End it: close fd, wait for the process that transports the bytes, and do what end says.
	 * 0: the bytes are durable; or, with f->unsynced, all of them are at the server, but its
	 * sync did not end in time. f is closed in any case; after a failure the incomplete name is
	 * kept if possible.
	 */
	int (*close)(struct target *t, struct target_file *f, enum file_end end,
		     const struct deadline *by);

	/*
	 * Remove old dumps of this machine, as rotation_run() says; t->dir does not count. Only
	 * directories that are dumps by name and content, and whose status has this machine's ID,
	 * are removed. Too little space is not a failure.
	 * Optional (NULL): the target cannot list. *removed: how many were removed.
	 */
	int (*make_space)(struct target *t, unsigned keep, uint64_t need, const struct deadline *by,
			  unsigned *removed);

	/* See target_put(); NULL: it does the work itself. */
	int (*put)(struct target *t, const char *name, const void *data, size_t len,
		   const struct deadline *by);

	/* Sync, unmount, log out. Cannot fail: write errors were reported by close(). */
	void (*down)(struct target *t, const struct deadline *by);

	/* Release memory. After down, or when up was never called. */
	void (*free)(struct target *t);
};

_Static_assert(sizeof(struct target_ops) == offsetof(struct target_ops, up) +
						    (TARGET_OP_COUNT + 1) * sizeof(void (*)(void)),
	       "TARGET_OPS lists every operation but free()");

/* Embedded as first member in the struct of each implementation. */
struct target {
	const struct target_ops *ops;
	struct target_cfg cfg;
	const char *kind;	   /* "ext4", "nfs": for the status; target_new: ops->kind */
	char address[256];	   /* "UUID=... (ext4)", "host:/export": for messages */
	char host[64];		   /* first part of the directory's name; target_new: "127.0.0.1" */
	char dir[TARGET_NAME_MAX]; /* the dump's directory below path; "" before begin */
	bool lost;		   /* it hung and was given up: it may still be mounted */
};

/*
 * Create a target by its kind, from the table in target.c. Each kind has a function of this type:
 * target_fs_new, target_virtiofs_new, target_nfs_new, target_ssh_new, target_raw_new. It allocates
 * its struct and sets ops and address; target_new() sets the rest. -EINVAL with a message: this
 * target cannot be used.
 */
int target_new(const struct target_cfg *cfg, struct target **out);

int target_fs_new(const struct target_cfg *cfg, struct target **out);
int target_virtiofs_new(const struct target_cfg *cfg, struct target **out);
int target_nfs_new(const struct target_cfg *cfg, struct target **out);
int target_ssh_new(const struct target_cfg *cfg, struct target **out);
int target_raw_new(const struct target_cfg *cfg, struct target **out);

/* "vmcore-incomplete", of vmcore.flat too; "vmcore-dmesg-incomplete.txt": before the last dot. */
void target_part_name(const char *name, char out[TARGET_NAME_MAX]);

/* Path of the final name, in the directory of f->path. */
void target_final_path(const struct target_file *f, char out[TARGET_PATH_MAX]);

/* Close the empty file and remove it, so that a program can create f->path. 0 or -errno. */
int target_by_path(struct target *t, struct target_file *f, const struct deadline *by);

/*
 * Start a program that writes the file: its standard output is the file's descriptor, if that is
 * open. The caller waits for the child with child_wait() (child.h).
 */
int target_start(struct target *t, const struct target_file *f, const struct child_cfg *cfg,
		 const struct deadline *by, struct child *out);

/*
 * Get its size. -ENOENT: there is no file of either name; -EOPNOTSUPP: a stream's size is unknown.
 */
int target_measure(struct target *t, const struct target_file *f, const struct deadline *by,
		   struct target_size *out);

/* Write a whole small file: open, write, close with FILE_DONE. Replaces an older one. */
int target_put(struct target *t, const char *name, const void *data, size_t len,
	       const struct deadline *by);

#endif
