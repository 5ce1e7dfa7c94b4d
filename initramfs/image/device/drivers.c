/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * drivers.c - the drivers of a device and of every device above it
 *
 * What is bound now is what worked. What the modalias names is taken along,
 * because another kernel may have another driver for the same device.
 */
#include "initramfs/image/device/chain.h"

#include "initramfs/image/device/sysfs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Suppliers (clocks, regulators, PHYs) have suppliers: a bound, not a limit one meets. */
#define DEPTH_MAX 16

struct driver_walk {
	struct builder *b;
	unsigned depth;
};

static int walk_up(struct driver_walk *w, const char *sys);

/*
 * Only what was loaded has an initstate. A built-in driver may have a directory in /sys/module, too
 * (in newer kernels all of PCI and USB have one), but no list of the kernel need name it:
 * pcieportdrv is in none. Optional, since another kernel may have it as a module.
 */
static int add_module(struct builder *b, const char *module)
{
	bool loaded = sys_has(module, "initstate");

	return strlist_add(loaded ? &b->required : &b->optional, sys_name(module));
}

/* Only a device with a driver matters: a bridge without one did no harm. */
static int add_driver(struct builder *b, const char *dir)
{
	char *driver = sys_link(dir, "driver"), *module, *alias;
	int rc = 0;

	if (!driver)
		return 0;
	module = sys_link(driver, "module");
	alias = sys_attr(dir, "modalias");
	if (module)
		rc = add_module(b, module);
	if (rc == 0 && alias)
		rc = strlist_add(&b->optional, alias);
	free(alias);
	free(module);
	free(driver);
	return rc;
}

/* "supplier:platform:x" leads to the link between the two; its "supplier" is the device. */
static int add_supplier(const char *dir, const char *name, void *arg)
{
	struct driver_walk *w = arg;
	char *link, *device;
	int rc = 0;

	if (strncmp(name, "supplier:", 9) != 0 || w->depth >= DEPTH_MAX)
		return 0;
	link = sys_link(dir, name);
	device = link ? sys_link(link, "supplier") : NULL;
	if (device) {
		w->depth++;
		rc = walk_up(w, device);
		w->depth--;
	}
	free(device);
	free(link);
	return rc;
}

static int walk_up(struct driver_walk *w, const char *sys)
{
	char *dir = strdup(sys), *slash;
	int rc = dir ? 0 : -ENOMEM;

	while (rc == 0 && strcmp(sys_name(dir), "devices") != 0 && dir[0]) {
		rc = add_driver(w->b, dir);
		if (rc == 0)
			rc = sys_each(dir, add_supplier, w);
		slash = strrchr(dir, '/');
		if (!slash)
			break;
		*slash = '\0';
	}
	free(dir);
	return rc;
}

int drivers_add(struct builder *b, const char *sys)
{
	struct driver_walk w = { .b = b };

	return walk_up(&w, sys);
}

/* Among the links are "module" and, in made-up trees, files: a device has a driver link. */
static int add_bound(const char *dir, const char *name, void *arg)
{
	char *device = sys_link(dir, name);
	int rc = device && sys_has(device, "driver") ? drivers_add(arg, device) : 0;

	free(device);
	return rc;
}

int drivers_of_each(struct builder *b, const char *driver)
{
	return sys_each(driver, add_bound, b);
}
