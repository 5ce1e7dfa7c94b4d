/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chain.c - what kind of device is it, and can the image bring it up */
#include "initramfs/image/device/chain.h"

#include "initramfs/image/device/sysfs.h"

#include "base/err.h"
#include "base/util.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

/* Kernel names of devices that hang on something only user space can bring back. */
static const struct {
	const char *prefix;
	const char *what;
	bool gone; /* after a crash it does not exist any more */
} unsupported[] = {
	{ "loop", "a loop device (a file on another file system)", false },
	{ "nbd", "a network block device", false },
	{ "rbd", "a Ceph block device", false },
	{ "drbd", "a DRBD device", false },
	{ "bcache", "a bcache device", false },
	{ "zd", "a ZFS volume", false },
	{ "zram", "memory (zram): it is gone after the crash", true },
	{ "ram", "memory (ram disk): it is gone after the crash", true },
	{ "rnbd", "an RDMA network block device", false },
	{ "ublkb", "a device served by a user space program", false },
};

static int check_name(const struct builder *b, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(unsupported); i++) {
		size_t len = strlen(unsupported[i].prefix);

		if (b->by_distro && !unsupported[i].gone)
			continue;
		if (strncmp(name, unsupported[i].prefix, len) == 0 && name[len] >= '0' &&
		    name[len] <= '9')
			return chain_refuse("%s is %s", name, unsupported[i].what);
	}
	return 0;
}

/* A partition of an md array or of a dm device is found by its holder, not as a disk. */
static int add_by_kind(struct builder *b, dev_t dev, const char *sys, unsigned *out)
{
	int rc = check_name(b, sys_name(sys));

	if (rc < 0)
		return rc;
	if (b->by_distro)
		return chain_add_content(b, dev, sys, out);
	if (sys_has(sys, "dm"))
		return chain_add_dm(b, dev, sys, out);
	if (sys_has(sys, "md"))
		return chain_add_md(b, dev, sys, out);
	return chain_add_plain(b, dev, sys, out);
}

int chain_add(struct builder *b, dev_t dev, unsigned *out)
{
	char *sys = NULL;
	int rc;

	if (chain_known(b, dev, out))
		return 0;
	rc = sys_block_dir(b, dev, &sys);
	if (rc == 0)
		rc = add_by_kind(b, dev, sys, out);
	free(sys);
	return rc;
}
