/* SPDX-License-Identifier: GPL-2.0-or-later */
/* start.c - kdumpctl start, stop, restart, reload: what the service runs */
#include "systemd/ctl.h"

#include "base/duration.h"
#include "base/err.h"
#include "systemd/aftermath.h"
#include "systemd/files.h"
#include "systemd/findings.h"
#include "systemd/kernel_state.h"
#include "systemd/lock.h"
#include "systemd/outlook.h"
#include "systemd/program.h"
#include "systemd/service.h"
#include "systemd/state.h"
#include "systemd/system_check.h"
#include "systemd/tell.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* All asking of servers together, before a person or the boot is told. */
#define NETWORK_SECONDS 25

static void told_armed(const struct ctl *ctl, const struct service_armed *a)
{
	char text[600], image[CTL_PATH_MAX + 16], kernel[CTL_PATH_MAX + 16], how[64], size[48];
	const char *const fields[] = { image, kernel, how, size, NULL };
	struct kernel_state s;

	kernel_state_read(ctl->root, &s);
	snprintf(image, sizeof(image), "KDUMP_IMAGE=%s", a->image);
	snprintf(kernel, sizeof(kernel), "KDUMP_KERNEL=%s", a->kernel);
	snprintf(how, sizeof(how), "KDUMP_METHOD=%s", a->how);
	snprintf(size, sizeof(size), "KDUMP_CRASH_SIZE=%" PRIu64, s.crash_size);
	snprintf(text, sizeof(text), "armed: a crash will be saved (%.200s, %" PRIu64 " MB, by %s)",
		 a->image, s.crash_size >> 20, a->how);
	tell_event(TELL_ARMED, fields, text);
	tell_status("Armed with %.300s, %" PRIu64 " MB reserved", a->image, s.crash_size >> 20);
}

/* The reason goes to the journal with a MESSAGE_ID, and stays in "systemctl status". */
static int told_not_armed(const char *verb)
{
	char text[700], why[640];
	const char *const fields[] = { why, NULL };

	snprintf(text, sizeof(text), "not armed: %s", fail_text());
	snprintf(why, sizeof(why), "KDUMP_WHY=%s", fail_text());
	tell_event(TELL_NOT_ARMED, fields, text);
	tell_status("NOT armed: %s", fail_text());
	tell_error("%s kdump: [FAILED]", verb);
	fail_clear();
	return CTL_FAILED;
}

/* New files on the target get their label when there is a policy again. */
static void relabel(const struct ctl *ctl)
{
	const char *const argv[] = { "restorecon", "-r", ctl->config.path, NULL };
	struct program_result r;

	if (*ctl->root || ctl->config.targets[0].kind != CONFIG_TARGET_PATH ||
	    !files_exist("", "/sys/fs/selinux/enforce") || !program_exists("restorecon"))
		return;
	if (program_run(&(struct program_run){ .argv = argv, .seconds = 60 }, &r) < 0)
		fail_clear();
	program_result_fini(&r);
}

/* The machine is armed; whether a dump would get through is worth knowing all the same. */
static void warn_of_losses(const struct ctl *ctl, const struct service_armed *a,
			   struct findings *found)
{
	struct outlook o;

	if (a->old_image) {
		findings_add(found, "with the last good image: %s", a->why_old);
		findings_told(found);
	}
	outlook_armed(ctl, a->image, &o);
	for (unsigned i = 0; i < o.nr_warnings; i++) {
		if (o.warning[i].loss)
			findings_add(found, "%s", o.warning[i].text);
	}
	findings_save(ctl, found);
	if (found->nr)
		tell_status("Armed, but %s", found->text[0]);
}

/* The usual reason for an image that cannot be built at boot. */
static bool is_network(int rc)
{
	return rc == -EHOSTUNREACH || rc == -ENETUNREACH;
}

/* A name without an address, or without a way to it, may have both in a moment. */
static int arm_when_network(struct ctl *ctl, struct service_armed *armed)
{
	const unsigned nap = 5;
	char text[DURATION_MAX];
	int rc;

	while (is_network(rc = service_arm(ctl, false, NULL, armed)) &&
	       ctl_network_left(ctl->network_end, nap) == nap) {
		tell_info("%s; trying again in %s", fail_text(), duration_text(text, nap));
		tell_status("Waiting for the network: %s", fail_text());
		fail_clear();
		sleep(nap);
	}
	return rc;
}

static int arm(struct ctl *ctl, bool reload, struct findings *found)
{
	struct service_armed armed;
	int rc = reload ? service_arm(ctl, true, NULL, &armed) : arm_when_network(ctl, &armed);

	if (rc < 0)
		return rc;
	state_boot_armed(ctl);
	told_armed(ctl, &armed);
	tell_ready();
	warn_of_losses(ctl, &armed, found);
	return 0;
}

/* No failure: a service that was switched off here is not to be red at every boot. */
static int told_not_wanted(const struct ctl *ctl)
{
	char why[200];

	snprintf(why, sizeof(why), "USE_KDUMP is 0 in %s; set it to 1", ctl->sysconfig_file);
	tell_warn("not armed: %s", why);
	tell_status("NOT armed: %s", why);
	tell_ready();
	return CTL_OK;
}

static int start(struct ctl *ctl)
{
	struct findings found = { 0 };
	struct kernel_state s;
	int rc = ctl_load(ctl);

	if (rc < 0)
		return told_not_armed("Starting");
	if (!ctl->sysconfig.use_kdump)
		return told_not_wanted(ctl);
	kernel_state_read(ctl->root, &s);
	if (s.crash_loaded) {
		tell_warn("Kdump already running");
		tell_ready();
		return CTL_OK;
	}
	ctl_limit_network(ctl, NETWORK_SECONDS);
	rc = system_check(ctl, &found);
	if (rc < 0)
		return told_not_armed("Starting");
	relabel(ctl);
	aftermath(ctl);
	rc = arm(ctl, false, &found);
	if (rc < 0) {
		told_not_armed("Starting");
		return is_network(rc) && getenv("NOTIFY_SOCKET") ? CTL_TRY_AGAIN : CTL_FAILED;
	}
	tell_info("Starting kdump: [OK]");
	return CTL_OK;
}

static int stop(struct ctl *ctl)
{
	if (service_disarm(ctl) < 0) {
		tell_error("Stopping kdump: [FAILED]");
		return ctl_fail("stop");
	}
	state_boot_clean(ctl);
	tell_info("Stopping kdump: [OK]");
	return CTL_OK;
}

/* Unload and load: what the kernel noted of CPUs and memory is noted anew. */
static int reload(struct ctl *ctl)
{
	struct findings found = { 0 };

	if (ctl_load(ctl) < 0 || system_check(ctl, &found) < 0)
		return told_not_armed("Reloading");
	ctl_limit_network(ctl, NETWORK_SECONDS);
	if (arm(ctl, true, &found) < 0)
		return told_not_armed("Reloading");
	tell_info("Reloading kdump: [OK]");
	return CTL_OK;
}

static int restart(struct ctl *ctl)
{
	int rc = stop(ctl);

	return rc == CTL_OK ? start(ctl) : rc;
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
