/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_busy.c - does anything use a block device, or a partition of it?
 *
 * The mount table, the list of swap devices and sysfs name the user. An exclusive open, which the
 * kernel refuses for a device in use, finds all other cases.
 */
#include "config/check/check_impl.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

struct busy {
	const struct check *k;
	char *who;
	size_t size;
};

/* Is the file, as named below the root, the node of this device? */
static bool is_device(const struct check *k, const char *file, dev_t dev)
{
	char path[PATH_MAX];
	struct stat sb;

	return *file == '/' && stat(config_check_below(k, file, path), &sb) == 0 &&
	       S_ISBLK(sb.st_mode) && sb.st_rdev == dev;
}

/*
 * A line of mountinfo, of which btrfs has no device number:
 *
 *     36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw
 */
static bool mount_is_of(const struct busy *b, char *line, dev_t dev, const char *name)
{
	unsigned major, minor;
	char target[256], source[256];
	const char *rest = strstr(line, " - ");

	if (!rest || sscanf(line, "%*s %*s %u:%u %*s %255s", &major, &minor, target) != 3 ||
	    sscanf(rest, " - %*s %255s", source) != 1)
		return false;
	if (makedev(major, minor) != dev && !is_device(b->k, source, dev))
		return false;
	snprintf(b->who, b->size, "%s is mounted on %s", name, target);
	return true;
}

static bool swap_is_of(const struct busy *b, char *line, dev_t dev, const char *name)
{
	line[strcspn(line, " \t\n")] = '\0';
	if (!is_device(b->k, line, dev))
		return false;
	snprintf(b->who, b->size, "%s is swap space in use", name);
	return true;
}

static bool any_line(const struct busy *b, const char *file, dev_t dev, const char *name)
{
	char path[PATH_MAX], *line = NULL;
	FILE *f = fopen(config_check_below(b->k, file, path), "re");
	bool swaps = strcmp(file, "/proc/swaps") == 0, found = false;
	size_t capacity = 0;

	while (f && !found && getline(&line, &capacity, f) > 0)
		found = swaps ? swap_is_of(b, line, dev, name) : mount_is_of(b, line, dev, name);
	free(line);
	if (f)
		fclose(f);
	return found;
}

/* DIR/NAMETAIL; false: it is longer than any path can be, so there is no such file. */
static bool join(char out[PATH_MAX], const char *dir, const char *name, const char *tail)
{
	return snprintf(out, PATH_MAX, "%s/%s%s", dir, name, tail) < PATH_MAX;
}

/* Arrays, volumes, multipath maps made of it. */
static bool has_holder(const struct busy *b, const char *sys, const char *name)
{
	char path[PATH_MAX];
	DIR *d;
	struct dirent *e;
	bool found = false;

	d = join(path, sys, "holders", "") ? opendir(path) : NULL;
	while (d && !found && (e = readdir(d))) {
		found = e->d_name[0] != '.';
		if (found)
			snprintf(b->who, b->size, "%s is in use by %s", name, e->d_name);
	}
	if (d)
		closedir(d);
	return found;
}

static bool is_used(const struct busy *b, const char *sys, dev_t dev, const char *name)
{
	return any_line(b, "/proc/self/mountinfo", dev, name) ||
	       any_line(b, "/proc/swaps", dev, name) || has_holder(b, sys, name);
}

/* The device number of the partition with this directory; 0: not a partition. */
static dev_t partition_dev(const char *dir, const char *name)
{
	char path[PATH_MAX];
	unsigned major = 0, minor = 0;
	FILE *f;

	if (name[0] == '.' || !join(path, dir, name, "/partition") || access(path, F_OK) < 0 ||
	    !join(path, dir, name, "/dev"))
		return 0;
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (fscanf(f, "%u:%u", &major, &minor) != 2)
		major = minor = 0;
	fclose(f);
	return makedev(major, minor);
}

static bool part_is_used(const struct busy *b, const char *sys)
{
	char path[PATH_MAX], name[PATH_MAX];
	DIR *d = opendir(sys);
	struct dirent *e;
	bool found = false;

	while (d && !found && (e = readdir(d))) {
		dev_t dev = partition_dev(sys, e->d_name);

		found = dev && join(path, sys, e->d_name, "") &&
			join(name, "/dev", e->d_name, "") && is_used(b, path, dev, name);
	}
	if (d)
		closedir(d);
	return found;
}

/* The kernel also refuses a disk if one of its partitions is in use. */
static bool is_lent(const char *node)
{
	int fd = open(node, O_RDONLY | O_EXCL | O_CLOEXEC | O_NONBLOCK);

	if (fd >= 0)
		close(fd);
	return fd < 0 && errno == EBUSY;
}

bool config_check_busy(const struct check *k, const char *node, char *who, size_t size)
{
	const struct busy b = { .k = k, .who = who, .size = size };
	const char *name = node + strlen(k->system.root);
	char file[128], sys[PATH_MAX];
	struct stat sb;

	if (stat(node, &sb) < 0 || !S_ISBLK(sb.st_mode))
		return false;
	snprintf(file, sizeof(file), "/sys/dev/block/%u:%u", major(sb.st_rdev), minor(sb.st_rdev));
	config_check_below(k, file, sys);
	if (is_used(&b, sys, sb.st_rdev, name) || part_is_used(&b, sys))
		return true;
	snprintf(who, size, "%s is in use by a file system, a volume or a program", name);
	return is_lent(node);
}
