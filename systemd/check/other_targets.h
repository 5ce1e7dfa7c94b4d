/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * other_targets.h - where dumps can go on a machine whose disks are encrypted
 *
 *     other_targets_find -> other_targets_print
 *
 * The capture kernel has no key of the disks, and a person cannot type one after a crash. What is
 * encrypted to a public key (encrypt_to) may lie where everybody can read it.
 */
#ifndef SYSTEMD_CHECK_OTHER_TARGETS_H
#define SYSTEMD_CHECK_OTHER_TARGETS_H

#include "systemd/ctl.h"

#include <stdint.h>

/* A partition that nothing uses and nothing known is on. */
struct free_partition {
	char name[300]; /* as kdump.conf takes it: "PARTUUID=..." or a node */
	char node[300];
	uint64_t bytes;
};

struct other_targets {
	char locked[CTL_PATH_MAX]; /* the encrypted devices below the target, "root, home"; "": none
				    */
	bool keyed;		   /* encrypt_to is set */
	uint64_t need;		   /* bytes of a dump of now; 0: not known */
	struct free_partition raw; /* the largest one; 0 bytes: there is none */
	bool boot;	    /* /boot is a file system of its own, not encrypted, of a known kind */
	char boot_type[16]; /* "ext4" */
	char boot_uuid[CTL_PATH_MAX]; /* "UUID=..." or a node */
	uint64_t boot_free;	      /* bytes */
};

/* Look at this system. False: the target is not encrypted. */
bool other_targets_find(const struct ctl *ctl, struct other_targets *out);

/* Print them, best first, with the lines of kdump.conf that choose them. config: its path. */
void other_targets_print(const struct other_targets *p, const char *config);

/*
 * Do dumps lie in clear on this machine, whose root file system is encrypted? Whoever has them has
 * the keys of its disks. False if that is not known, too.
 */
bool other_targets_in_clear(const struct ctl *ctl);

#endif
