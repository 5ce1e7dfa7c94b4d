/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * target_access.h - a dump target as the running system reaches it
 *
 *     target_access_open -> look, write -> target_access_close
 *
 * A file system that is not mounted is mounted in a mount namespace of this process
 * alone: nobody else sees it, and it goes with us.
 */
#ifndef SYSTEMD_DUMPS_TARGET_ACCESS_H
#define SYSTEMD_DUMPS_TARGET_ACCESS_H

#include "systemd/ctl.h"

enum place_kind { ACCESS_DIR, ACCESS_SSH, ACCESS_RAW };

struct target_access {
	enum place_kind kind;
	char words[400];	   /* what a person calls it: "ext4 UUID=..., /var/crash" */
	char dir[CTL_PATH_MAX];	   /* DIR: where path is now; SSH: path on the server */
	char shown[CTL_PATH_MAX];  /* DIR: the same as people see it; else as dir */
	const char *user_host;	   /* SSH */
	const char *key;	   /* SSH */
	char device[CTL_PATH_MAX]; /* RAW: node */
	bool mounted;		   /* by us, at ACCESS_MOUNT */
	int64_t network_end;	   /* as in struct ctl */
	const char *source;	   /* mounted: from where, by which type */
	const char *fstype;
};

#define ACCESS_MOUNT CTL_RUN_DIR "/target"

enum target_access_use {
	ACCESS_READ,
	ACCESS_MOUNTED, /* the same, but nothing is mounted for it: -ENODEV */
	ACCESS_WRITE,
	ACCESS_PEEK, /* to look at sizes: not even a journal is replayed. -EOPNOTSUPP: with a root
		      */
};

/*
 * Find it, mount it if need be (read-only unless it is to be written). Does not connect to
 * the server of an ssh target yet; one of NFS is asked until ctl->network_end. Words name
 * the target and what to do.
 */
int target_access_open(const struct ctl *ctl, const struct config_target *target,
		       enum target_access_use use, struct target_access *out);

void target_access_close(struct target_access *p);

/*
 * Run a shell command on the server, input as its standard input (NULL: none); what it
 * writes goes to *out (freed by the caller, *len bytes), at most max. Never asks for a
 * password; ask: about an unknown host key, on the terminal, which is then known.
 * -EACCES: login refused; -ENOKEY: the server's key is not known, -EKEYREJECTED: it is not
 * the known one; -EHOSTUNREACH: no connection; -EIO: the command failed; the words say the
 * remedy.
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

/* Bytes free for dumps, of a raw device all of them; -EOPNOTSUPP where nobody can tell. */
int target_access_free(const struct target_access *p, uint64_t *out);

#endif
