/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * chain_dm.c - device-mapper: linear LVM volumes; a message for each other type
 *
 * The table goes into the plan as it is now. It stays true until an administrator
 * changes the volume; the record of what went in has it, so a change is seen.
 */
#include "initramfs/image/device/chain.h"

#include "initramfs/image/device/sysfs.h"

#include "base/err.h"
#include "base/util.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a table's target type means to an administrator. */
static const struct {
	const char *type;
	const char *what;
} types[] = {
	{ "crypt", "encrypted (LUKS or dm-crypt)" },
	{ "multipath", "a multipath device" },
	{ "thin", "an LVM thin volume" },
	{ "thin-pool", "an LVM thin pool" },
	{ "raid", "an LVM RAID volume" },
	{ "mirror", "an LVM mirror" },
	{ "striped", "an LVM striped volume" },
	{ "snapshot", "an LVM snapshot" },
	{ "snapshot-origin", "the origin of an LVM snapshot" },
	{ "cache", "an LVM cached volume" },
	{ "writecache", "an LVM cached volume" },
	{ "vdo", "an LVM VDO volume" },
	{ "integrity", "a volume with dm-integrity" },
	{ "verity", "read-only (dm-verity)" },
};

static int refuse(const char *name, const char *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (strcmp(types[i].type, type) == 0)
			return chain_refuse("%s is %s", name, types[i].what);
	}
	return chain_refuse("%s is a device-mapper device of type \"%s\"", name, type);
}

/* "START LEN linear MAJOR:MINOR OFFSET": the device below goes into the plan first. */
static int parse_line(struct builder *b, const char *name, char *line, struct plan_extent *out)
{
	char type[32], below[32];
	dev_t dev;
	int rc, fields = sscanf(line, "%ju %ju %31s %31s %ju", &out->start, &out->len, type, below,
				&out->offset);

	/* Other types have other fields behind these three, or none. */
	if (fields < 3 || (fields < 5 && strcmp(type, "linear") == 0))
		return fail(-EINVAL, "table of %s: \"%s\"", name, line);
	if (strcmp(type, "linear") != 0)
		return refuse(name, type);
	rc = sys_parse_dev(below, &dev);
	return rc < 0 ? rc : chain_add(b, dev, &out->device);
}

struct extents {
	struct plan_extent *at;
	size_t nr;
};

static int parse_table(struct builder *b, const char *name, char *table, struct extents *out)
{
	char *save = NULL;
	int rc = 0;

	for (char *line = strtok_r(table, "\n", &save); line && rc == 0;
	     line = strtok_r(NULL, "\n", &save)) {
		struct plan_extent *more;

		if (out->nr >= PLAN_MAX_OBJECTS)
			return fail(-E2BIG, "table of %s", name);
		more = realloc(out->at, (out->nr + 1) * sizeof(*more));
		if (!more)
			return fail(-ENOMEM, "table of %s", name);
		out->at = more;
		rc = parse_line(b, name, line, &more[out->nr++]);
	}
	return rc;
}

static int add_device(struct builder *b, dev_t dev, const char *sys, const struct extents *e,
		      unsigned *out)
{
	char *name = sys_attr(sys, "dm/name"), *uuid = sys_attr(sys, "dm/uuid");
	struct plan_device *d;
	int rc = plan_add_device(&b->plan, PLAN_DM, &d);

	if (rc == 0)
		rc = chain_note(b, dev, out);
	if (rc == 0)
		rc = plan_set(&d->name, name);
	if (rc == 0)
		rc = plan_set(&d->uuid, uuid);
	for (size_t i = 0; i < e->nr && rc == 0; i++)
		rc = plan_add_extent(d, &e->at[i]);
	free(name);
	free(uuid);
	return rc;
}

int chain_add_dm(struct builder *b, dev_t dev, const char *sys, unsigned *out)
{
	char *name = sys_attr(sys, "dm/name"), *table = NULL;
	struct extents e = { NULL, 0 };
	int rc = name ? b->dm_table(name, &table) : fail(-ENODEV, "%s has no name", sys);

	if (rc == 0)
		rc = parse_table(b, name, table, &e);
	if (rc == 0)
		rc = strlist_add(&b->required, "dm-mod");
	if (rc == 0)
		rc = add_device(b, dev, sys, &e, out);
	free(e.at);
	free(table);
	free(name);
	return rc;
}
