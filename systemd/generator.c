/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * generator.c - kdump-generator: the units that kdump.service must wait for, derived from the
 * target
 *
 * A systemd generator: run early at boot, with the directory for its units as first argument. It
 * reads only kdump.conf and fstab; kdump.service reports errors in them.
 */
#include "systemd/ctl.h"

#include "base/err.h"
#include "base/util.h"
#include "systemd/files.h"

#include <blkid/blkid.h>
#include <ctype.h>
#include <libmount/libmount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Without the network neither the name of a server nor a route to it can be resolved. */
static const char network_needs[] = "Wants=network-online.target\nAfter=network-online.target\n";

/* Write the path as one item of a unit's list, with quotes and specifiers escaped. */
static void put_path(const char *path, FILE *f)
{
	fputc('"', f);
	for (; *path; path++) {
		if (*path == '"' || *path == '\\')
			fputc('\\', f);
		if (*path == '%')
			fputc('%', f);
		fputc(*path, f);
	}
	fputc('"', f);
}

/* The name of systemd's unit for a path: "/dev/disk/by-id/x" is "dev-disk-by\x2did-x". */
static void put_unit_name(const char *path, FILE *f)
{
	while (*path == '/')
		path++;
	for (; *path; path++) {
		if (*path == '/')
			fputc('-', f);
		else if (isascii(*path) && (isalnum(*path) || strchr(":_.", *path)))
			fputc(*path, f);
		else
			fprintf(f, "\\x%02x", (unsigned char)*path);
	}
}

/* The path udev gives a device that is named by a tag; false if it is too long. */
static bool device_path(const char *where, char out[FILES_PATH_MAX])
{
	static const struct {
		const char *tag, *dir;
	} tags[] = {
		{ "UUID=", "/dev/disk/by-uuid/" },
		{ "LABEL=", "/dev/disk/by-label/" },
		{ "PARTUUID=", "/dev/disk/by-partuuid/" },
		{ "PARTLABEL=", "/dev/disk/by-partlabel/" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
		size_t len = strlen(tags[i].tag), at = strlen(tags[i].dir);

		if (strncmp(where, tags[i].tag, len) != 0)
			continue;
		snprintf(out, FILES_PATH_MAX, "%s", tags[i].dir);
		return blkid_encode_string(where + len, out + at, FILES_PATH_MAX - at) == 0;
	}
	return (size_t)snprintf(out, FILES_PATH_MAX, "%s", where) < FILES_PATH_MAX;
}

/* A disk may appear late in the boot. The wait ends: systemd's limit is 90 seconds. */
static void needs_device(const char *where, FILE *f)
{
	char path[FILES_PATH_MAX];

	if (!device_path(where, path))
		return;
	fputs("Wants=", f);
	put_unit_name(path, f);
	fputs(".device\nAfter=", f);
	put_unit_name(path, f);
	fputs(".device\n", f);
}

static bool is_same_device(const char *a, const char *b)
{
	char x[FILES_PATH_MAX], y[FILES_PATH_MAX];

	return a && device_path(a, x) && device_path(b, y) && strcmp(x, y) == 0;
}

/* "/mnt/data/" is systemd's mnt-data. The root is always mounted. */
static void needs_mount_unit(const char *dir, FILE *f)
{
	char path[FILES_PATH_MAX];
	size_t len = dir && dir[0] == '/' ? strlen(dir) : 0;

	while (len && dir[len - 1] == '/')
		len--;
	if (len == 0 || len >= sizeof(path))
		return;
	snprintf(path, sizeof(path), "%.*s", (int)len, dir);
	fputs("After=", f);
	put_unit_name(path, f);
	fputs(".mount\n", f);
}

/*
 * fstab mounts the device as soon as it appears. The target is unusable before that, and with
 * nofail or _netdev nothing else makes kdump.service wait.
 */
static void needs_mount(const char *fstab, const char *where, FILE *f)
{
	struct libmnt_table *table = mnt_new_table_from_file(fstab);
	struct libmnt_iter *it = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;

	while (table && it && mnt_table_next_fs(table, it, &fs) == 0) {
		if (is_same_device(mnt_fs_get_source(fs), where))
			needs_mount_unit(mnt_fs_get_target(fs), f);
	}
	mnt_free_iter(it);
	mnt_unref_table(table);
}

static void needs_of(const struct config *c, const char *fstab, FILE *f)
{
	bool network = false;

	for (unsigned i = 0; i < c->nr_targets; i++) {
		switch (c->targets[i].kind) {
		case CONFIG_TARGET_NFS:
			network = true;
			fputs("After=remote-fs.target\n", f);
			break;
		case CONFIG_TARGET_SSH:
			network = true;
			break;
		case CONFIG_TARGET_FS:
		case CONFIG_TARGET_MOUNT:
		case CONFIG_TARGET_RAW:
			needs_device(c->targets[i].where, f);
			needs_mount(fstab, c->targets[i].where, f);
			break;
		case CONFIG_TARGET_PATH:
			/* A directory on a mount point, maybe a remote one. */
			fputs("RequiresMountsFor=", f);
			put_path(c->path, f);
			fputs("\nAfter=remote-fs.target\n", f);
			break;
		default:
			break;
		}
	}
	if (network || c->fence_kdump_nodes[0])
		fputs(network_needs, f);
}

static int unit_text(const struct config *c, const char *fstab, char **out)
{
	size_t len;
	FILE *f = open_memstream(out, &len);

	if (!f)
		return fail(-ENOMEM, "needs of kdump.service");
	fputs("# Made by kdump-generator\n[Unit]\n", f);
	needs_of(c, fstab, f);
	if (fclose(f) == 0)
		return 0;
	free(*out);
	*out = NULL;
	return fail(-ENOMEM, "needs of kdump.service");
}

int generator_run(const char *root, const char *dir)
{
	char path[FILES_PATH_MAX], fstab[FILES_PATH_MAX], *text = NULL;
	struct config config;
	int rc = files_path(root, CONFIG_FILE, path);

	if (rc == 0)
		rc = files_path(root, "/etc/fstab", fstab);
	if (rc == 0) {
		rc = config_load(path, CONFIG_LENIENT, &config);
		if (rc == 0)
			rc = unit_text(&config, fstab, &text);
		config_free(&config);
	}
	snprintf(path, sizeof(path), "%s/kdump.service.d/10-target.conf", dir);
	if (rc == 0)
		rc = files_write("", path, 0644, text);
	free(text);
	return rc < 0 ? ctl_fail("kdump-generator") : CTL_OK;
}
