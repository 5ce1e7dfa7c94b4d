/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * panic_policy.h - make an armed machine panic on an oops and reboot after a panic
 *
 *     kernel.panic_on_oops   0 -> 1: an oops becomes a dump
 *     kernel.panic           0 -> 10: if the capture kernel cannot be started, the
 *                            machine reboots after 10 s instead of hanging
 *
 * Arming sets them, disarming restores the old values. A key that a file of sysctl.d(5) or the
 * kernel's command line sets is the administrator's and is not changed. Nor is a value other than
 * 0, or one that was changed after us.
 */
#ifndef SYSTEMD_LOAD_PANIC_POLICY_H
#define SYSTEMD_LOAD_PANIC_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#define PANIC_POLICY_KEYS   2
#define PANIC_POLICY_RECORD "/run/kdump/panic.json"

struct panic_policy {
	const char *key;      /* "kernel.panic_on_oops"; static */
	bool there;	      /* this kernel has it and it is readable */
	long value;	      /* now */
	bool ours;	      /* we set it, and it still has our value */
	long was;	      /* the value before that */
	char decided_by[256]; /* a file, or "the kernel's command line"; "": none */
};

/* Read the current state. Never fails; needs no privileges. root: see files.h. */
void panic_policy_read(const char *root, struct panic_policy out[PANIC_POLICY_KEYS]);

/*
 * Set the keys if a capture kernel is loaded, restore them if none is. Failures are only warned
 * about. Needs the lock.
 */
void panic_policy_follow(const char *root);

/* "1 (set by kdump, was 0)", as status prints it behind the key. */
void panic_policy_text(const struct panic_policy *p, char *out, size_t size);

#endif
