/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * capture.h - from a crashed kernel's memory to a saved dump, and on to the reboot
 *
 *     capture_run:  boot -> config, plan -> modules -> targets in turn -> action
 *
 * Everything that is known and done in one run hangs on struct capture. Functions
 * return 0 or a negative errno with a message (base/err.h); those that return nothing log
 * what went wrong and go on.
 */
#ifndef CAPTURE_CAPTURE_H
#define CAPTURE_CAPTURE_H

#include "config/core_collector.h"
#include "config/config.h"
#include "initramfs/capture/device/devices.h"
#include "initramfs/capture/failsafe.h"
#include "initramfs/capture/status.h"
#include "initramfs/capture/target/target.h"
#include "initramfs/plan/plan.h"

#define SMALL_FILE_SECONDS 60 /* for a log or status to be durable */

struct capture_cfg {
	const char *root;   /* "", or what stands for "/" in a test */
	const char *vmcore; /* "/proc/vmcore" */
	bool init;	    /* PID 1: the whole system is ours */
	bool real;	    /* load modules, reset the machine */

	/* For tests: seconds that no phase exceeds, 0: none; and what makes targets, NULL: by kind
	 */
	unsigned longest;
	int (*make_target)(const struct target_cfg *cfg, struct target **out);
};

struct capture {
	struct capture_cfg cfg;
	struct config config;
	struct plan plan;
	struct devices devices;
	struct failsafe failsafe;
	struct status status;
	struct target *target;	/* the one that is up; NULL */
	char mount_dir[256];	/* for targets */
	unsigned lost;		/* targets that were given up: each has its mount_dir for ever */
	char test_id[64];	/* of kdumpctl test; "" */
	bool pre_done, refused; /* kdump_pre was run; it said no */
};

/* All of it. Returns an exit code (0, 1, 3) if it may not reboot, and not at all if it may. */
int capture_run(const struct capture_cfg *cfg);

/* ---- hooks.c ---- */

/* kdump_pre and pre.d. False: kdump_pre ended with a failure of its own: no dump is wanted. */
bool hooks_pre(struct capture *c);

/* post.d and kdump_post with the dump's status (0: complete); emergency.d and kdump_emergency. */
void hooks_post(struct capture *c, int status);
void hooks_emergency(struct capture *c);

/* ---- save_log.c ---- */

/* vmcore-dmesg.txt of the crashed kernel. 0, or a failure; the status has it either way. */
int save_log_file(struct capture *c, struct target *t);

/* Where a kernel log goes: the open file f of the target t, or else (t NULL) the descriptor fd. */
struct log_sink {
	struct target *t;
	const struct target_file *f;
	int fd;
};

/* The kernel log as text, by a child. */
int save_log_extract(struct capture *c, const struct log_sink *to);

/* kexec-dmesg.log: this kernel's messages and ours, by time. Failures are logged. */
void save_own_log(struct capture *c, struct target *t);

/* kdump-status.json as it stands. Failures are logged. */
void save_status(struct capture *c, struct target *t);

/* ---- save_report.c ---- */

/* vmcore-report.txt and .json. A failure costs the report alone: it is logged and in the status. */
void save_report_files(struct capture *c, struct target *t);

/* ---- show_log.c ---- */

/* The end of the kernel log to the consoles: for when it could be saved nowhere. */
void show_log(struct capture *c);

/* ---- save_core.c ---- */

/* The core, by what is configured or the next best way: 0 if complete; status.core has the rest. */
int save_core_file(struct capture *c, struct target *t);

/* ---- save_targets.c ---- */

/* One target, from up to a saved core; it stays up in c->target. 0 or an error. */
int capture_to(struct capture *c, const struct plan_target *spec);

/* Log and status beside the dump, then the target is let go. Nothing if there is none. */
void capture_leave(struct capture *c);

/* ---- time_limit.c ---- */

/*
 * The total time is nearly over: what is left of it is for logs and status, before the
 * failsafe resets the machine.
 */
bool capture_time_over(const struct capture *c);

/*
 * Begin a phase that takes no longer than seconds (0: no limit) and than is left of the total
 * time: the failsafe is told, and the deadline is returned. Everything that a phase does must
 * end by this deadline, or a few seconds later where a process has to be killed.
 */
struct deadline capture_phase(struct capture *c, unsigned seconds);

/* All targets in turn, with retries: 0 when one has a complete dump, or the dump was refused. */
int capture_save(struct capture *c);

/* ---- action.c ---- */

/* What failure_action says; returns when it was shell or dump_to_rootfs, to go on with the other.
 */
void action_failure(struct capture *c);

/* Exactly once, at the end; does not return if it may reboot. */
void action_final(struct capture *c, enum config_action action);

/* ---- fence.c ---- */

/* Tell the cluster that this node dumps: in the background, for as long as we live. */
void fence_start(struct capture *c);

#endif
