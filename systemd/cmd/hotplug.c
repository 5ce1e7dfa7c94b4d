/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hotplug.c - CPUs or memory were added or removed: reload, once per burst of events
 *
 *     udev rule -> _hotplug-event: leave a mark, restart the timer
 *     2 s without events -> kdump-hotplug.service -> _hotplug: reload, repeat if there is a new
 * mark
 *
 * The same timer and service are those of volume.c, whose mark makes _hotplug reload the service.
 */
#include "systemd/ctl.h"

#include "base/err.h"
#include "base/run.h"
#include "systemd/files.h"
#include "systemd/load/kernel_state.h"
#include "systemd/message.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MARK_FILE CTL_RUN_DIR "/hotplug"

/* Time of the last event, in nanoseconds; 0: none. */
static long long mark_time(const char *root)
{
	char path[FILES_PATH_MAX];
	struct stat st;

	if (files_path(root, MARK_FILE, path) < 0 || stat(path, &st) < 0)
		return 0;
	return (long long)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
}

static bool recent(const char *root)
{
	struct timespec now;
	long long age;

	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	age = (long long)now.tv_sec * 1000000000 + now.tv_nsec - mark_time(root);
	return age >= 0 && age < 300000000;
}

int hotplug_timer_restart(void)
{
	const char *const timer[] = { "systemctl", "--no-block", "restart", "kdump-hotplug.timer",
				      NULL };

	return run_must(&(struct run_cfg){ .argv = timer, .timeout_ms = 10 * 1000 });
}

int cmd_hotplug_event(struct ctl *ctl, int argc, char **argv)
{
	struct kernel_state s;
	bool again;
	int rc;

	(void)argc;
	(void)argv;
	kernel_state_read(ctl->root, &s);
	if (!s.crash_loaded || s.hotplug)
		return CTL_OK;
	/*
	 * Adding a terabyte causes thousands of events: restart the timer only a few times a
	 * second.
	 */
	again = recent(ctl->root);
	rc = files_write(ctl->root, MARK_FILE, 0600, "");
	if (rc < 0 && rc != -EBUSY)
		return ctl_fail("hotplug");
	fail_clear(); /* another event is writing it now */
	if (!again && hotplug_timer_restart() < 0)
		return ctl_fail("hotplug");
	return CTL_OK;
}

/* True, once, if the volumes below the target changed: the image may have to be built again. */
static bool take_volume_mark(const struct ctl *ctl)
{
	char path[FILES_PATH_MAX];

	if (files_path(ctl->root, CTL_VOLUME_MARK, path) == 0 && unlink(path) == 0)
		return true;
	fail_clear();
	return false;
}

static int reload_service(void)
{
	const char *const reload[] = { "systemctl", "--no-block", "reload", "kdump.service", NULL };

	if (run_must(&(struct run_cfg){ .argv = reload, .timeout_ms = 10 * 1000 }) < 0)
		return ctl_fail("volume");
	return CTL_OK;
}

int cmd_hotplug(struct ctl *ctl, int argc, char **argv)
{
	const char *const settle[] = { "udevadm", "settle", "--timeout=3", NULL };
	char *const reload[] = { "reload", NULL };
	struct kernel_state s;
	long long mark;
	int rc = CTL_OK;

	(void)argc;
	(void)argv;
	kernel_state_read(ctl->root, &s);
	if (take_volume_mark(ctl) && s.crash_loaded)
		return reload_service();
	if (!s.crash_loaded)
		return CTL_OK;
	do {
		mark = mark_time(ctl->root);
		if (run_must(&(struct run_cfg){ .argv = settle, .timeout_ms = 10 * 1000 }) < 0)
			fail_clear();
		rc = cmd_reload(ctl, 1, (char **)reload);
	} while (rc == CTL_OK && mark_time(ctl->root) != mark);
	return rc;
}
