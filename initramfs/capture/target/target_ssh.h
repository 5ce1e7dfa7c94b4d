/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target_ssh.h - shared by the files of the ssh target */
#ifndef INITRAMFS_CAPTURE_TARGET_TARGET_SSH_H
#define INITRAMFS_CAPTURE_TARGET_TARGET_SSH_H

#include "base/util.h"
#include "initramfs/capture/target/ssh_client.h"
#include "initramfs/capture/target/target.h"

struct target_ssh {
	struct target base;
	struct ssh_host host;
	struct ssh_stream stream; /* of the file that is open */
	bool lost;		  /* the last command found no connection in all its time */
	const char *path;
	char dir[TARGET_PATH_MAX]; /* path/NAME, set by begin() */
};

static inline struct target_ssh *ssh_of(struct target *t)
{
	return container_of(t, struct target_ssh, base);
}

/* Operations of struct target_ops that several files use. */
int target_ssh_space(struct target *t, const struct deadline *by, uint64_t *out);
int target_ssh_make_space(struct target *t, unsigned keep, uint64_t need, const struct deadline *by,
			  unsigned *removed);

#endif
