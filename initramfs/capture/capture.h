/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * capture.h - from a crashed kernel's memory to a saved dump, and on to the reboot
 *
 *     capture_run:  boot -> config, plan -> modules -> targets in turn -> action
 *
 * struct capture holds the whole state of one run. Functions return 0 or a negative errno with a
 * message (base/err.h); those that return nothing log what went wrong and go on.
 */
#ifndef CAPTURE_CAPTURE_H
#define CAPTURE_CAPTURE_H

#include "config/core_collector.h"
#include "config/config.h"
#include "initramfs/capture/device/devices.h"
#include "initramfs/capture/failsafe.h"
#include "initramfs/capture/status.h"
#include "initramfs/capture/step.h"
#include "initramfs/capture/target/target.h"
#include "initramfs/plan/plan.h"

/* Bytes of root, at most: every path that is made of it fits where it is made. */
#define CAPTURE_ROOT_MAX 150

struct capture;

struct capture_cfg {
	const char *root;   /* "", or the directory that a test uses as "/"; CAPTURE_ROOT_MAX */
	const char *vmcore; /* "/proc/vmcore" */
	bool init;	    /* we are PID 1: mount, load modules, configure */
	bool real;	    /* reset the machine */
	bool modules;	    /* load the plan's modules */

	/*
	 * For tests: no step may take more seconds than longest (0: no such limit); make_target
	 * creates the targets (NULL: by kind); at_step is called when a step begins (NULL: no).
	 */
	unsigned longest;
	int (*make_target)(const struct target_cfg *cfg, struct target **out);
	void (*at_step)(const struct capture *c, enum capture_step step);
};

#define CAPTURE_FILES 16

/* A file of the dump, for the manifest. */
struct capture_file {
	char name[TARGET_NAME_MAX];
	uint64_t bytes; /* MANIFEST_SIZE_UNKNOWN */
	char *sums;	/* its checksums as JSON; NULL: none */
};

struct capture {
	struct capture_cfg cfg;
	struct config config;
	struct plan plan;
	struct devices devices;
	struct failsafe failsafe;
	struct status status;
	struct target *target;			 /* the one that is up; NULL: none */
	struct capture_file file[CAPTURE_FILES]; /* on the target, see save/manifest.h */
	unsigned nr_files;
	char mount_dir[256];	/* where targets are mounted */
	unsigned lost;		/* targets that were given up: each keeps its mount_dir */
	char test_id[64];	/* of kdumpctl test; "" for a real crash */
	bool pre_done, refused; /* kdump_pre was run; it refused the dump */
	bool keep_one;		/* the target has space for a single dump */
};

/* How many dumps stay on the target that is in use; 0: all. */
static inline unsigned capture_keep(const struct capture *c)
{
	return c->keep_one ? 1 : c->config.keep_dumps;
}

/*
 * The whole run. In a test it returns the exit code (0, 1 or 3); else it reboots and does not
 * return.
 */
int capture_run(const struct capture_cfg *cfg);

/* ---- hooks.c ---- */

/* Run kdump_pre and pre.d. False: kdump_pre exited with a failure, so no dump is to be made. */
bool hooks_pre(struct capture *c);

/*
 * Run post.d and kdump_post with the dump's status (0: complete); emergency.d and kdump_emergency.
 */
void hooks_post(struct capture *c, int status);
void hooks_emergency(struct capture *c);

/* ---- save_log.c ---- */

/*
 * Save vmcore-dmesg.txt of the crashed kernel. 0 or a negative errno; c->status is updated either
 * way.
 */
int save_log_file(struct capture *c, struct target *t);

/*
 * Where a kernel log goes: to the open file f of the target t, or, if t is NULL, to the descriptor
 * fd.
 */
struct log_sink {
	struct target *t;
	const struct target_file *f;
	int fd;
	int sums; /* t: an empty file for the checksums; -1: none */
};

/* Extract the kernel log as text, in a child process. */
int save_log_extract(struct capture *c, const struct log_sink *to);

/*
 * Save kexec-dmesg.log: this kernel's messages and ours, sorted by time. Failures are only logged.
 */
void save_own_log(struct capture *c, struct target *t);

/* Save kdump-status.json with the current state. Failures are only logged. */
void save_status(struct capture *c, struct target *t);

/* ---- save_report.c ---- */

/*
 * Save vmcore-report.txt and .json. A failure affects only the report; it is logged and put in the
 * status.
 */
void save_report_files(struct capture *c, struct target *t);

/* ---- show_log.c ---- */

/* Print the end of the kernel log on the consoles, when it could not be saved anywhere. */
void show_log(struct capture *c);

/* ---- save_core.c ---- */

/*
 * Save the core with the configured command or the next best way. 0 if complete; status.core has
 * details.
 */
int save_core_file(struct capture *c, struct target *t);

/* ---- save_targets.c ---- */

/*
 * Bring one target up and save hooks' results, log and core to it; it stays up in c->target. 0 or a
 * negative errno.
 */
int capture_to(struct capture *c, const struct plan_target *spec);

/*
 * Save our own log and the status beside the dump, then take the target down. Does nothing without
 * a target.
 */
void capture_leave(struct capture *c);

/* ---- time_limit.c ---- */

/*
 * Is the total time nearly over? What is left is for logs and status, before the failsafe resets
 * the machine.
 */
bool capture_time_over(const struct capture *c);

/*
 * Begin a step: feed the failsafe and return the deadline, which is after seconds (0: no limit) or
 * at the end of the total time, whichever is first. Everything in the step must end by this
 * deadline, or a few seconds later if a process has to be killed.
 */
struct deadline capture_step(struct capture *c, enum capture_step step, unsigned seconds);

/*
 * Seconds for a small operation on the target, such as creating a file; 0: no limit. A stall time
 * over its default means a target that can be silent for long, and is the limit here as well.
 */
unsigned capture_answer_limit(const struct capture *c);

/*
 * Try all targets in turn, with retries. 0 when one has a complete dump, or kdump_pre refused the
 * dump.
 */
int capture_save(struct capture *c);

/* ---- action.c ---- */

/*
 * Do what failure_action says. Returns only after shell or dump_to_rootfs; action_final() is next
 * then.
 */
void action_failure(struct capture *c);

/* Reboot, halt or power off. Called once, at the end; returns only in a test. */
void action_final(struct capture *c, enum config_action action);

/* ---- fence.c ---- */

/* Notify the cluster that this node is dumping, in the background, until this process ends. */
void fence_start(struct capture *c);

#endif
