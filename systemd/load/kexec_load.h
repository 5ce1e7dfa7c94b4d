/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kexec_load.h - load the capture kernel into the reserved memory, or unload it
 *
 * Tries kexec_file_load(2) first: the kernel checks signatures itself, so it works under Secure
 * Boot. Then the program kexec, if the kernel lacks that call or does not accept the file, unless
 * lockdown forbids what the program does. Of a unified kernel image the kernel in it is loaded.
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

/* 0, and *how names the method; else a negative errno with reason and remedy in the trail. */
int load_capture(const struct load_request *req, const char **how);

/* Fine if nothing is loaded. */
int load_unload(const char *root);

/*
 * Add to the trail why loading failed with rc on such a system, and the remedy; returns rc. Pure:
 * looks it up in a table.
 */
int load_explain(int rc, const struct kernel_state *state);

#endif
