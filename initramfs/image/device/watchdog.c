/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watchdog.c - the hardware watchdog that runs now must be fed in the capture kernel too */
#include "initramfs/image/device/watchdog.h"

#include "initramfs/image/device/chain.h"
#include "initramfs/image/device/sysfs.h"

#include "base/util.h"

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

/*
 * Drivers that make /dev/watchdog themselves, without the kernel's class of watchdogs: nothing in
 * sysfs says whose it is, or whether it runs.
 */
static const char *const classless[] = {
	"ipmi_watchdog", "acquirewdt",	"advantechwdt",	  "alim1535_wdt", "alim7101_wdt",
	"eurotechwdt",	 "ib700wdt",	"ibmasr",	  "it8712f_wdt",  "machzwd",
	"nv_tco",	 "pc87413_wdt", "pcwd_pci",	  "pcwd_usb",	  "sbc60xxwdt",
	"sbc_epx_c3",	 "sc1200wdt",	"sbc_fitpc2_wdt", "sch311x_wdt",  "smsc37b787_wdt",
	"w83877f_wdt",	 "w83977f_wdt", "wafer5823wdt",	  "wdrtas",	  "wdt_pci",
};

/* How the kernel speaks to a BMC; ipmi_watchdog's symbols lead to none of these. */
static const char *const bmc[] = {
	"platform/drivers/ipmi_si", "pci/drivers/ipmi_si",	     "platform/drivers/ipmi_ssif",
	"i2c/drivers/ipmi_ssif",    "platform/drivers/ipmi-powernv",
};

static int add_bmc(struct builder *b)
{
	char path[PATH_MAX];
	int rc = 0;

	for (size_t i = 0; i < ARRAY_SIZE(bmc) && rc == 0; i++) {
		snprintf(path, sizeof(path), "%s/bus/%s", b->sysfs, bmc[i]);
		rc = drivers_of_each(b, path);
	}
	return rc;
}

static int add_classless(struct builder *b, const char *module)
{
	char path[PATH_MAX];
	int rc;

	snprintf(path, sizeof(path), "%s/module/%s", b->sysfs, module);
	if (!sys_has(path, "initstate"))
		return 0;
	rc = strcmp(module, "ipmi_watchdog") == 0 ? add_bmc(b) : 0;
	if (rc == 0)
		rc = strlist_add(&b->required, module);
	if (rc == 0 && !b->plan.watchdog[0])
		rc = plan_set(&b->plan.watchdog, module);
	return rc;
}

/*
 * /dev/watchdog is that of watchdog0, if there is one. If not, it is theirs, and must be so in the
 * capture: they come first.
 */
static int gather_classless(struct builder *b)
{
	char path[PATH_MAX];
	int rc = 0;

	snprintf(path, sizeof(path), "%s/class", b->sysfs);
	if (!sys_has(path, "misc/watchdog") || sys_has(path, "watchdog/watchdog0"))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(classless) && rc == 0; i++)
		rc = add_classless(b, classless[i]);
	return rc;
}

int watchdog_gather(struct builder *b)
{
	char class[PATH_MAX];
	int rc = gather_classless(b);

	snprintf(class, sizeof(class), "%s/class/watchdog", b->sysfs);
	return rc < 0 ? rc : sys_each(class, look_at_one, b);
}
