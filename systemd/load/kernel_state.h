/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel_state.h - facts about crash dumping from the running kernel
 *
 * Linux 6.19 moved the files: /sys/kernel/kexec_crash_size became /sys/kernel/kexec/crash_size and
 * so on. Both paths are read, the new one first.
 */
#ifndef SYSTEMD_LOAD_KERNEL_STATE_H
#define SYSTEMD_LOAD_KERNEL_STATE_H

#include "systemd/crashkernel/crashkernel.h"

#include <stdbool.h>
#include <stdint.h>

enum lockdown { LOCKDOWN_NONE, LOCKDOWN_INTEGRITY, LOCKDOWN_CONFIDENTIALITY };

struct kernel_state {
	bool supported;	     /* the kernel has these files */
	bool crash_loaded;   /* a capture kernel is armed */
	uint64_t crash_size; /* bytes reserved */
	uint64_t crash_cma;  /* bytes of CMA for user space of the capture kernel */
	bool load_disabled;  /* kernel.kexec_load_disabled: until the next boot */
	bool secure_boot;
	enum lockdown lockdown;
	bool hotplug; /* the kernel itself updates the loaded image for CPU and memory hotplug */
	bool capture; /* this is a capture kernel: /proc/vmcore is there */
};

/* Never fails: what cannot be read counts as off or 0. */
void kernel_state_read(const char *root, struct kernel_state *out);

/* Bytes of System RAM in /proc/iomem, including the reserved ones; 0: not readable. */
uint64_t kernel_state_ram(const char *root);

/* Bytes of the kernel's own sections (code, rodata, data, bss) in /proc/iomem. */
uint64_t kernel_state_image(const char *root);

/* What the default of crashkernel= depends on; the strings are static. */
void kernel_state_machine(const char *root, struct crashkernel_machine *out);

/* A sysctl that turns an error into a panic. */
struct panic_switch {
	const char *name; /* of the sysctl: "kernel.panic_on_oops" */
	const char *description;
	long value; /* -1: this kernel has none */
	bool on;
};

#define PANIC_SWITCHES 11

/* Read all of them, in the order of the shipped sysctl.d file. */
void kernel_state_switches(const char *root, struct panic_switch out[PANIC_SWITCHES]);

#endif
