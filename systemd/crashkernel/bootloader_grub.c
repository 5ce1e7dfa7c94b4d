/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bootloader_grub.c - Debian: a file of our own in /etc/default/grub.d, then update-grub */
#include "systemd/crashkernel/bootloader.h"

#include "base/err.h"
#include "base/run.h"
#include "config/sysconfig/shell_source.h"
#include "systemd/files.h"
#include "systemd/message.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DROP_IN_DIR "/etc/default/grub.d"
#define OUR_FILE    "/etc/default/grub.d/kdump.cfg"
#define MENU_FILE   "/boot/grub/grub.cfg"
#define FILE_MAX    (256 << 10)
#define MENU_MAX    (16 << 20)

static bool present(const char *root)
{
	return files_exist(root, GRUB_DEFAULT_FILE) && run_exists("update-grub");
}

/* Our file is read after the other, as in GRUB's scripts. */
static int get(const char *root, const char *kernel, char **out)
{
	char *text = NULL, *ours = NULL, *both = NULL;
	int rc = files_read(root, GRUB_DEFAULT_FILE, FILE_MAX, &text);

	(void)kernel;
	*out = NULL;
	if (rc == 0 || rc == -ENOENT)
		rc = files_read(root, OUR_FILE, FILE_MAX, &ours);
	if (rc == -ENOENT)
		rc = 0;
	if (rc == 0 && asprintf(&both, "%s\n%s", text ? text : "", ours ? ours : "") < 0)
		rc = fail(-ENOMEM, "boot loader text");
	if (rc == 0)
		*out = boottext_grub_value(both);
	free(both);
	free(ours);
	free(text);
	return rc;
}

/* Files of other programs are not changed, only warned about. */
static void warn_other_files(const char *root)
{
	char dir[FILES_PATH_MAX], path[FILES_PATH_MAX];
	struct dirent *e;
	DIR *d;

	if (files_path(root, DROP_IN_DIR, dir) < 0 || !(d = opendir(dir)))
		return;
	while ((e = readdir(d))) {
		char *text, *value;
		const char *dot = strrchr(e->d_name, '.');

		if (!dot || strcmp(dot, ".cfg") != 0 || strcmp(e->d_name, "kdump.cfg") == 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", DROP_IN_DIR, e->d_name);
		if (files_read(root, path, FILE_MAX, &text) < 0)
			continue;
		value = boottext_grub_value(text);
		if (value)
			message_warn("%s also sets crashkernel=%s; the last one counts, remove it",
				     path, value);
		free(value);
		free(text);
	}
	closedir(d);
}

/* Does our file contain only what we wrote? Anything else would be lost. */
static int check_ours(const char *old)
{
	const struct bootloader_change none = { .fadump = "off" };
	const struct shell_assignment *a;
	struct shell_source s;
	int rc = shell_source_read(old, strlen(old), &s);

	a = shell_source_find(&s, "GRUB_CMDLINE_LINUX_DEFAULT");
	if (rc == 0 &&
	    (s.other_line || s.nr != 1 || !a || !a->value || !boottext_keeps("", a->value, &none)))
		rc = fail(-EINVAL, "it contains more than crashkernel=");
	shell_source_free(&s);
	return rc;
}

static int replace_ours(const struct bootloader_change *c, const char *old, const char *text)
{
	int rc = old ? check_ours(old) : 0;

	if (rc < 0 && c->value)
		return fail(rc,
			    OUR_FILE
			    " is not changed; move the rest into another file beside it, or add "
			    "crashkernel=%s by hand and run update-grub",
			    c->value);
	if (rc < 0)
		return fail(rc, OUR_FILE " is not changed; remove crashkernel= by hand");
	if (!text)
		return files_remove(c->root, OUR_FILE);
	return old ? files_replace(c->root, OUR_FILE, text)
		   : files_write(c->root, OUR_FILE, 0644, text);
}

static int write_ours(const struct bootloader_change *c, bool *changed)
{
	bool fadump = c->fadump && strcmp(c->fadump, "off") != 0;
	char text[1400], *old = NULL;
	int rc = files_read(c->root, OUR_FILE, FILE_MAX, &old);

	if (rc < 0 && rc != -ENOENT)
		return rc;
	snprintf(text, sizeof(text),
		 "# Written by \"kdumpctl reset-crashkernel\". What is changed here is kept until\n"
		 "# that is run again; run update-grub afterwards.\n"
		 "GRUB_CMDLINE_LINUX_DEFAULT=\"$GRUB_CMDLINE_LINUX_DEFAULT%s%s%s%s\"\n",
		 c->value ? " crashkernel=" : "", c->value ? c->value : "",
		 fadump ? " fadump=" : "", fadump ? c->fadump : "");
	rc = 0;
	if (!c->value && !c->fadump) {
		*changed = *changed || old;
		rc = replace_ours(c, old, NULL);
	} else if (!old || strcmp(old, text) != 0) {
		*changed = true;
		rc = replace_ours(c, old, text);
	}
	free(old);
	return rc;
}

/* True if update-grub failed or never ran since. An unreadable menu counts as current. */
static bool menu_lacks(const struct bootloader_change *c)
{
	char word[600], *text = NULL;
	bool has = false;

	if (!c->value)
		return false;
	if (files_read(c->root, MENU_FILE, MENU_MAX, &text) < 0) {
		fail_clear();
		return false;
	}
	snprintf(word, sizeof(word), " crashkernel=%s", c->value);
	for (const char *at = text; !has && (at = strstr(at, word)); at += strlen(word))
		has = strchr(" \t\n", at[strlen(word)]) != NULL;
	free(text);
	return !has;
}

/* Does the change apply to the current value? */
static int accepted(const struct bootloader_change *c)
{
	char *old = NULL;
	int rc = c->only ? get(c->root, "ALL", &old) : 0;

	if (rc == 0)
		rc = !c->only || (old && c->only(old, c->arg));
	free(old);
	return rc;
}

static int set(const struct bootloader_change *c)
{
	const char *const argv[] = { "update-grub", NULL };
	const struct bootloader_change none = {
		.root = c->root,
		.fadump = c->fadump ? "off" : NULL,
	};
	bool changed = false;
	int rc = accepted(c);

	if (rc <= 0)
		return rc;
	/* A value in the administrator's own file would compete with ours. */
	rc = grub_file_change(&none, c->value, &changed);
	if (rc == 0)
		rc = write_ours(c, &changed);
	if (rc < 0 || !(changed || menu_lacks(c)))
		return rc;
	warn_other_files(c->root);
	rc = run_must(&(struct run_cfg){ .argv = argv, .timeout_ms = 300 * 1000 });
	return rc < 0 ? rc : 1;
}

const struct bootloader bootloader_grub = {
	.name = "GRUB",
	.present = present,
	.get = get,
	.set = set,
};
