/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bootloader_bls.c - entries in /boot/loader/entries, edited as files */
#include "systemd/crashkernel/bootloader.h"

#include "base/err.h"
#include "systemd/bootargs.h"
#include "systemd/files.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENTRY_MAX (64 << 10)

static const char *const dirs[] = { "/boot/loader/entries", "/efi/loader/entries",
				    "/boot/efi/loader/entries" };

/* Call fn for each entry until it returns something other than 0. */
static int each(const char *root, int (*fn)(const char *path, const char *text, void *arg),
		void *arg)
{
	char path[FILES_PATH_MAX];
	int rc = 0;

	for (unsigned i = 0; i < sizeof(dirs) / sizeof(dirs[0]) && rc == 0; i++) {
		struct dirent *e;
		DIR *d = files_path(root, dirs[i], path) == 0 ? opendir(path) : NULL;

		while (d && rc == 0 && (e = readdir(d))) {
			const char *dot = strrchr(e->d_name, '.');
			char *text;

			if (!dot || strcmp(dot, ".conf") != 0)
				continue;
			snprintf(path, sizeof(path), "%s/%s", dirs[i], e->d_name);
			rc = files_read(root, path, ENTRY_MAX, &text);
			if (rc < 0)
				break;
			rc = fn(path, text, arg);
			free(text);
		}
		if (d)
			closedir(d);
	}
	return rc;
}

static int found(const char *path, const char *text, void *arg)
{
	(void)path;
	(void)text;
	(void)arg;
	return 1;
}

static bool present(const char *root)
{
	return each(root, found, NULL) == 1;
}

/*
 * Paths in entries are relative to their partition: "/vmlinuz-X" is "/boot/vmlinuz-X". If each
 * kernel has its own directory only the version identifies it: "version X".
 */
static bool entry_is(const char *text, const char *kernel)
{
	static const char boot_prefix[] = "/boot/vmlinuz-";
	char *image = boottext_entry_value(text, "linux");
	char *version = boottext_entry_value(text, "version");
	size_t a = strlen(kernel), b = image ? strlen(image) : 0;
	bool same = strcmp(kernel, "ALL") == 0 ||
		    (b > 0 && b <= a && strcmp(kernel + a - b, image) == 0);

	if (version && strncmp(kernel, boot_prefix, sizeof(boot_prefix) - 1) == 0)
		same = same || strcmp(kernel + sizeof(boot_prefix) - 1, version) == 0;
	free(image);
	free(version);
	return same;
}

struct lookup {
	const char *kernel;
	char *value;
};

static int get_one(const char *path, const char *text, void *arg)
{
	struct lookup *l = arg;
	struct bootargs args = { 0 };
	char *options;
	int rc;

	(void)path;
	if (!entry_is(text, l->kernel))
		return 0;
	options = boottext_entry_value(text, "options");
	rc = bootargs_parse(options ? options : "", &args);
	if (rc == 0 && bootargs_value(&args, "crashkernel"))
		l->value = strdup(bootargs_value(&args, "crashkernel"));
	bootargs_fini(&args);
	free(options);
	return rc < 0 ? rc : l->value != NULL;
}

static int get(const char *root, const char *kernel, char **out)
{
	struct lookup l = { .kernel = kernel };
	int rc = each(root, get_one, &l);

	*out = l.value;
	return rc < 0 ? rc : 0;
}

struct change {
	const struct bootloader_change *c;
	unsigned nr;  /* number of entries of the kernel */
	bool changed; /* an entry or the template was changed */
};

static int left_alone(int rc, const struct bootloader_change *c, const char *path)
{
	if (!c->value)
		return fail(rc, "%s is not changed; remove crashkernel= from it by hand", path);
	return fail(rc, "%s is not changed; add crashkernel=%s to it by hand", path, c->value);
}

static int set_one(const char *path, const char *text, void *arg)
{
	struct change *change = arg;
	char *new, *options;
	bool differs;
	int rc;

	if (!entry_is(text, change->c->kernel))
		return 0;
	change->nr++;
	options = boottext_entry_value(text, "options");
	differs = boottext_differs(options ? options : "", change->c);
	free(options);
	if (!differs)
		return 0;
	rc = boottext_entry(text, change->c, &new);
	if (rc < 0)
		return left_alone(rc, change->c, path);
	change->changed = true;
	rc = files_replace(change->c->root, path, new);
	free(new);
	return rc < 0 ? left_alone(rc, change->c, path) : 0;
}

/* Entries of new kernels are made from this. */
static int set_template(struct change *change)
{
	static const char path[] = "/etc/kernel/cmdline";
	const struct bootloader_change *c = change->c;
	char *text, *new;
	int rc = files_read(c->root, path, ENTRY_MAX, &text);

	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	if (!boottext_differs(text, c)) {
		free(text);
		return 0;
	}
	change->changed = true;
	rc = boottext_template(text, c, &new);
	if (rc == 0) {
		rc = files_replace(c->root, path, new);
		free(new);
	}
	free(text);
	return rc < 0 ? left_alone(rc, c, path) : 0;
}

static int set(const struct bootloader_change *c)
{
	struct change change = { .c = c };
	int rc = each(c->root, set_one, &change);

	if (rc == 0 && change.nr == 0)
		return fail(-ENOENT,
			    "no boot entry for the kernel %s; see \"kdumpctl "
			    "reset-crashkernel --kernel=ALL\"",
			    c->kernel);
	if (rc == 0 && strcmp(c->kernel, "ALL") == 0)
		rc = set_template(&change);
	return rc < 0 ? rc : change.changed;
}

const struct bootloader bootloader_bls = {
	.name = "boot entries",
	.per_kernel = true,
	.present = present,
	.get = get,
	.set = set,
};
