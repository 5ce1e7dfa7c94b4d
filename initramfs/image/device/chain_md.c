/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chain_md.c - Linux software RAID: the members by slot, the module of the level */
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

/* "rd0", "rd1"...: one per slot in use, a link to "dev-sda1", which has a link "block". */
static int add_member(const char *dir, const char *name, void *arg)
{
	struct md_members *m = arg;
	char *slot, *block, *text = NULL;
	unsigned index = 0;
	dev_t dev = 0;
	int rc;

	if (strncmp(name, "rd", 2) != 0 || !isdigit((unsigned char)name[2]))
		return 0;
	slot = sys_link(dir, name);
	block = slot ? sys_link(slot, "block") : NULL;
	text = block ? sys_attr(block, "dev") : NULL;
	rc = text ? sys_parse_dev(text, &dev) : fail(-ENODEV, "%s/%s has no device", dir, name);
	if (rc == 0)
		rc = chain_add(m->b, dev, &index);
	if (rc == 0)
		rc = plan_add_index(&m->at, &m->nr, index);
	free(text);
	free(block);
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
	if (rc == 0)
		rc = add_level(b, sys);
	if (rc == 0)
		rc = add_device(b, dev, sys, &m, out);
	free(m.at);
	free(md);
	free(metadata);
	return rc;
}
