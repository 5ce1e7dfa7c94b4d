/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kdump_load.h - arm and disarm the machine
 *
 * Shared by start, restart, reload and rebuild. All functions need the lock (lock.h), and all but
 * disarming need ctl_load().
 */
#ifndef SYSTEMD_LOAD_KDUMP_LOAD_H
#define SYSTEMD_LOAD_KDUMP_LOAD_H

#include "systemd/ctl.h"
#include "systemd/state.h"

/* What arming did; for messages and the journal. */
struct service_armed {
	char image[CTL_PATH_MAX];
	char kernel[CTL_PATH_MAX];
	const char *how;       /* "kexec_file_load"; points into state */
	bool reload;	       /* load the image as it is */
	bool built;	       /* a new image was built */
	char why[MESSAGE_MAX]; /* why it was built */
	bool old_image; /* the new image could not be built or loaded: armed with the previous one
			 */
	char why_old[MESSAGE_MAX]; /* and why; printed already */
	struct state_armed state;  /* record of what is loaded */
};

/* Build the image unless it is current (always: even then); does not load it. */
int service_build(struct ctl *ctl, bool always, struct service_armed *out);

/*
 * Build the image if needed, load it, record it. reload: load the image as it is. test_id: mark the
 * dump as this test's. An image is replaced only after the new one was loaded. -errno with reason
 * and remedy: a machine that was armed still is, with the previous image, unless the message says
 * that it is lost.
 */
int service_arm(struct ctl *ctl, bool reload, const char *test_id, struct service_armed *out);

int service_disarm(struct ctl *ctl);

/* Can this system be armed? -ENOSPC with the remedy if no memory is reserved; -EPERM and so on. */
int service_possible(const struct ctl *ctl);

#endif
