/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * panic_policy.h - an armed machine panics on an oops, and reboots after a panic
 *
 *     kernel.panic_on_oops   0 -> 1: an oops becomes a dump
 *     kernel.panic           0 -> 10: where the capture kernel cannot be started, the
 *                            machine reboots after 10 s instead of standing still
 *
 * Arming sets them, disarming puts back what was there. What a file of sysctl.d(5) or
 * the kernel's command line says is the administrator's word: such a key is left alone.
 * So is a value that was not 0, and one that somebody changed after us.
 */
#ifndef SYSTEMD_LOAD_PANIC_POLICY_H
#define SYSTEMD_LOAD_PANIC_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#define PANIC_POLICY_KEYS   2
#define PANIC_POLICY_RECORD "/run/kdump/panic.json"

struct panic_policy {
	const char *key;      /* "kernel.panic_on_oops"; static */
	bool there;	      /* this kernel has it, and it could be read */
	long value;	      /* now */
	bool ours;	      /* we set it, and it still is what we set */
	long was;	      /* before that */
	char decided_by[256]; /* a file, or "the kernel's command line"; "": nobody */
};

/* What holds now. Never fails; needs no rights. root: see files.h. */
void panic_policy_read(const char *root, struct panic_policy out[PANIC_POLICY_KEYS]);

/*
 * Make the keys follow the state of the machine: set them where a capture kernel is
 * loaded, put them back where none is. Failures are only warned about. Needs the lock.
 */
void panic_policy_follow(const char *root);

/* "1 (set by kdump, was 0)", as status prints it behind the key. */
void panic_policy_text(const struct panic_policy *p, char *out, size_t size);

#endif
