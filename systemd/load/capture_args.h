/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capture_args.h - the command line of the capture kernel */
#ifndef SYSTEMD_LOAD_CAPTURE_ARGS_H
#define SYSTEMD_LOAD_CAPTURE_ARGS_H

#include <stdbool.h>
#include <stddef.h>

/* What the command line is made from; every string may be NULL. */
struct capture_args_cfg {
	const char *machine;  /* utsname.machine: x86_64, aarch64, ppc64le, s390x */
	const char *running;  /* /proc/cmdline */
	const char *base;     /* KDUMP_COMMANDLINE; empty: running */
	const char *remove;   /* KDUMP_COMMANDLINE_REMOVE */
	const char *append;   /* KDUMP_COMMANDLINE_APPEND */
	const char *watchdog; /* driver of the watchdog in use, e.g. iTCO_wdt */
	const char *test_id;  /* the dump is a rehearsal with this name */
	const char *cpuinfo;  /* /proc/cpuinfo */
	unsigned cpus;	      /* of the capture kernel, KDUMP_CPUS; 0: as in append */
	bool all_cpus;	      /* no nr_cpus= at all: KDUMP_CPUS=0 */
	bool graviton;	      /* these machines lose interrupts with irqpoll */
	size_t max;	      /* bytes the kernel takes, 0: 2047 */
};

/*
 * Build it, from left to right:
 *
 *     base or running, without what this machine's table removes, and without remove
 *     what this machine's table appends, without remove
 *     append; of words with one name the last stays
 *     what is computed
 *
 * An append that holds "reset_devices" is the whole table, as the files of Red Hat and Debian ship
 * it: of ours only "panic=" is added then, if it has none. out is freed by the caller. -E2BIG when
 * it is longer than the kernel takes: it would be cut, and what is cut off is what we appended.
 */
int capture_args_build(const struct capture_args_cfg *cfg, char **out);

/* Words the tables append and remove for a machine; "" for one we do not know. */
const char *capture_args_append(const char *machine);
const char *capture_args_remove(const char *machine);

/* Initial APIC id of processor 0 from the text of /proc/cpuinfo, -1 if it is not there. */
long capture_args_apicid(const char *cpuinfo);

#endif
