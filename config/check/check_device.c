/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_device.c - does a block device hold what the configuration expects
 *
 * Read by libblkid from the device itself: its cache and udev's links may be older.
 */
#include "config/check/check_impl.h"

#include "base/util.h"

#include <blkid/blkid.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TYPE_MAX 64

/* A driver that mounts what another type was made for; not the other way round. */
static const struct {
	const char *fstype, *holds;
} mounts_too[] = {
	{ "ext4", "ext3" },
	{ "ext4", "ext2" },
	{ "msdos", "vfat" },
};

/* Types that are below a file system, and what to name instead. */
static const struct {
	const char *type, *instead;
} layers[] = {
	{ "crypto_LUKS", "an encrypted device; name the one that is opened from it" },
	{ "LVM2_member", "a part of a volume group; name the logical volume" },
	{ "linux_raid_member", "a member of an array; name the array" },
	{ "swap", "swap space; name another device" },
};

static void probe_fd(int fd, char type[TYPE_MAX], bool *partitioned)
{
	blkid_probe probe = blkid_new_probe();
	const char *value;

	if (!probe)
		return;
	blkid_probe_enable_partitions(probe, 1);
	if (blkid_probe_set_device(probe, fd, 0, 0) == 0 && blkid_do_safeprobe(probe) == 0) {
		if (blkid_probe_lookup_value(probe, "TYPE", &value, NULL) == 0)
			snprintf(type, TYPE_MAX, "%s", value);
		*partitioned = blkid_probe_has_value(probe, "PTTYPE");
	}
	blkid_free_probe(probe);
}

/* False: it could not be read, which was reported. type "": no known signature. */
static bool probe(struct check *k, const char *node, const char *where, char type[TYPE_MAX],
		  bool *partitioned)
{
	int fd = open(node, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	type[0] = '\0';
	*partitioned = false;
	if (fd < 0) {
		config_check_warning(k, "what is on %s was not checked: %s", where,
				     strerror(errno));
		return false;
	}
	probe_fd(fd, type, partitioned);
	close(fd);
	return true;
}

static bool fits(const char *fstype, const char *type)
{
	if (strcmp(fstype, type) == 0 || strcmp(fstype, "auto") == 0)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(mounts_too); i++) {
		if (strcmp(mounts_too[i].fstype, fstype) == 0 &&
		    strcmp(mounts_too[i].holds, type) == 0)
			return true;
	}
	return false;
}

static const char *instead_of(const char *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(layers); i++) {
		if (strcmp(layers[i].type, type) == 0)
			return layers[i].instead;
	}
	return NULL;
}

void config_check_fstype(struct check *k, const char *node, const char *where, const char *fstype)
{
	char type[TYPE_MAX];
	bool partitioned;

	if (!probe(k, node, where, type, &partitioned) || fits(fstype, type))
		return;
	if (instead_of(type))
		config_check_error(k, "%s is %s", where, instead_of(type));
	else if (type[0])
		config_check_error(k, "%s holds %s, not %s; write '%s %s'", where, type, fstype,
				   type, where);
	else if (partitioned)
		config_check_error(k,
				   "%s is a whole disk with partitions; name one of them "
				   "('lsblk -f' lists all)",
				   where);
	else
		config_check_error(k,
				   "%s holds no file system; name another device, or run: "
				   "mkfs.%s %s",
				   where, fstype, where);
}

void config_check_raw(struct check *k, const char *node, const char *where)
{
	char type[TYPE_MAX], who[PATH_MAX + NAME_MAX + 64];
	bool partitioned;

	if (config_check_busy(k, node, who, sizeof(who))) {
		config_check_error(k,
				   "%s, and a dump would destroy it; name a device that "
				   "nothing uses",
				   who);
		return;
	}
	if (k->c->raw_overwrite || !probe(k, node, where, type, &partitioned))
		return;
	if (type[0] || partitioned)
		config_check_error(k,
				   "%s holds %s, and a dump would destroy it; clear it with "
				   "wipefs, or write 'raw_overwrite yes'",
				   where, type[0] ? type : "partitions");
}
