/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_watchdog.c - the drivers of watchdogs that run */
#include "initramfs/image/device/watchdog.h"

#include "made_machine.h"

TEST(watchdog_that_runs_is_fed_by_its_driver)
{
	struct machine m;
	struct builder b;

	machine_open(&m);
	machine_driver(&m, "devices/platform/iTCO_wdt.1", "iTCO_wdt", "platform:iTCO_wdt");
	machine_put(m.sys, "devices/platform/iTCO_wdt.1/watchdog/watchdog0/state", "inactive\n");
	machine_put(m.sys, "devices/platform/iTCO_wdt.1/watchdog/watchdog0/nowayout", "0\n");
	machine_link(m.sys, "devices/platform/iTCO_wdt.1/watchdog/watchdog0/device", "../..");
	machine_link(m.sys, "class/watchdog/watchdog0",
		     "../../devices/platform/iTCO_wdt.1/watchdog/watchdog0");
	machine_builder(&m, "path /\n", &b);
	CHECK_EQ(watchdog_gather(&b), 0);
	CHECK_STR(b.plan.watchdog, "");
	machine_put(m.sys, "devices/platform/iTCO_wdt.1/watchdog/watchdog0/state", "active\n");
	CHECK_EQ(watchdog_gather(&b), 0);
	CHECK_STR(b.plan.watchdog, "iTCO_wdt");
	CHECK(strlist_has(&b.required, "iTCO_wdt"));
	builder_close(&b);
	machine_close(&m);
}

/* ipmi_watchdog makes /dev/watchdog itself; a BMC is reached by another driver still. */
TEST(watchdog_of_a_bmc_is_fed_although_no_class_has_it)
{
	struct machine m;
	struct builder b;

	machine_open(&m);
	machine_driver(&m, "devices/platform/dmi-ipmi-si.0", "ipmi_si", "platform:dmi-ipmi-si");
	machine_link(m.sys, "bus/platform/drivers/ipmi_si/dmi-ipmi-si.0",
		     "../../../../devices/platform/dmi-ipmi-si.0");
	machine_put(m.sys, "module/ipmi_watchdog/initstate", "live\n");
	machine_builder(&m, "path /\n", &b);
	CHECK_EQ(watchdog_gather(&b), 0); /* its driver did not get /dev/watchdog */
	CHECK_EQ(b.required.nr, 0);
	machine_put(m.sys, "class/misc/watchdog/dev", "10:130\n");
	CHECK_EQ(watchdog_gather(&b), 0);
	CHECK_STR(b.plan.watchdog, "ipmi_watchdog");
	CHECK(strlist_has(&b.required, "ipmi_watchdog"));
	CHECK(strlist_has(&b.required, "ipmi_si"));
	builder_close(&b);
	machine_builder(&m, "path /\n", &b);
	machine_put(m.sys, "class/watchdog/watchdog0/state", "inactive\n");
	CHECK_EQ(watchdog_gather(&b), 0); /* /dev/watchdog is that one */
	CHECK(!strlist_has(&b.required, "ipmi_watchdog"));
	builder_close(&b);
	machine_close(&m);
}

RUN(watchdog_that_runs_is_fed_by_its_driver, watchdog_of_a_bmc_is_fed_although_no_class_has_it)
