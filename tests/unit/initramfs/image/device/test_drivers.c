/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_drivers.c - drivers of devices and of what is above them, on a made-up machine */
#include "initramfs/image/device/chain.h"
#include "initramfs/image/device/targets.h"

#include "made_machine.h"

static void gather_vda(struct machine *m, struct builder *b)
{
	machine_builder(m, "ext4 /dev/vda\npath /\n", b);
	CHECK_EQ(targets_gather(b), 0);
}

TEST(keyboards_for_a_shell)
{
	const char *usb = "devices/pci0000:00/0000:00:09.0/usb1/1-1/1-1:1.0/0003:1:2.1";
	char path[256], to[256];
	struct machine m;
	struct builder b;

	machine_open(&m);
	machine_driver(&m, "devices/pci0000:00/0000:00:09.0", "xhci_pci", "pci:xhci");
	machine_driver(&m, usb, "hid_generic", "hid:b1");
	snprintf(path, sizeof(path), "%s/input/input3/capabilities/ev", usb);
	machine_put(m.sys, path, "120013\n");
	snprintf(to, sizeof(to), "%s/%s/input/input3", m.sys, usb);
	machine_link(m.sys, "class/input/input3", to);
	machine_driver(&m, "devices/button", "button", "acpi:button");
	machine_put(m.sys, "devices/button/input/input0/capabilities/ev", "3\n");
	snprintf(to, sizeof(to), "%s/devices/button/input/input0", m.sys);
	machine_link(m.sys, "class/input/input0", to);
	machine_builder(&m, "path /\n", &b);
	CHECK_EQ(keyboards_add(&b), 0);
	CHECK(strlist_has(&b.optional, "hid_generic") && strlist_has(&b.optional, "xhci_pci"));
	CHECK(!strlist_has(&b.optional, "button") && b.required.nr == 0);
	builder_close(&b);
	machine_close(&m);
}

TEST(suppliers_have_drivers_too)
{
	const char *link = "devices/virtual/devlink/platform:clk--pci";
	char path[256], to[256];
	struct machine m;
	struct builder b;

	machine_open(&m);
	machine_vda(&m);
	machine_mkfs(&m, "ext4", "vda");
	machine_driver(&m, "devices/platform/clk", "clk_board", "of:Nclk");
	snprintf(path, sizeof(path), "%s/supplier", link);
	snprintf(to, sizeof(to), "%s/devices/platform/clk", m.sys);
	machine_link(m.sys, path, to);
	snprintf(to, sizeof(to), "%s/%s", m.sys, link);
	machine_link(m.sys, "devices/pci0000:00/0000:00:05.0/supplier:platform:clk", to);
	gather_vda(&m, &b);
	CHECK(strlist_has(&b.required, "clk_board"));
	builder_close(&b);
	machine_close(&m);
}

/* pcieport's "module" is in none of the kernel's lists of modules and of what is built in. */
TEST(a_built_in_driver_is_not_required)
{
	struct machine m;
	struct builder b;

	machine_open(&m);
	machine_vda(&m);
	machine_mkfs(&m, "ext4", "vda");
	machine_driver(&m, "devices/pci0000:00", "pcieportdrv", "pci:bridge");
	machine_run("rm %s/module/pcieportdrv/initstate", m.sys);
	gather_vda(&m, &b);
	CHECK(!strlist_has(&b.required, "pcieportdrv"));
	CHECK(strlist_has(&b.optional, "pcieportdrv") && strlist_has(&b.optional, "pci:bridge"));
	CHECK(strlist_has(&b.required, "virtio_blk"));
	builder_close(&b);
	machine_close(&m);
}

RUN(keyboards_for_a_shell, suppliers_have_drivers_too, a_built_in_driver_is_not_required)
