/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check.h - what is right as text, but not on this system */
#ifndef CONFIG_CHECK_CHECK_H
#define CONFIG_CHECK_CHECK_H

#include "config/config.h"

/* NULL members, and NULL for the whole, mean the default: what is in the comments. */
struct config_system {
	const char *root;      /* "": files named in the configuration are looked up below it */
	const char *collector; /* "kdump-collect", in PATH: checks makedumpfile's options */
	const char *kernel;    /* the running one: where modules are looked up */
	/* False. It was good before: files, devices, modules that are missing are only warned of.
	 */
	bool was_good;
};

/*
 * Hooks, programs and modules exist and may be run or read; the key can be used without a
 * person; devices exist and are block devices, those of file systems hold that type, raw
 * ones are in use by nothing and hold nothing; without a target, path is a directory;
 * drop-in directories belong to root; the collector finds its command line good; this
 * host is not among fence_kdump_nodes. A key that is missing is a warning, and c->sshkey
 * becomes the default one; so is a device that may not be read. Adds to the end of c->report; 0, or
 * -EINVAL if that has errors now. Mounts nothing and asks no server: that is the business of who
 * uses the target.
 */
int config_check_system(struct config *c, const struct config_system *system);

#endif
