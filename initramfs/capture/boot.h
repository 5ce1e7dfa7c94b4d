/* SPDX-License-Identifier: GPL-2.0-or-later */
/* boot.h - what PID 1 owes the system before it can do anything else */
#ifndef CAPTURE_BOOT_H
#define CAPTURE_BOOT_H

#include "initramfs/plan/plan.h"

/*
 * proc, sys, dev, configfs, /tmp and /run; standard descriptors that are open; no core
 * dumps, no reboot by Ctrl-Alt-Del. What fails is no reason to stop: it is said later,
 * by whoever misses it.
 */
void boot_mounts(void);

/* A crash of PID 1 itself must reboot, not hang: SIGSEGV and its like do so. */
void boot_signals(void);

/* Host name; the random seed of the image, credited; a clock that is not at its start. */
void boot_identity(const struct plan *plan);

/* Collect processes that lost their parent. Only while no child of ours runs. */
void boot_reap(void);

#endif
