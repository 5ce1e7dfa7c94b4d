/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kdump_load.h - arm the machine, disarm it
 *
 * What start, restart, reload and rebuild have in common. All need the lock
 * (lock.h) and, but for disarming, ctl_load().
 */
#ifndef SYSTEMD_LOAD_KDUMP_LOAD_H
#define SYSTEMD_LOAD_KDUMP_LOAD_H

#include "systemd/ctl.h"
#include "systemd/state.h"

/* What arming did; for words and the journal. */
struct service_armed {
	char image[CTL_PATH_MAX];
	char kernel[CTL_PATH_MAX];
	const char *how; /* "kexec_file_load"; in state */
	bool reload;	 /* the image was to be taken as it is */
	bool built;	 /* the image is new */
	char why[400];	 /* why it was built */
	bool old_image; /* the new one could not be built or loaded: armed with the last good one */
	char why_old[512];	  /* and why: told already */
	struct state_armed state; /* what is loaded, as it is remembered */
};

/* Make sure that an image is there and is what would be built now; not loaded. */
int service_build(struct ctl *ctl, bool always, struct service_armed *out);

/*
 * Build what is missing, load it, remember it. reload: take the image as it is.
 * test_id: the dump is a rehearsal of this name. An image is replaced only after
 * the new one was loaded. -errno with reason and remedy: a machine that was armed still
 * is, with what it had, unless the message says that it is lost.
 */
int service_arm(struct ctl *ctl, bool reload, const char *test_id, struct service_armed *out);

int service_disarm(struct ctl *ctl);

/* -ENOSPC with words when nothing is reserved, -EPERM and the like: this system cannot be armed. */
int service_possible(const struct ctl *ctl);

#endif
