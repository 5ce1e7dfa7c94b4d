/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watchdog.c - the hardware watchdog that runs now must be fed in the capture kernel too */
#include "initramfs/image/device/watchdog.h"

#include "initramfs/image/device/chain.h"
#include "initramfs/image/device/sysfs.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Without the attribute (no CONFIG_WATCHDOG_SYSFS) be on the safe side. */
static bool is_active(const char *watchdog)
{
	char *state = sys_attr(watchdog, "state"), *sticky = sys_attr(watchdog, "nowayout");
	bool active =
		!state || strcmp(state, "active") == 0 || (sticky && strcmp(sticky, "1") == 0);

	free(state);
	free(sticky);
	return active;
}

static int look_at_one(const char *dir, const char *name, void *arg)
{
	struct builder *b = arg;
	char *watchdog = sys_link(dir, name);
	char *device = watchdog ? sys_link(watchdog, "device") : NULL;
	char *driver = device ? sys_link(device, "driver") : NULL;
	char *module = driver ? sys_link_name(driver, "module") : NULL;
	int rc = 0;

	if (module && is_active(watchdog)) {
		rc = drivers_add(b, device);
		if (rc == 0 && !b->plan.watchdog[0])
			rc = plan_set(&b->plan.watchdog, module);
	}
	free(module);
	free(driver);
	free(device);
	free(watchdog);
	return rc;
}

int watchdog_gather(struct builder *b)
{
	char class[PATH_MAX];

	snprintf(class, sizeof(class), "%s/class/watchdog", b->sysfs);
	return sys_each(class, look_at_one, b);
}
