/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * device_path.c - compare two paths of sysfs component by component
 *
 *     pci0000:00/0000:00:15.0/host2/target2:0:1/2:0:1:0      the second disk of the first kernel's
 *     pci0000:00/0000:00:15.0/host0/target0:0:1/0:0:1:0      host 2, of the capture kernel's host 0
 */
#include "initramfs/capture/device/device_path.h"

#include "base/util.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* A component: [at, at + len). */
struct part {
	const char *at;
	size_t len;
};

static struct part part_at(const char *path, const char *end)
{
	const char *slash = memchr(path, '/', (size_t)(end - path));

	return (struct part){ path, (size_t)((slash ? slash : end) - path) };
}

static bool part_same(struct part a, struct part b)
{
	return a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

/* "2:0:1:0", and not "0000:00:15.0". */
static bool is_scsi_address(struct part p)
{
	unsigned colons = 0;

	for (size_t i = 0; i < p.len; i++) {
		if (p.at[i] == ':')
			colons++;
		else if (!isdigit((unsigned char)p.at[i]))
			return false;
	}
	return colons == 3;
}

/* The counted number behind this many bytes; 0 bytes and false: there is none. */
static bool counted(struct part p, const char *prefix, size_t *len)
{
	*len = strlen(prefix);
	return p.len > *len && strncmp(p.at, prefix, *len) == 0 &&
	       isdigit((unsigned char)p.at[*len]);
}

/* What stands behind the number that is counted in the order of probing. */
static struct part behind_number(struct part p, size_t prefix)
{
	while (prefix < p.len && isdigit((unsigned char)p.at[prefix]))
		prefix++;
	return (struct part){ p.at + prefix, p.len - prefix };
}

/* Names of one kind that the directory [from, to) has; INT_MAX: it cannot be read. */
static int count_in(const char *from, const char *to, const char *prefix)
{
	char path[PATH_MAX];
	struct dirent *e;
	int nr = 0;
	size_t len;
	DIR *dir;

	snprintf(path, sizeof(path), "%.*s", (int)(to - from), from);
	dir = opendir(path);
	if (!dir)
		return INT_MAX;
	while ((e = readdir(dir)))
		nr += counted((struct part){ e->d_name, strlen(e->d_name) }, prefix, &len);
	closedir(dir);
	return nr;
}

/*
 * The same but for a number that is counted. Below a host its number is only repeated; a host or a
 * virtio device must be its parent's only one. root: where the path of a begins.
 */
static bool part_alike(const char *root, struct part a, struct part b)
{
	static const struct {
		const char *prefix;
		bool repeated;
	} kinds[] = {
		{ "host", false },     { "virtio", false }, { "target", true },
		{ "port-", true },     { "rport-", true },  { "end_device-", true },
		{ "expander-", true },
	};
	size_t len;

	if (is_scsi_address(a) && is_scsi_address(b))
		return part_same(behind_number(a, 0), behind_number(b, 0));
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!counted(a, kinds[i].prefix, &len) || !counted(b, kinds[i].prefix, &len))
			continue;
		return part_same(behind_number(a, len), behind_number(b, len)) &&
		       (kinds[i].repeated || count_in(root, a.at, kinds[i].prefix) == 1);
	}
	return false;
}

bool device_path_same(const char *real, const char *want, size_t len)
{
	const char *at = strstr(real, "/devices/"), *to, *end = want + len;

	if (!at)
		return false;
	at += strlen("/devices/");
	to = strstr(at, "/block/");
	while (to && at < to && want < end) {
		struct part a = part_at(at, to), b = part_at(want, end);

		if (!part_same(a, b) && !part_alike(real, a, b))
			return false;
		at += a.len;
		want += b.len;
		if (at < to && want < end) {
			at++;
			want++;
		}
	}
	return to && at == to && want == end;
}
