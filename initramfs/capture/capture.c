/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capture.c - the whole run, from the first instruction to the last */
#include "initramfs/capture/capture.h"

#include "base/err.h"
#include "config/core_collector.h"
#include "initramfs/capture/boot.h"
#include "initramfs/capture/cmdline.h"
#include "initramfs/capture/modules.h"
#include "initramfs/capture/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define START_SECONDS  120 /* for everything before the first target, modules too */
#define CAPTURE_FAILED 1
#define CAPTURE_PART   3

static void read_config(struct capture *c)
{
	char path[300], line[REPORT_TEXT_MAX + 300];

	snprintf(path, sizeof(path), "%.250s%s", c->cfg.root, CONFIG_FILE);
	fail_clear();
	if (config_load(path, CONFIG_LENIENT, &c->config) < 0)
		console_log_failure("configuration");
	for (unsigned i = 0; config_report_line(&c->config.report, i, line, sizeof(line)); i++)
		console_log("%s", line);
}

static void read_plan(struct capture *c)
{
	char path[300];

	snprintf(path, sizeof(path), "%.250s%s", c->cfg.root, PLAN_PATH);
	fail_clear();
	if (plan_read(path, &c->plan) == 0)
		return;
	/* Without a plan there is no target. Consoles, hooks and failure_action still work. */
	console_log_failure("plan of this image");
	if (plan_init(&c->plan) < 0)
		console_log_failure("plan of this image");
}

static void note_origin(struct capture *c)
{
	struct utsname uts;

	c->status.time = time(NULL);
	if (uname(&uts) == 0) {
		console_log("kdump-capture %s on Linux %s", KDUMP_VERSION, uts.release);
		snprintf(c->status.host, sizeof(c->status.host), "%.64s", uts.nodename);
		if (c->cfg.real && *c->plan.kernel && strcmp(c->plan.kernel, uts.release) != 0)
			console_log("the image was built for Linux %s: its modules may not fit",
				    c->plan.kernel);
	}
	c->status.machine = c->plan.machine;
	if (*c->plan.hostname)
		snprintf(c->status.host, sizeof(c->status.host), "%.64s", c->plan.hostname);
	if (cmdline_get(c->cfg.root, "kdump_test_id", c->test_id, sizeof(c->test_id)))
		console_log("this is a test: %s", c->test_id);
	/* It becomes part of a directory's name. */
	for (char *p = c->test_id; *p; p++) {
		if (*p == '/')
			*p = '_';
	}
	c->status.test = c->test_id;
	if (access(c->cfg.vmcore, R_OK) < 0)
		console_log("%s is not there: not a capture kernel, or its command line "
			    "disables it",
			    c->cfg.vmcore);
}

static void load_modules(struct capture *c)
{
	unsigned limit = c->config.timeout[CONFIG_PHASE_DEVICE], failed;
	char cmdline[CMDLINE_MAX];
	struct modules_cfg cfg = {
		.root = c->cfg.root, .cmdline = cmdline, .discard = true, .seconds = limit
	};
	uint64_t since = clock_ns();

	if (!c->cfg.modules || c->plan.nr_modules == 0)
		return;
	/* There is time for three modules that hang; after that, no more modules are loaded. */
	cfg.by = capture_step(c, STEP_modules, limit ? 3 * limit : 0);
	if (!cmdline_read(c->cfg.root, cmdline))
		console_log("cannot read the command line: modules get the image's options only");
	failed = modules_load(&c->plan, &cfg);
	console_log("%zu of %zu modules are loaded", c->plan.nr_modules - failed,
		    c->plan.nr_modules);
	status_phase(&c->status, "modules", since);
}

/* If the kernel cannot unpack the whole image, it logs that and boots with the part it has. */
static void check_unpacked(const struct capture *c)
{
	char path[300];

	snprintf(path, sizeof(path), "%.250s" PLAN_IMAGE_END, c->cfg.root);
	if (c->cfg.init && access(path, F_OK) < 0)
		console_log("the capture image is incomplete: too little memory to unpack it. "
			    "Saving may fail; set a larger crashkernel=");
}

static void start(struct capture *c)
{
	struct failsafe_cfg failsafe = { .root = c->cfg.root,
					 .real = c->cfg.real,
					 .watchdogs = c->cfg.real };

	c->status.started = clock_ns();
	if (c->cfg.init)
		boot_mounts();
	if (c->cfg.real)
		boot_signals();
	fail_clear();
	if (console_open(c->cfg.root, c->cfg.init) < 0)
		console_log_failure("messages");
	read_config(c);
	failsafe.total = c->config.timeout[CONFIG_PHASE_TOTAL];
	failsafe_start(&failsafe, START_SECONDS, &c->failsafe);
	read_plan(c);
	check_unpacked(c);
	if (c->cfg.init)
		boot_identity(&c->plan);
	note_origin(c);
	load_modules(c);
	status_phase(&c->status, "start", c->status.started);
}

static int prepare(struct capture *c)
{
	return devices_open(&c->plan, "/sys", "/dev", &c->devices);
}

/*
 * Emergency hooks and failure_action. If the latter was shell or dump_to_rootfs, final_action
 * follows.
 */
static void fail_run(struct capture *c)
{
	console_log("NO COMPLETE DUMP was saved: %s",
		    c->status.core.state == PART_PARTIAL ? "a part of it is saved and can be read"
		    : c->status.log.state == PART_NONE	 ? "nothing was saved"
							 : "only the kernel log is there");
	if (c->status.log.state == PART_NONE)
		show_log(c);
	hooks_emergency(c);
	capture_leave(c);
	action_failure(c);
}

static int exit_code_of(const struct capture *c)
{
	switch (c->status.state) {
	case STATE_COMPLETE:
	case STATE_OTHER_LEVEL: /* another level than configured, but whole */
	case STATE_REFUSED:
		return 0;
	case STATE_PARTIAL:
		return CAPTURE_PART;
	case STATE_LOG:
		return config_wants_log_alone(&c->config) ? 0 : CAPTURE_FAILED;
	default:
		return CAPTURE_FAILED;
	}
}

static void done(struct capture *c)
{
	char how[64];

	if (c->refused) {
		c->status.state = STATE_REFUSED;
		console_log("no dump was made, because kdump_pre refused it");
		return;
	}
	if (c->status.state == STATE_LOG) {
		console_log("only the kernel log is saved, as core_collector asks: %s in %s",
			    c->status.directory, c->status.address);
		return;
	}
	status_how_whole(&c->status, how, sizeof(how));
	console_log("the dump is %s: %s in %s", how, c->status.directory, c->status.address);
}

int capture_run(const struct capture_cfg *cfg)
{
	struct capture *c = calloc(1, sizeof(*c));
	int rc;

	if (!c)
		return CAPTURE_FAILED;
	c->cfg = *cfg;
	c->failsafe.fd = -1;
	start(c);
	fence_start(c);
	rc = prepare(c);
	if (rc == 0)
		rc = capture_save(c);
	if (c->status.state == STATE_RUNNING && rc < 0)
		c->status.state = STATE_FAILED;
	if (!c->refused)
		hooks_post(c, rc == 0 ? 0 : 1);
	if (rc == 0)
		done(c);
	else
		fail_run(c);
	capture_leave(c);
	/* The dump is saved, or failure_action was shell or dump_to_rootfs and has ended. */
	if (rc == 0 || c->config.failure_action >= CONFIG_SHELL)
		action_final(c, c->config.final_action);
	rc = exit_code_of(c);
	devices_close(&c->devices);
	plan_free(&c->plan);
	config_free(&c->config);
	free(c);
	return rc;
}
