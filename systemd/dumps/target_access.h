/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * target_access.h - a dump target as the running system reaches it
 *
 *     target_access_open -> look, write -> target_access_close
 *
 * A file system that is not mounted is mounted in a mount namespace of this process: invisible to
 * others, and gone when the process ends.
 */
#ifndef SYSTEMD_DUMPS_TARGET_ACCESS_H
#define SYSTEMD_DUMPS_TARGET_ACCESS_H

#include "systemd/ctl.h"
#include "systemd/message.h"

enum access_kind { ACCESS_DIR, ACCESS_SSH, ACCESS_RAW };

struct target_access {
	enum access_kind kind;
	char name[MESSAGE_MAX];	      /* for people: "ext4 UUID=..., /var/crash" */
	char dir[CTL_PATH_MAX];	      /* DIR: path as reachable now; SSH: path on the server */
	char shown[2 * CTL_PATH_MAX]; /* DIR: the path for people; else as dir */
	const char *user_host;	      /* SSH */
	const char *key;	      /* SSH */
	char device[CTL_PATH_MAX];    /* RAW: device node */
	bool mounted;		      /* mounted by us, at ACCESS_MOUNT */
	int64_t network_end;	      /* as in struct ctl */
	const char *source;	      /* if mounted: its source and type */
	const char *fstype;
	const struct seal_identities *ids; /* opens encrypted files; NULL: none is opened */
	const char *ids_file;		   /* the keys' file, for commands that are shown */
};

#define ACCESS_MOUNT CTL_RUN_DIR "/target"

enum target_access_use {
	ACCESS_READ,
	ACCESS_MOUNTED, /* the same, but never mounts: -ENODEV */
	ACCESS_WRITE,
	ACCESS_PEEK, /* only to read sizes: not even a journal is replayed. -EOPNOTSUPP: with a root
		      */
};

/*
 * Find it, mount it if needed (read-only unless use is ACCESS_WRITE). Does not connect to an ssh
 * server yet; an NFS server is tried until ctl->network_end. Errors name the target and the remedy.
 */
int target_access_open(const struct ctl *ctl, const struct config_target *target,
		       enum target_access_use use, struct target_access *out);

void target_access_close(struct target_access *p);

/*
 * Run a shell command on the server with input as its standard input (NULL: none); at most max
 * bytes of its output go to *out (freed by the caller, *len bytes). Never asks for a password. ask:
 * an unknown host key is confirmed on the terminal and stored. -EACCES: login refused; -ENOKEY:
 * unknown host key, -EKEYREJECTED: changed host key; -EHOSTUNREACH: no connection; -EIO: the
 * command failed; the message says the remedy.
 */
struct target_access_command {
	const char *command;
	const char *input;
	size_t max;
	unsigned seconds; /* 0: 30 */
	bool ask;
};
int target_access_ssh(const struct target_access *p, const struct target_access_command *c,
		      char **out, size_t *len);

/*
 * Is the target on the file system of /boot, by the mount table or by fstab? Not if /boot is no
 * file system of its own. Nothing is mounted for it.
 */
bool target_access_is_boot(const struct ctl *ctl, const struct config_target *target);

/* Bytes free for dumps; of a raw device all its bytes; -EOPNOTSUPP if unknown. */
int target_access_free(const struct target_access *p, uint64_t *out);

#endif
