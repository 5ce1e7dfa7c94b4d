/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * chain_md.c - Linux software RAID: the members by slot, the module of the level
 *
 *     md/rd0 -> dev-sda1    a member in use, by its slot; the file block in it leads to the disk
 *     md/dev-sdc1           all that belong to it: spares, and the journal of a RAID5, too
 *
 * A spare may take the place of a disk that fails, and nothing says so to user space: an array that
 * was started without it would leave it behind. Without its journal an array is read-only.
 */
#include "initramfs/image/device/chain.h"

#include "initramfs/image/device/sysfs.h"

#include "base/err.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct md_members {
	struct builder *b;
	unsigned *at;
	size_t nr;
};

static bool has_index(const struct md_members *m, unsigned index)
{
	for (size_t i = 0; i < m->nr; i++)
		if (m->at[i] == index)
			return true;
	return false;
}

/* slot: what rd0 leads to. */
static int add_disk(struct md_members *m, const char *slot)
{
	char *block = sys_link(slot, "block"), *text = block ? sys_attr(block, "dev") : NULL;
	unsigned index = 0;
	dev_t dev = 0;
	int rc = text ? sys_parse_dev(text, &dev) : fail(-ENODEV, "%s has no device", slot);

	if (rc == 0)
		rc = chain_add(m->b, dev, &index);
	if (rc == 0 && !has_index(m, index))
		rc = plan_add_index(&m->at, &m->nr, index);
	free(text);
	free(block);
	return rc;
}

static int add_member(const char *dir, const char *name, void *arg)
{
	char *slot;
	int rc;

	if (strncmp(name, "rd", 2) != 0 || !isdigit((unsigned char)name[2]))
		return 0;
	slot = sys_link(dir, name);
	rc = slot ? add_disk(arg, slot) : fail(-ENODEV, "%s/%s", dir, name);
	free(slot);
	return rc;
}

/* A spare that cannot be brought up is left out: the array is there without it. */
static int add_other(const char *dir, const char *name, void *arg)
{
	char *slot = NULL, *state;
	int rc = 0;

	if (strncmp(name, "dev-", 4) != 0)
		return 0;
	if (asprintf(&slot, "%s/%s", dir, name) < 0)
		return fail(-ENOMEM, "%s", name);
	state = sys_attr(slot, "state");
	if (state && !strstr(state, "faulty"))
		rc = add_disk(arg, slot);
	if (rc < 0 && rc != -ENOMEM && !strstr(state, "journal")) {
		fail_clear();
		rc = 0;
	}
	free(state);
	free(slot);
	return rc;
}

/* Arrays whose metadata the firmware owns (IMSM, DDF) need mdmon in user space. */
static int check_metadata(const char *name, const char *metadata)
{
	if (metadata && metadata[0] && strncmp(metadata, "external", 8) != 0)
		return 0;
	return chain_refuse("%s is a RAID array of the firmware (metadata \"%s\")", name,
			    metadata ? metadata : "none");
}

/* Every member carries the array's UUID. */
static int array_uuid(const struct builder *b, const struct md_members *m, char **out)
{
	if (m->nr == 0)
		return fail(-ENODEV, "the array has no member in use");
	return device_tag(b, b->plan.devices[m->at[0]].name, "UUID", out);
}

static int add_device(struct builder *b, dev_t dev, const char *sys, const struct md_members *m,
		      unsigned *out)
{
	char *metadata = sys_attr(sys, "md/metadata_version"), *uuid = NULL;
	struct plan_device *d;
	int rc = array_uuid(b, m, &uuid);

	if (rc == 0)
		rc = plan_add_device(&b->plan, PLAN_MD, &d);
	if (rc == 0)
		rc = chain_note(b, dev, out);
	if (rc == 0)
		rc = plan_set(&d->name, sys_name(sys));
	if (rc == 0)
		rc = plan_set(&d->uuid, uuid);
	if (rc == 0)
		rc = plan_set(&d->metadata, metadata);
	for (size_t i = 0; i < m->nr && rc == 0; i++)
		rc = plan_add_index(&d->members, &d->nr_members, m->at[i]);
	free(uuid);
	free(metadata);
	return rc;
}

/* "raid1" is asked for as md-raid1: raid4, 5 and 6 are one module with three aliases. */
static int add_level(struct builder *b, const char *sys)
{
	char *level = sys_attr(sys, "md/level");
	int rc = strlist_add(&b->required, "md-mod");

	if (rc == 0 && level)
		rc = strlist_addf(&b->required, "md-%s", level);
	free(level);
	return rc;
}

int chain_add_md(struct builder *b, dev_t dev, const char *sys, unsigned *out)
{
	char *metadata = sys_attr(sys, "md/metadata_version"), *md = sys_link(sys, "md");
	struct md_members m = { .b = b };
	int rc = check_metadata(sys_name(sys), metadata);

	if (rc == 0)
		rc = sys_each(md ? md : "", add_member, &m);
	if (rc == 0 && m.nr > 0)
		rc = sys_each(md, add_other, &m);
	if (rc == 0)
		rc = add_level(b, sys);
	if (rc == 0)
		rc = add_device(b, dev, sys, &m, out);
	free(m.at);
	free(md);
	free(metadata);
	return rc;
}
