/* SPDX-License-Identifier: GPL-2.0-or-later */
/* save_targets.c - try the targets in turn; save log, core, own log and status to one */
#include "initramfs/capture/capture.h"

#include "base/err.h"
#include "config/core_collector.h"
#include "initramfs/plan/dump_name.h"
#include "initramfs/capture/target/target_proxy.h"
#include "initramfs/capture/console.h"
#include "initramfs/capture/save/manifest.h"
#include "initramfs/capture/save/save_core.h"
#include "initramfs/capture/save/seal.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define TEST_STATUS  "vmcore-creation.status"
#define MOUNT_DIR    "/kdumproot"
#define RETRY_NAP_MS 1000

static unsigned limit_sum(const struct config *c, enum config_phase a, enum config_phase b)
{
	if (c->timeout[a] == 0 || c->timeout[b] == 0)
		return 0;
	return c->timeout[a] + c->timeout[b];
}

static unsigned up_limit(const struct capture *c, const struct plan_target *spec)
{
	unsigned limit = limit_sum(&c->config, CONFIG_PHASE_DEVICE, CONFIG_PHASE_MOUNT);

	if (spec->kind != PLAN_NFS && spec->kind != PLAN_SSH)
		return limit;
	return limit && c->config.timeout[CONFIG_PHASE_NETWORK]
		       ? limit + c->config.timeout[CONFIG_PHASE_NETWORK]
		       : 0;
}

static int bring_up(struct capture *c, struct target *t, const struct plan_target *spec)
{
	struct deadline by;
	uint64_t since = clock_ns();
	int rc;

	console_log("target %s", t->address);
	by = capture_step(c, STEP_up, up_limit(c, spec));
	rc = t->ops->up(t, &by);
	status_phase(&c->status, "target", since);
	return rc;
}

/* kdumpctl test searches for this after the reboot. */
static void test_verdict(struct capture *c, struct target *t, const char *verdict)
{
	struct deadline by;
	char line[128];

	if (!c->test_id[0])
		return;
	by = capture_step(c, STEP_verdict, capture_answer_limit(c));
	snprintf(line, sizeof(line), "%s kdump_test_id=%s\n", verdict, c->test_id);
	fail_clear();
	if (target_put(t, TEST_STATUS, line, strlen(line), &by) < 0)
		console_log_failure(TEST_STATUS);
	else
		manifest_data(c, TEST_STATUS, line, strlen(line));
}

static int begin(struct capture *c, struct target *t)
{
	struct deadline by = capture_step(c, STEP_begin, capture_answer_limit(c));
	char name[TARGET_NAME_MAX];
	int rc;

	if (c->test_id[0])
		snprintf(name, sizeof(name), "kdump-test-%s", c->test_id);
	else
		dump_name_make(t->host, time(NULL), name, sizeof(name));
	rc = t->ops->begin(t, name, &by);
	if (rc < 0)
		return rc;
	console_log("saving to %s in %s", t->dir, t->address);
	snprintf(c->status.directory, sizeof(c->status.directory), "%.127s", t->dir);
	test_verdict(c, t, "fail");
	return 0;
}

/* The log comes first, in a file of its own: it is safe whatever happens to the core. */
static int save_both(struct capture *c, struct target *t)
{
	int rc;

	c->status.state = STATE_RUNNING;
	rc = save_log_file(c, t);
	if (rc == 0 && config_wants_log_alone(&c->config))
		return 0;
	if (rc < 0) {
		status_error(&c->status, fail_text());
		console_log_failure("the kernel log was not saved");
	}
	if (t->lost)
		return fail_adopt(rc, "the target does not answer");
	save_status(c, t);
	if (config_wants_log_alone(&c->config))
		return rc;
	save_report_files(c, t);
	if (t->lost)
		return fail_adopt(-ETIMEDOUT, "the target does not answer");
	fail_clear();
	rc = core_space_before(c, t);
	if (rc == 0)
		rc = save_core_file(c, t);
	else
		status_error(&c->status, fail_text());
	return rc;
}

static enum capture_state judge(const struct capture *c, int rc)
{
	if (rc == 0 && config_wants_log_alone(&c->config))
		return STATE_LOG;
	if (rc == 0)
		return status_other_level(&c->status) ? STATE_OTHER_LEVEL : STATE_COMPLETE;
	if (c->status.core.state != PART_NONE)
		return STATE_PARTIAL;
	return c->status.log.state == PART_COMPLETE ? STATE_LOG : STATE_FAILED;
}

static void use_target(struct capture *c, struct target *t)
{
	c->target = t;
	manifest_clear(c);
	c->status.kind = t->kind;
	c->status.sealed = seal_required(c) && !c->config.encrypt_summary_clear;
	snprintf(c->status.address, sizeof(c->status.address), "%s", t->address);
	c->status.directory[0] = '\0';
	c->status.log = c->status.report = c->status.core = (struct status_part){ 0 };
	c->status.report_error[0] = '\0';
	c->status.crash = (struct status_crash){ .fatal = false };
	c->status.level_asked = c->status.level_saved = -1;
}

/* Raw and ssh targets mount nothing, so no path has to be changed. */
static void use_paths(struct capture *c, const struct plan_target *spec)
{
	bool mounted = spec->kind != PLAN_RAW && spec->kind != PLAN_SSH;

	system_path_init(&c->status.paths, mounted ? c->mount_dir : "", mounted ? spec->path : "",
			 spec->shown);
	console_paths(&c->status.paths);
}

/* A target that was given up may still be mounted at its directory, or be mounted there later. */
static void choose_mount_dir(struct capture *c)
{
	if (c->lost == 0)
		snprintf(c->mount_dir, sizeof(c->mount_dir), "%.200s" MOUNT_DIR, c->cfg.root);
	else
		snprintf(c->mount_dir, sizeof(c->mount_dir), "%.200s" MOUNT_DIR "-%u", c->cfg.root,
			 c->lost + 1);
	(void)mkdir(c->mount_dir, 0700);
}

int capture_to(struct capture *c, const struct plan_target *spec)
{
	const struct target_cfg cfg = {
		.config = &c->config,
		.plan = &c->plan,
		.spec = spec,
		.mount_dir = c->mount_dir,
		.devices = &c->devices,
		.make = c->cfg.make_target,
	};
	struct target *t;
	int rc;

	fail_clear();
	c->keep_one = spec->keep_one;
	choose_mount_dir(c);
	rc = target_proxy_new(&cfg, &t);
	if (rc < 0)
		return rc;
	use_target(c, t);
	use_paths(c, spec);
	rc = bring_up(c, t, spec);
	if (rc == 0 && !hooks_pre(c))
		return 0;
	if (rc == 0)
		rc = begin(c, t);
	if (rc < 0) {
		status_error(&c->status, fail_text());
		return rc;
	}
	rc = save_both(c, t);
	c->status.state = judge(c, rc);
	if (rc == 0 && capture_keep(c) > 0)
		(void)core_space_before(c, t);
	if (rc == 0)
		test_verdict(c, t, "success");
	return rc;
}

/* Without a directory nothing can be written; after a refusal nothing should be. */
void capture_leave(struct capture *c)
{
	struct target *t = c->target;
	uint64_t since = clock_ns();
	struct deadline by;

	if (!t)
		return;
	c->target = NULL;
	if (t->dir[0] && !t->lost)
		save_own_log(c, t);
	if (t->dir[0] && !t->lost)
		save_status(c, t);
	if (t->dir[0] && !t->lost)
		save_manifest(c, t);
	manifest_clear(c);
	by = capture_step(c, STEP_down, capture_answer_limit(c));
	t->ops->down(t, &by);
	c->lost += t->lost;
	t->ops->free(t);
	status_phase(&c->status, "unmount", since);
}

/*
 * A target that did not appear or answer in all its time is not tried again, unless it is a server,
 * which may come back, and there is no other target.
 */
static bool was_given_time(const struct capture *c, const struct plan_target *spec)
{
	bool server = spec->kind == PLAN_NFS || spec->kind == PLAN_SSH;

	return !server || spec + 1 < c->plan.targets + c->plan.nr_targets;
}

/*
 * A stream that was cut off can be read with -R only. When the server is back, a whole stream in a
 * directory beside the partial one is better.
 */
static bool partial_will_do(const struct capture *c, const struct plan_target *spec, int rc)
{
	return c->status.core.state == PART_PARTIAL &&
	       !(spec->kind == PLAN_SSH && rc == -ECONNRESET);
}

/* Some failures do not change when it is tried again. */
static bool worth_a_retry(const struct capture *c, const struct plan_target *spec, int rc)
{
	if (partial_will_do(c, spec, rc) || c->refused || capture_time_over(c))
		return false;
	if (rc == -ETIMEDOUT && was_given_time(c, spec))
		return false;
	return rc != -ENOSPC && rc != -EROFS && rc != -EINVAL && rc != -EEXIST && rc != -EACCES &&
	       rc != -EDQUOT && rc != -EBUSY;
}

/* 0, or the failure of the last attempt; the target of that attempt stays in c->target. */
static int with_retries(struct capture *c, const struct plan_target *spec)
{
	int rc;

	for (unsigned n = 0;; n++) {
		struct deadline nap = deadline_in(2);

		rc = capture_to(c, spec);
		if (rc == 0 || n >= c->config.retry || !worth_a_retry(c, spec, rc))
			return rc;
		console_log("%s", fail_text());
		console_log("attempt %u of %u failed; trying once more", n + 1,
			    c->config.retry + 1);
		capture_leave(c);
		deadline_nap(&nap, RETRY_NAP_MS);
	}
}

int capture_save(struct capture *c)
{
	int rc = fail_adopt(-ENOENT, "the image names no target; rebuild it");
	bool first = true;

	for (size_t i = 0; i < c->plan.nr_targets; i++) {
		if (c->plan.targets[i].rootfs || (!first && capture_time_over(c)))
			continue;
		if (!first)
			console_log("trying the next target");
		first = false;
		capture_leave(c);
		rc = with_retries(c, &c->plan.targets[i]);
		if (rc == 0)
			return 0;
		console_log("no complete dump on %s: %s", c->plan.targets[i].source, fail_text());
	}
	return rc;
}
