/* SPDX-License-Identifier: GPL-2.0-or-later */
/* builder.c - one run of the builder: its paths, and the order of its concerns */
#include "initramfs/image/builder.h"

#include "initramfs/image/device/dm_table.h"

#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

int builder_warn(struct builder *b, const char *fmt, ...)
{
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = strlist_addv(&b->warnings, fmt, ap);
	va_end(ap);
	return rc;
}

/* A copy of path, or of fallback if there is none, without slashes at the end. */
static int set_path(char **out, const char *path, const char *fallback)
{
	size_t len;

	*out = strdup(path ? path : fallback);
	if (!*out)
		return fail(-ENOMEM, "%s", fallback);
	for (len = strlen(*out); len > 0 && (*out)[len - 1] == '/'; len--)
		(*out)[len - 1] = '\0';
	return 0;
}

/* The kernel's name of a file below root must begin with root, so links in root are resolved. */
static int set_root(struct builder *b, const char *root)
{
	char *real;
	int rc = set_path(&b->root, root, "");

	if (rc < 0 || !b->root[0])
		return rc;
	real = realpath(b->root, NULL);
	if (!real)
		return fail(-errno, "root %s", root);
	free(b->root);
	b->root = real;
	return 0;
}

/*
 * DIR/lib/modules/RELEASE; where /lib is not a link, /usr/lib may have it. Absolute
 * and without links: libkmod's paths begin with it. A kernel without modules
 * leaves a name that is not there, and modules.c decides.
 */
static int find_modules(struct builder *b, const char *dir)
{
	static const char *const dirs[] = { "usr/lib/modules", "lib/modules" };

	for (int i = 0; i < 2; i++) {
		char *real;

		free(b->modules);
		if (asprintf(&b->modules, "%s/%s/%s", dir, dirs[i], b->kernel) < 0) {
			b->modules = NULL;
			return fail(-ENOMEM, "modules");
		}
		real = realpath(b->modules, NULL);
		if (real) {
			free(b->modules);
			b->modules = real;
			return 0;
		}
	}
	return 0;
}

static int set_paths(struct builder *b, const struct image_request *req)
{
	struct utsname uts;
	int rc = set_root(b, req->root);

	uname(&uts);
	if (rc == 0)
		rc = set_path(&b->kernel, req->kernel, uts.release);
	if (rc == 0)
		rc = set_path(&b->sysfs, req->sysfs, "/sys");
	if (rc == 0)
		rc = set_path(&b->proc, req->proc, "/proc");
	if (rc == 0)
		rc = set_path(&b->dev, req->dev, "/dev");
	if (rc == 0)
		rc = set_path(&b->config_path, req->config_path, "/etc/kdump.conf");
	if (rc == 0)
		rc = set_path(&b->command_line, req->command_line, "");
	if (rc == 0 && req->capture)
		rc = set_path(&b->capture, req->capture, "");
	else if (rc == 0 && asprintf(&b->capture, "%s" IMAGE_CAPTURE, b->root) < 0)
		rc = fail(-ENOMEM, "capture program");
	return rc < 0 ? rc : find_modules(b, req->modules ? req->modules : b->root);
}

int builder_open(const struct image_request *req, struct builder *out)
{
	int rc;

	*out = (struct builder){
		.cfg = req->cfg,
		.self_test = req->self_test,
		.dm_table = dm_table_read,
	};
	rc = plan_init(&out->plan);
	if (rc == 0)
		rc = set_paths(out, req);
	return rc < 0 ? rc : plan_set(&out->plan.kernel, out->kernel);
}

void builder_close(struct builder *b)
{
	plan_free(&b->plan);
	tree_free(&b->tree);
	strlist_free(&b->required);
	strlist_free(&b->optional);
	strlist_free(&b->warnings);
	free(b->chain);
	free(b->config_path);
	free(b->root);
	free(b->modules);
	free(b->kernel);
	free(b->sysfs);
	free(b->proc);
	free(b->dev);
	free(b->capture);
	free(b->command_line);
}
