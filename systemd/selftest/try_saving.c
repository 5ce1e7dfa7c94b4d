/* SPDX-License-Identifier: GPL-2.0-or-later */
/* try_saving.c - the steps of kdumpctl test without a crash */
#include "systemd/selftest/try_saving.h"

#include "base/err.h"
#include "base/text.h"
#include "initramfs/image/image.h"
#include "initramfs/plan/plan.h"
#include "systemd/dumps/dump_list.h"
#include "systemd/files.h"
#include "systemd/dumps/target_access.h"

#include <blkid/blkid.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct search {
	const char *path;
	bool found;
};

/* /lib in the image is a link to usr/lib: the plan may use either path. */
static const char *plain(const char *path)
{
	path += *path == '/';
	return strncmp(path, "usr/", 4) == 0 ? path + 4 : path;
}

static int match(const struct image_entry *e, void *arg)
{
	struct search *s = arg;

	s->found = s->found || strcmp(plain(e->path), plain(s->path)) == 0;
	return s->found;
}

static int must_hold(const char *image, const char *path)
{
	struct search s = { .path = path };
	int rc = image_list(image, match, &s);

	if (rc < 0)
		return fail(rc, "read the image");
	return s.found ? 0 : fail(-ENOENT, "the image lacks %s; run \"kdumpctl rebuild\"", path);
}

static int hold_plan(const char *image, const struct plan *p)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < p->nr_modules; i++)
		rc = must_hold(image, p->modules[i].path);
	for (size_t i = 0; rc == 0 && i < p->nr_targets; i++) {
		if (p->targets[i].kind == PLAN_SSH)
			rc = must_hold(image, "/etc/kdump/ssh/id");
	}
	if (rc == 0 && p->nr_targets == 0)
		rc = fail_adopt(-ENOENT, "the plan in the image has no target");
	return rc;
}

int try_image(const struct ctl *ctl, const char *image)
{
	char path[FILES_PATH_MAX], *text = NULL;
	struct plan plan = { 0 };
	size_t len;
	int rc = files_path(ctl->root, image, path);

	if (rc == 0)
		rc = must_hold(path, "/init");
	if (rc == 0)
		rc = must_hold(path, CONFIG_FILE);
	if (rc == 0)
		rc = image_read_file(path, PLAN_PATH, &text, &len);
	if (rc == 0)
		rc = plan_parse(text, len, &plan);
	if (rc == 0)
		rc = hold_plan(path, &plan);
	plan_free(&plan);
	free(text);
	return rc;
}

static int write_dir(const struct target_access *p)
{
	char path[CTL_PATH_MAX + 32];
	int fd, rc = 0;

	snprintf(path, sizeof(path), "%s/.kdump-test-%d", p->dir, (int)getpid());
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 && errno == ENOENT)
		return fail(-ENOENT, "%s does not exist; create it with \"mkdir -p\"", p->shown);
	if (fd < 0)
		return fail(-errno, "write to %s", p->shown);
	if (write(fd, "test\n", 5) != 5 || fsync(fd) < 0)
		rc = fail(-errno, "write to %s", p->shown);
	close(fd);
	unlink(path);
	return rc;
}

static int write_ssh(const struct target_access *p)
{
	char quoted[CTL_PATH_MAX], command[2 * CTL_PATH_MAX + 128], *out = NULL;
	size_t len;
	int rc = dumps_quote(p->dir, quoted, sizeof(quoted));

	if (rc < 0)
		return rc;
	snprintf(command, sizeof(command),
		 "umask 077; f=%s/.kdump-test-%d; mkdir -p %s && echo test > \"$f\" && rm \"$f\"",
		 quoted, (int)getpid(), quoted);
	rc = target_access_ssh(p, &(struct target_access_command){ .command = command }, &out,
			       &len);
	free(out);
	return rc;
}

/* Read only: the device is not written before a crash. */
static int look_raw(const struct ctl *ctl, const struct target_access *p)
{
	blkid_probe probe = blkid_new_probe_from_filename(p->device);
	const char *type = NULL;
	int fd = open(p->device, O_RDWR | O_EXCL | O_CLOEXEC), rc = 0;

	if (fd < 0)
		rc = fail(-errno, "open %s", p->device);
	else
		close(fd);
	if (rc == 0 && probe && blkid_do_safeprobe(probe) == 0)
		blkid_probe_lookup_value(probe, "TYPE", &type, NULL);
	if (type && !ctl->config.raw_overwrite)
		rc = fail(
			-EEXIST,
			"%s contains %s, and a dump would destroy it; clear it with wipefs, or set "
			"\"raw_overwrite yes\"",
			p->device, type);
	blkid_free_probe(probe);
	return rc;
}

int try_target(const struct ctl *ctl, const struct config_target *t, char *message, size_t size)
{
	static const char *const done[] = {
		[ACCESS_DIR] = "a file was written and removed",
		[ACCESS_SSH] = "logged in, a file was written and removed",
		[ACCESS_RAW] = "the device can be written",
	};
	struct target_access access;
	uint64_t bytes = 0;
	int rc = target_access_open(ctl, t, ACCESS_WRITE, &access);

	if (rc == 0)
		rc = access.kind == ACCESS_SSH	 ? write_ssh(&access)
		     : access.kind == ACCESS_RAW ? look_raw(ctl, &access)
						 : write_dir(&access);
	if (rc == 0) {
		text_set(message, size, "%s: %s", access.name, done[access.kind]);
		if (target_access_free(&access, &bytes) == 0)
			text_add(message, size, ", %" PRIu64 " MB free", bytes >> 20);
		fail_clear();
	}
	target_access_close(&access);
	return rc;
}
