/* SPDX-License-Identifier: GPL-2.0-or-later */
/* start.c - kdumpctl start, stop, restart, reload: the commands that the service runs */
#include "systemd/ctl.h"

#include "base/duration.h"
#include "base/err.h"
#include "base/run.h"
#include "systemd/dumps/after_crash.h"
#include "systemd/dumps/relabel.h"
#include "systemd/load/armed.h"
#include "systemd/files.h"
#include "systemd/check/findings.h"
#include "systemd/load/kernel_state.h"
#include "systemd/lock.h"
#include "systemd/check/outlook.h"
#include "systemd/check/other_targets.h"
#include "systemd/load/kdump_load.h"
#include "systemd/check/settings.h"
#include "systemd/boot_record.h"
#include "systemd/state.h"
#include "systemd/check/system_check.h"
#include "systemd/message.h"
#include "systemd/unit_job.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* Limit for all contacts with servers together, as a person or the boot is waiting. */
#define NETWORK_SECONDS 25

static void report_armed(const struct ctl *ctl, const struct service_armed *a)
{
	char text[MESSAGE_MAX], image[CTL_PATH_MAX + 16], kernel[CTL_PATH_MAX + 16], how[64],
		size[48];
	const char *const fields[] = { image, kernel, how, size, NULL };
	struct kernel_state s;

	kernel_state_read(ctl->root, &s);
	snprintf(image, sizeof(image), "KDUMP_IMAGE=%s", a->image);
	snprintf(kernel, sizeof(kernel), "KDUMP_KERNEL=%s", a->kernel);
	snprintf(how, sizeof(how), "KDUMP_METHOD=%s", a->how);
	snprintf(size, sizeof(size), "KDUMP_CRASH_SIZE=%" PRIu64, s.crash_size);
	snprintf(text, sizeof(text), "armed: a crash will be saved (%s, %" PRIu64 " MB, by %s)",
		 a->image, s.crash_size >> 20, a->how);
	message_event(MESSAGE_ARMED, fields, text);
	message_status("Armed with %s, %" PRIu64 " MB reserved", a->image, s.crash_size >> 20);
}

/* Log the reason with a MESSAGE_ID and show it in "systemctl status". */
static void report_not_armed(const struct ctl *ctl, const char *reason)
{
	char text[MESSAGE_MAX], why[MESSAGE_MAX];
	const char *const fields[] = { why, NULL };

	snprintf(text, sizeof(text), "not armed: %s", reason);
	snprintf(why, sizeof(why), "KDUMP_WHY=%s", reason);
	message_event(MESSAGE_NOT_ARMED, fields, text);
	message_status("NOT armed: %s", reason);
	boot_record_not_armed(ctl, reason);
}

/* The new configuration was rejected; the machine is armed as before. */
static void report_still_armed(const struct ctl *ctl, const char *reason)
{
	char text[MESSAGE_MAX], why[MESSAGE_MAX], armed[100];
	const char *const fields[] = { why, NULL };
	struct state_armed before;

	state_armed_read(ctl, &before);
	armed_text(&before, armed, sizeof(armed));
	snprintf(text, sizeof(text), "%s; this machine is still %s", reason, armed);
	snprintf(why, sizeof(why), "KDUMP_WHY=%s", reason);
	message_event(MESSAGE_STILL_ARMED, fields, text);
	message_status("Still %s: %s", armed, reason);
}

static bool is_loaded(const struct ctl *ctl)
{
	struct kernel_state s;

	kernel_state_read(ctl->root, &s);
	return s.crash_loaded;
}

static int report_failed(const struct ctl *ctl, const char *verb)
{
	char reason[ERR_MESSAGE_MAX];

	snprintf(reason, sizeof(reason), "%s", fail_text());
	if (is_loaded(ctl))
		report_still_armed(ctl, reason);
	else
		report_not_armed(ctl, reason);
	message_error("%s kdump: [FAILED]", verb);
	fail_clear();
	return CTL_FAILED;
}

/* The machine is armed; warn if a dump would probably not be saved. */
static void warn_of_losses(const struct ctl *ctl, const struct service_armed *a,
			   struct findings *found)
{
	struct outlook o;

	if (a->old_image) {
		findings_add(found, "with the last good image: %s", a->why_old);
		findings_mark_printed(found);
	}
	outlook_armed(ctl, a->image, &o);
	for (unsigned i = 0; i < o.nr_warnings; i++) {
		if (o.warning[i].loss)
			findings_add(found, "%s", o.warning[i].text);
	}
	findings_save(ctl, found);
	if (found->nr)
		message_status("Armed, but %s", found->text[0]);
}

/* The most common reason why an image cannot be built at boot. */
static bool is_network(int rc)
{
	return rc == -EHOSTUNREACH || rc == -ENETUNREACH;
}

/* A name may not resolve, or have no route, until the network is up. */
static int arm_when_network(struct ctl *ctl, struct service_armed *armed)
{
	const unsigned nap = 5;
	char text[DURATION_MAX];
	int rc;

	while (is_network(rc = service_arm(ctl, false, NULL, armed)) &&
	       ctl_network_left(ctl->network_end, nap) == nap) {
		message_info("%s; trying again in %s", fail_text(), duration_text(text, nap));
		message_status("Waiting for the network: %s", fail_text());
		fail_clear();
		sleep(nap);
	}
	return rc;
}

/* Report that the machine is armed, then run the slower checks. */
static int armed(struct ctl *ctl, const struct service_armed *a, struct findings *found,
		 const char *verb)
{
	boot_record_armed(ctl);
	report_armed(ctl, a);
	message_ready();
	warn_of_losses(ctl, a, found);
	message_info("%s kdump: [OK]", verb);
	return CTL_OK;
}

/* Not a failure: a service that was switched off must not be "failed" at every boot. */
static int report_not_asked_for(const struct ctl *ctl)
{
	char why[MESSAGE_MAX];

	snprintf(why, sizeof(why), "USE_KDUMP is 0 in %s; set it to 1", ctl->sysconfig_file);
	message_warn("not armed: %s", why);
	message_status("NOT armed: %s", why);
	boot_record_not_armed(ctl, why);
	message_ready();
	return CTL_OK;
}

/* Armed, but warn if the configuration was edited since. */
static int report_running(const struct ctl *ctl)
{
	struct state_armed now;
	char text[MESSAGE_MAX];

	message_warn("Kdump already running");
	state_armed_read(ctl, &now);
	if (armed_outdated(ctl, &now, text, sizeof(text)))
		message_warn("%s", text);
	message_ready();
	return CTL_OK;
}

static void warn_of_clear_dumps(const struct ctl *ctl)
{
	if (other_targets_in_clear(ctl))
		message_warn("the disks of this machine are encrypted, and their keys will lie in "
			     "each dump, which is in clear: set encrypt_to in %s",
			     ctl_config_name(ctl));
}

/* The target is locked, or nothing can build an image that would unlock it. */
static void show_other_targets(const struct ctl *ctl, int rc)
{
	struct other_targets p;

	if ((rc == -ENOKEY || rc == -ENOENT || rc == -EOPNOTSUPP) && other_targets_find(ctl, &p))
		other_targets_print(&p, ctl_config_name(ctl));
}

/* Replace what is loaded, if anything, when the new image is ready. */
static int start_anew(struct ctl *ctl, bool wait)
{
	struct findings found = { 0 };
	struct service_armed a;
	int rc;

	settings_warn(ctl);
	ctl_limit_network(ctl, NETWORK_SECONDS);
	if (system_check(ctl, &found) < 0)
		return report_failed(ctl, "Starting");
	relabel_dumps(ctl);
	after_crash(ctl);
	rc = wait ? arm_when_network(ctl, &a) : service_arm(ctl, false, NULL, &a);
	if (rc == 0) {
		warn_of_clear_dumps(ctl);
		return armed(ctl, &a, &found, "Starting");
	}
	report_failed(ctl, "Starting");
	show_other_targets(ctl, rc);
	return is_network(rc) && getenv("NOTIFY_SOCKET") && !is_loaded(ctl) ? CTL_TRY_AGAIN
									    : CTL_FAILED;
}

static int disarm(struct ctl *ctl)
{
	if (service_disarm(ctl) < 0) {
		message_error("Stopping kdump: [FAILED]");
		return ctl_fail("stop");
	}
	boot_record_disarmed(ctl);
	message_info("Stopping kdump: [OK]");
	return CTL_OK;
}

/* Nothing is unloaded first: with a mistake in the configuration the machine stays armed. */
static int restart(struct ctl *ctl)
{
	int rc;

	unit_job_take_mark(ctl);
	if (ctl_load(ctl) < 0)
		return report_failed(ctl, "Starting");
	if (ctl->sysconfig.use_kdump)
		return start_anew(ctl, !is_loaded(ctl));
	rc = disarm(ctl);
	return rc == CTL_OK ? report_not_asked_for(ctl) : rc;
}

/* systemd does not stop a unit whose start failed, so the shutdown is not recorded. */
static int end_of_restart(struct ctl *ctl)
{
	int rc = restart(ctl);

	if (rc != CTL_OK && is_loaded(ctl))
		boot_record_open(ctl);
	return rc;
}

static int start(struct ctl *ctl)
{
	bool loaded = is_loaded(ctl);

	if (unit_job_take_mark(ctl) && loaded)
		return end_of_restart(ctl);
	if (ctl_load(ctl) < 0)
		return report_failed(ctl, "Starting");
	if (!ctl->sysconfig.use_kdump)
		return report_not_asked_for(ctl);
	return loaded ? report_running(ctl) : start_anew(ctl, true);
}

/* In the stop of "systemctl restart" do nothing: the start replaces what is loaded. */
static int stop(struct ctl *ctl)
{
	if (is_loaded(ctl) && unit_job_is_restart()) {
		if (unit_job_mark(ctl) == 0) {
			message_info(
				"restart: this machine stays armed until the new configuration "
				"is loaded");
			return CTL_OK;
		}
		fail_clear();
	}
	unit_job_take_mark(ctl);
	return disarm(ctl);
}

/* Load the image again, so that the kernel records CPUs and memory anew. */
static int reload(struct ctl *ctl)
{
	struct findings found = { 0 };
	struct service_armed a;

	if (ctl_load(ctl) < 0)
		return report_failed(ctl, "Reloading");
	settings_warn(ctl);
	if (system_check(ctl, &found) < 0)
		return report_failed(ctl, "Reloading");
	ctl_limit_network(ctl, NETWORK_SECONDS);
	if (service_arm(ctl, true, NULL, &a) < 0)
		return report_failed(ctl, "Reloading");
	return armed(ctl, &a, &found, "Reloading");
}

static int locked(struct ctl *ctl, int argc, char **argv, int (*fn)(struct ctl *))
{
	int lock, rc;

	if (argc > 1)
		return ctl_usage("%s takes no arguments", argv[0]);
	lock = lock_take(ctl->root);
	if (lock < 0)
		return ctl_fail(argv[0]);
	rc = fn(ctl);
	lock_release(lock);
	return rc;
}

int cmd_start(struct ctl *ctl, int argc, char **argv)
{
	return locked(ctl, argc, argv, start);
}

int cmd_stop(struct ctl *ctl, int argc, char **argv)
{
	return locked(ctl, argc, argv, stop);
}

int cmd_reload(struct ctl *ctl, int argc, char **argv)
{
	return locked(ctl, argc, argv, reload);
}

int cmd_restart(struct ctl *ctl, int argc, char **argv)
{
	return locked(ctl, argc, argv, restart);
}
