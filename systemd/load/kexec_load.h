/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kexec_load.h - put the capture kernel into the reserved memory, or take it out
 *
 * kexec_file_load(2) first: the kernel checks signatures itself, so it works under
 * Secure Boot. The program kexec where the kernel lacks that call or cannot take
 * the file, unless lockdown forbids what the program does. Of a unified kernel image the
 * kernel in it is loaded.
 */
#ifndef SYSTEMD_LOAD_KEXEC_LOAD_H
#define SYSTEMD_LOAD_KEXEC_LOAD_H

#include "systemd/load/kernel_state.h"

#include <stdbool.h>

struct load_request {
	const char *root;
	const char *kernel; /* path below root */
	const char *initrd;
	const char *cmdline;
	const char *kexec_args; /* KEXEC_ARGS: for the program; with -c only the program is used */
};

/* 0 and *how says by what; else a negative errno, and the trail has reason and remedy. */
int load_capture(const struct load_request *req, const char **how);

/* Nothing loaded is fine. */
int load_unload(const char *root);

/*
 * Add to the trail why loading failed with rc on such a system and what to do
 * about it; returns rc. Never calls anything: a table.
 */
int load_explain(int rc, const struct kernel_state *state);

#endif
