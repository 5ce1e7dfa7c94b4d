/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check.h - what is right as text, but not on this system */
#ifndef CONFIG_CHECK_H
#define CONFIG_CHECK_H

#include "config/config.h"

/* NULL members mean the usual: "/" and the kdump-collect found in PATH. */
struct config_system {
	const char *root;      /* files named in the configuration are looked up below it */
	const char *collector; /* kdump-collect, to check a makedumpfile command line with */
};

/*
 * Hooks, programs, modules and key exist and may be run or read; devices exist and
 * are block devices; drop-in directories belong to root; the collector finds its
 * command line good; this host is not among fence_kdump_nodes. Adds to c->report;
 * 0, or -EINVAL if that has errors now.
 * Mounts nothing and asks no server: that is the business of who uses the target.
 */
int config_check_system(struct config *c, const struct config_system *system);

#endif
