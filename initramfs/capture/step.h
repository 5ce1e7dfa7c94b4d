/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * step.h - the steps of a capture: everything that it waits for
 *
 * Each step begins with capture_step() (capture.h), which sets its deadline. A test goes through
 * this list and makes each step hang, fail and die, so a new step is tested once it is listed.
 */
#ifndef INITRAMFS_CAPTURE_STEP_H
#define INITRAMFS_CAPTURE_STEP_H

/* Name, and what is being done, for messages. */
/* clang-format off */
#define CAPTURE_STEPS(X) \
	X(modules,     "load the kernel's modules") \
	X(fence,       "notify the cluster") \
	X(up,          "connect or mount the target") \
	X(hook,        "run a hook") \
	X(begin,       "make the dump's directory") \
	X(verdict,     "write the result of the test") \
	X(log_open,    "create the file of the kernel log") \
	X(log_extract, "extract the kernel log") \
	X(log_size,    "get the size of the kernel log") \
	X(log_close,   "sync and close the kernel log") \
	X(report_make, "make the report") \
	X(report_put,  "write the report") \
	X(status,      "write the status") \
	X(manifest,    "write the manifest") \
	X(space_get,   "get the target's free space") \
	X(space_make,  "remove old dumps") \
	X(core_open,   "create the file of the core") \
	X(core_start,  "start the collector") \
	X(core_run,    "save the core") \
	X(core_space,  "find out whether the target is full") \
	X(core_size,   "get the size of the core") \
	X(core_close,  "sync and close the core") \
	X(own_log,     "write the capture's own log") \
	X(down,        "sync and unmount the target") \
	X(sync,        "sync all file systems")
/* clang-format on */

#define CAPTURE_STEP(name, text) STEP_##name,
enum capture_step { CAPTURE_STEPS(CAPTURE_STEP) STEP_COUNT };
#undef CAPTURE_STEP

#endif
