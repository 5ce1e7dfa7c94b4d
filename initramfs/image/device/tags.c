/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tags.c - libblkid's data about a device */
#include "initramfs/image/device/chain.h"

#include "base/err.h"

#include <blkid/blkid.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* sysfs writes '!' for a '/' in a name. */
static void node_path(const struct builder *b, const char *name, char *out)
{
	snprintf(out, PATH_MAX, "%s/%s", b->dev, name);
	for (char *at = out + strlen(b->dev) + 1; *at; at++)
		*at = *at == '!' ? '/' : *at;
}

/* Things on the device, and the entry of the partition table that it is. */
static void ask_for_all(blkid_probe pr)
{
	blkid_probe_enable_superblocks(pr, 1);
	blkid_probe_set_superblocks_flags(pr, BLKID_SUBLKS_UUID | BLKID_SUBLKS_TYPE |
						      BLKID_SUBLKS_LABEL | BLKID_SUBLKS_VERSION);
	blkid_probe_enable_partitions(pr, 1);
	blkid_probe_set_partitions_flags(pr, BLKID_PARTS_ENTRY_DETAILS);
}

static const char *lookup(blkid_probe pr, const char *tag)
{
	const char *value = NULL;

	if (strcmp(tag, "PARTUUID") == 0)
		tag = "PART_ENTRY_UUID";
	if (strcmp(tag, "PARTLABEL") == 0)
		tag = "PART_ENTRY_NAME";
	return blkid_probe_lookup_value(pr, tag, &value, NULL) == 0 ? value : "";
}

int device_tag(const struct builder *b, const char *name, const char *tag, char **out)
{
	char path[PATH_MAX];
	blkid_probe pr;
	int rc;

	node_path(b, name, path);
	errno = 0;
	pr = blkid_new_probe_from_filename(path);
	if (!pr)
		return fail(errno ? -errno : -EIO, "look at %s", path);
	ask_for_all(pr);
	rc = blkid_do_safeprobe(pr);
	if (rc == -2)
		rc = fail(-EUCLEAN, "%s carries signatures of several kinds; see wipefs(8)", path);
	else if (rc < 0)
		rc = fail(-EIO, "look at %s", path);
	else if (!(*out = strdup(lookup(pr, tag))))
		rc = fail(-ENOMEM, "%s", path);
	else
		rc = 0;
	blkid_free_probe(pr);
	return rc;
}
