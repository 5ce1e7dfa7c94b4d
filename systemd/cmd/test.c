/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test.c - kdumpctl test: check everything without a crash; with --crash crash as well */
#include "systemd/ctl.h"

#include "base/err.h"
#include "systemd/files.h"
#include "systemd/selftest/image_works.h"
#include "systemd/load/kernel_state.h"
#include "systemd/lock.h"
#include "systemd/check/outlook.h"
#include "systemd/selftest/try_saving.h"
#include "systemd/load/kdump_load.h"
#include "systemd/boot_record.h"
#include "systemd/state.h"
#include "systemd/check/system_check.h"
#include "systemd/message.h"
#include "base/printable.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MEASURE_SECONDS 120

/* Print the line of one step; 1 if it failed. */
static int step(const char *what, int rc, const char *message)
{
	if (rc < 0) {
		print_safe(stdout, "FAILED  %s: %s", what, fail_text());
		fail_clear();
		return 1;
	}
	print_safe(stdout, "ok      %s%s%s", what, *message ? ": " : "", message);
	return 0;
}

static int step_config(struct ctl *ctl)
{
	int rc = system_check(ctl, NULL);

	return step("configuration", rc, ctl_config_name(ctl));
}

/* Loading shows that it fits. A machine that was not armed before is not armed afterwards. */
static int step_load(struct ctl *ctl, struct service_armed *armed)
{
	struct kernel_state before;
	int rc, bad;

	kernel_state_read(ctl->root, &before);
	rc = service_arm(ctl, false, NULL, armed);
	bad = step("image built and loaded", rc, rc < 0 ? "" : armed->how);
	if (rc == 0 && !before.crash_loaded && service_disarm(ctl) < 0)
		fail_clear();
	return bad;
}

static int step_targets(struct ctl *ctl)
{
	char message[MESSAGE_MAX], what[80];
	int bad = 0;

	for (unsigned i = 0; i < ctl->config.nr_targets; i++) {
		int rc = try_target(ctl, &ctl->config.targets[i], message, sizeof(message));

		if (i)
			snprintf(what, sizeof(what), "fallback target %u", i);
		else
			snprintf(what, sizeof(what), "target");
		bad += step(what, rc, message);
	}
	return bad;
}

/* The first loss of this kind, or NULL. */
static const struct outlook_warning *first_loss(const struct outlook *o, bool memory)
{
	for (unsigned i = 0; i < o->nr_warnings; i++) {
		if (o->warning[i].loss && o->warning[i].memory == memory)
			return &o->warning[i];
	}
	return NULL;
}

static int step_enough(const char *what, const struct outlook_warning *loss, const char *message)
{
	return step(what, loss ? fail_adopt(-ENOSPC, loss->text) : 0, message);
}

/* Whether the target can be reached is a separate step. */
static int step_outlook(struct ctl *ctl, const char *image)
{
	struct outlook o = { .no_dump = "" };
	char message[MESSAGE_MAX];
	int bad = 0;

	outlook_dump(ctl, MEASURE_SECONDS, &o);
	if (outlook_memory(ctl, image, &o) < 0)
		fail_clear();
	outlook_space(ctl, ACCESS_READ, &o);
	o.no_target[0] = '\0';
	outlook_judge(&o);
	snprintf(message, sizeof(message), "%" PRIu64 " MB reserved, about %" PRIu64 " MB needed",
		 (o.memory.reserved + o.memory.cma) >> 20, o.memory.need >> 20);
	if (o.has_memory)
		bad += step_enough("memory", first_loss(&o, true), message);
	if (o.has_dump)
		snprintf(message, sizeof(message),
			 "a dump taken now would need %" PRIu64 " MB of %" PRIu64,
			 o.dump.written >> 20, o.free >> 20);
	else
		snprintf(message, sizeof(message),
			 "%" PRIu64 " MB free; size of a dump not measured: %s", o.free >> 20,
			 o.no_dump);
	if (o.has_free)
		bad += step_enough("space", first_loss(&o, false), message);
	return bad;
}

static int step_unlock(struct ctl *ctl)
{
	char message[MESSAGE_MAX];
	int rc = try_unlock(ctl, message, sizeof(message));

	return rc == 0 ? 0 : step("unlocked without a person", rc, message);
}

/* Run the programs of the image that is loaded. What could not be tried counts as failed. */
static int step_programs(struct ctl *ctl, const char *image)
{
	char message[IMAGE_WORKS_MESSAGE_SIZE] = "";
	int rc = image_works(ctl, image, message);

	return step("programs of the image", rc > 0 ? fail_adopt(-EIO, message) : rc, message);
}

static int dry_run(struct ctl *ctl)
{
	struct service_armed armed;
	int bad = step_config(ctl), load;

	load = step_load(ctl, &armed);
	if (load == 0) {
		bad += step("content of the image", try_image(ctl, armed.image), armed.image);
		bad += step_programs(ctl, armed.image);
	}
	bad += load;
	bad += step_unlock(ctl);
	bad += step_targets(ctl);
	if (load == 0)
		bad += step_outlook(ctl, armed.image);
	if (bad)
		message_error("test: %d of the steps failed; a crash may not be saved", bad);
	else
		message_info(
			"test: all steps passed; \"kdumpctl test --crash\" tries a real crash");
	return bad ? CTL_FAILED : CTL_OK;
}

static bool confirmed(void)
{
	char answer[16] = "";

	if (!isatty(STDIN_FILENO)) {
		message_error(
			"test --crash: no terminal to confirm on; --force skips the question");
		return false;
	}
	printf("This PANICS the machine now: every program ends, unsaved work is lost.\n"
	       "It saves a dump and reboots. Type yes to go on: ");
	fflush(stdout);
	return fgets(answer, sizeof(answer), stdin) && strcmp(answer, "yes\n") == 0;
}

/* /proc/sysrq-trigger works whatever kernel.sysrq says. */
static int panic_now(const struct ctl *ctl)
{
	char path[FILES_PATH_MAX];
	int rc = files_path(ctl->root, "/proc/sysrq-trigger", path), fd;

	if (rc < 0)
		return rc;
	sync();
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(-errno, "open %s", path);
	if (write(fd, "c", 1) != 1)
		rc = fail(-errno, "write to %s", path);
	close(fd);
	return rc;
}

/* Load again without the test's name: with it, a real crash would be taken for the test. */
static int take_back(struct ctl *ctl)
{
	struct service_armed armed;

	if (service_arm(ctl, true, NULL, &armed) < 0)
		ctl_fail("test");
	return CTL_FAILED;
}

static int crash(struct ctl *ctl, bool force)
{
	struct state_test test = { .time = time(NULL), .verdict = "waiting" };
	struct service_armed armed;
	struct timespec now;
	int rc;

	clock_gettime(CLOCK_REALTIME, &now);
	snprintf(test.id, sizeof(test.id), "%lld%03ld", (long long)now.tv_sec,
		 now.tv_nsec / 1000000);
	rc = service_arm(ctl, false, test.id, &armed);
	if (rc < 0)
		return ctl_fail("test");
	if (!force && !confirmed())
		return take_back(ctl);
	boot_record_armed(ctl);
	rc = state_test_write(ctl, &test);
	if (rc == 0) {
		message_wall("kdumpctl test: this machine panics now, saves a dump and reboots");
		message_info("panic now; the result is in \"kdumpctl status\" after the reboot");
		rc = panic_now(ctl);
	}
	if (rc == 0)
		return CTL_OK;
	ctl_fail("test");
	snprintf(test.verdict, sizeof(test.verdict), "unknown");
	snprintf(test.message, sizeof(test.message), "the machine did not panic");
	if (state_test_write(ctl, &test) < 0)
		ctl_fail("test");
	return take_back(ctl);
}

int cmd_test(struct ctl *ctl, int argc, char **argv)
{
	bool really = false, force = false;
	int lock, rc;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--crash") == 0)
			really = true;
		else if (strcmp(argv[i], "--force") == 0)
			really = force = true; /* alone, as Red Hat's kdumpctl accepts it */
		else
			return ctl_usage("%s: '%s' is not understood", argv[0], argv[i]);
	}
	lock = lock_take(ctl->root);
	if (lock < 0)
		return ctl_fail("test");
	if (ctl_load(ctl) < 0)
		rc = ctl_fail("test");
	else
		rc = really ? crash(ctl, force) : dry_run(ctl);
	lock_release(lock);
	return rc;
}
