/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chain.c - what kind of device is it, and can the image bring it up */
#include "initramfs/build/chain.h"

#include "initramfs/build/sysfs.h"

#include "base/err.h"
#include "base/util.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

int chain_refuse(const char *what)
{
	return fail(-EOPNOTSUPP,
		    "%s: the small capture image cannot bring that up; choose another target, or "
		    "use the dracut module or the initramfs-tools hook (see kdumpctl(8))",
		    what);
}

/* Kernel names of devices that hang on something only user space can bring back. */
static const struct {
	const char *prefix;
	const char *what;
} foreign[] = {
	{ "loop", "a loop device (a file on another file system)" },
	{ "nbd", "a network block device" },
	{ "rbd", "a Ceph block device" },
	{ "drbd", "a DRBD device" },
	{ "bcache", "a bcache device" },
	{ "zd", "a ZFS volume" },
	{ "zram", "memory (zram): it is gone after the crash" },
	{ "ram", "memory (ram disk): it is gone after the crash" },
	{ "rnbd", "an RDMA network block device" },
	{ "ublkb", "a device served by a user space program" },
};

static int check_name(const char *name)
{
	char what[128];

	for (size_t i = 0; i < ARRAY_SIZE(foreign); i++) {
		size_t len = strlen(foreign[i].prefix);

		if (strncmp(name, foreign[i].prefix, len) == 0 && name[len] >= '0' &&
		    name[len] <= '9') {
			snprintf(what, sizeof(what), "%s is %s", name, foreign[i].what);
			return chain_refuse(what);
		}
	}
	return 0;
}

int chain_note(struct builder *b, dev_t dev, unsigned *out)
{
	size_t nr = b->plan.nr_devices;
	dev_t *more = realloc(b->chain, nr * sizeof(*more));

	if (!more)
		return fail(-ENOMEM, "device chain");
	b->chain = more;
	more[nr - 1] = dev;
	*out = (unsigned)nr - 1;
	return 0;
}

static bool known(const struct builder *b, dev_t dev, unsigned *out)
{
	for (size_t i = 0; i < b->plan.nr_devices; i++) {
		if (b->chain[i] == dev) {
			*out = (unsigned)i;
			return true;
		}
	}
	return false;
}

/* A partition of an md array or of a dm device is found by its holder, not as a disk. */
static int add_by_kind(struct builder *b, dev_t dev, const char *sys, unsigned *out)
{
	int rc = check_name(sys_name(sys));

	if (rc < 0)
		return rc;
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

	if (known(b, dev, out))
		return 0;
	rc = sys_block_dir(b, dev, &sys);
	if (rc == 0)
		rc = add_by_kind(b, dev, sys, out);
	free(sys);
	return rc;
}
