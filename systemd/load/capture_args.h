/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capture_args.h - the command line of the capture kernel */
#ifndef SYSTEMD_LOAD_CAPTURE_ARGS_H
#define SYSTEMD_LOAD_CAPTURE_ARGS_H

#include <stdbool.h>
#include <stddef.h>

/* Inputs of the command line; every string may be NULL. */
struct capture_args_cfg {
	const char *machine;  /* utsname.machine: x86_64, aarch64, ppc64le, s390x */
	const char *running;  /* /proc/cmdline */
	const char *base;     /* KDUMP_COMMANDLINE; empty: running */
	const char *remove;   /* KDUMP_COMMANDLINE_REMOVE */
	const char *append;   /* KDUMP_COMMANDLINE_APPEND */
	const char *watchdog; /* driver of the watchdog in use, e.g. iTCO_wdt */
	const char *test_id;  /* name of the test that the dump is for */
	const char *cpuinfo;  /* /proc/cpuinfo */
	unsigned cpus;	      /* of the capture kernel, KDUMP_CPUS; 0: as in append */
	bool all_cpus;	      /* without nr_cpus=: KDUMP_CPUS=0 */
	bool graviton;	      /* a machine that loses interrupts with irqpoll */
	size_t max;	      /* limit of the kernel in bytes; 0: 2047 */
};

/*
 * Build it, from left to right:
 *
 *     base or running, without what this machine's table removes, and without remove
 *     what this machine's table appends, without remove
 *     append; of parameters with the same name the last is kept
 *     computed parameters
 *
 * An append that has "reset_devices" replaces the whole table, as in the files that Red Hat and
 * Debian ship: then only "panic=" of ours is added, if missing. The caller frees out. -E2BIG:
 * longer than the kernel's limit; the kernel would truncate it and lose what we appended.
 */
int capture_args_build(const struct capture_args_cfg *cfg, char **out);

/* Parameters that the tables append for a machine; "" for an unknown one. */
const char *capture_args_append(const char *machine);

/* Initial APIC id of processor 0 from the text of /proc/cpuinfo; -1: not there. */
long capture_args_apicid(const char *cpuinfo);

#endif
