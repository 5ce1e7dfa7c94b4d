/* SPDX-License-Identifier: GPL-2.0-or-later */
/* boot.h - what PID 1 has to set up before anything else */
#ifndef CAPTURE_BOOT_H
#define CAPTURE_BOOT_H

#include "initramfs/plan/plan.h"

/*
 * Mounts proc, sys, dev, configfs, /tmp and /run, opens the standard descriptors, and turns off
 * core dumps and the reboot by Ctrl-Alt-Del. A failure does not stop the capture: the code that
 * needs the missing part reports it later.
 */
void boot_mounts(void);

/*
 * If PID 1 itself crashes, the machine must reboot, not hang: SIGSEGV and similar signals reboot
 * it.
 */
void boot_signals(void);

/*
 * Set the host name, feed the image's random seed to the kernel, and set a clock that starts in
 * 1970.
 */
void boot_identity(const struct plan *plan);

/* Collect processes that lost their parent. Only while no child of ours runs. */
void boot_reap(void);

#endif
