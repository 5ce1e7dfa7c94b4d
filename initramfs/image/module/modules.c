/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modules.c - from required drivers to module files and firmware in the image */
#include "initramfs/image/module/modules.h"

#include "initramfs/image/module/kmods.h"
#include "initramfs/image/device/sysfs.h"
#include "initramfs/image/device/watchdog.h"

#include "base/err.h"
#include "base/karg.h"
#include "config/config.h"
#include "initramfs/plan/module_params.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "/lib/modules/6.12/kernel/fs/ext4/ext4.ko.xz", with any directory in front. */
static char *image_path(const struct builder *b, const char *real, bool plain)
{
	size_t len = strlen(b->modules);
	const char *below = strncmp(real, b->modules, len) == 0 ? real + len : strrchr(real, '/');
	const char *end = plain ? strstr(below, ".ko") : NULL;
	char *out;

	if (asprintf(&out, "/lib/modules/%s%.*s", b->kernel,
		     end ? (int)(end + 3 - below) : (int)strlen(below), below) < 0)
		return NULL;
	return out;
}

/* As it lies on disk if the kernel can read that, else decompressed. */
static int add_bytes(struct builder *b, const struct kmods_file *f, const struct kconfig *k,
		     char **out)
{
	const char *suffix = strstr(sys_name(f->path), ".ko");
	bool plain = suffix && suffix[3] && strcmp(suffix + 3, k->decompress) != 0;

	*out = image_path(b, f->path, plain);
	if (!*out)
		return fail(-ENOMEM, "%s", f->path);
	return tree_add_made(&b->tree, PART_MODULES, *out, f->path,
			     plain ? TREE_UNPACK : TREE_COPY);
}

/* One warning for a module, however many files it names. */
static int add_firmware(struct builder *b, const struct kmods_file *f)
{
	struct strlist missing = { .nr = 0 };
	bool found, any = false;
	int rc = 0;

	for (size_t i = 0; f->firmware && f->firmware[i] && rc == 0; i++) {
		rc = firmware_add(b, f->firmware[i], &found);
		any |= found;
		if (rc == 0 && !found)
			rc = strlist_add(&missing, f->firmware[i]);
	}
	if (rc == 0 && missing.nr > 0)
		rc = builder_warn(b,
				  "module %s names firmware that is not on this system: %s%s; "
				  "fine if the device works without%s",
				  f->name, missing.at[0], missing.nr > 1 ? " and more" : "",
				  any ? "" : ", else install its firmware package");
	strlist_free(&missing);
	return rc;
}

static int add_module(struct builder *b, const struct kmods_file *f, const struct kconfig *k)
{
	struct plan_module *m;
	char *path = NULL;
	int rc = add_bytes(b, f, k, &path);

	if (rc == 0)
		rc = plan_add_module(&b->plan, path, &m);
	if (rc == 0)
		rc = plan_set(&m->options, f->options);
	free(path);
	return rc < 0 ? rc : add_firmware(b, f);
}

/* What the targets cannot do without, but for what the configuration leaves out. */
static int resolve_required(const struct builder *b, struct kmods *k)
{
	const char *const *omit = b->cfg->omit_modules;
	int rc = 0;

	k->command_line = b->command_line;
	for (size_t i = 0; omit && omit[i] && rc == 0; i++)
		rc = strlist_add(&k->omitted, omit[i]);
	for (size_t i = 0; i < b->required.nr && rc == 0; i++)
		rc = kmods_want(k, b->required.at[i]);
	return rc;
}

/* Both lists are the administrator's: --omit-drivers has the last word. */
static bool is_left_out(const struct kmods *k, const char *module)
{
	for (size_t i = 0; i < k->omitted.nr; i++) {
		const char *name = k->omitted.at[i];

		if (karg_same_name(module, strlen(module), name, strlen(name)))
			return true;
	}
	return false;
}

/* dracut goes on without a driver that the kernel lacks. */
static int want_extra(struct builder *b, struct kmods *k, const char *module)
{
	int rc = kmods_want(k, module);

	if (rc == -ENOENT && config_is_of_dracut(b->cfg, module)) {
		fail_clear();
		return builder_warn(b,
				    "dracut_args: kernel %s has no module %s; the image is made "
				    "without it",
				    b->kernel, module);
	}
	return rc < 0 ? fail(rc, "extra_modules") : 0;
}

static int resolve(struct builder *b, struct kmods *k)
{
	const char *const *extra = b->cfg->extra_modules;
	int rc = resolve_required(b, k);

	for (size_t i = 0; i < b->optional.nr && rc == 0; i++)
		rc = kmods_like(k, b->optional.at[i]);
	for (size_t i = 0; extra && extra[i] && rc == 0; i++) {
		rc = is_left_out(k, extra[i]) ? 0 : want_extra(b, k, extra[i]);
	}
	return rc;
}

/* A kernel without modules has everything built in, or nothing can be done about it. */
static int check_directory(struct builder *b)
{
	char *index = NULL;
	int rc = 0;

	if (asprintf(&index, "%s/modules.dep.bin", b->modules) < 0)
		return fail(-ENOMEM, "modules");
	if (access(index, R_OK) < 0)
		rc = fail(-errno,
			  "kernel %s: no module index %s; is that kernel installed? (%s %s)",
			  b->kernel, index, "if it is: depmod", b->kernel);
	free(index);
	return rc;
}

static int add_all(struct builder *b, struct kmods *k)
{
	struct kconfig config;
	int rc = kconfig_read(b, &config);

	if (rc == 0 && !config.known)
		rc = builder_warn(b,
				  "no configuration of kernel %s found (/boot/config-%s): the "
				  "image is made without compressed modules, and larger for it",
				  b->kernel, b->kernel);
	for (size_t i = 0; i < k->nr && rc == 0; i++)
		rc = add_module(b, &k->at[i], &config);
	return rc;
}

int modules_check_omitted(const struct builder *b)
{
	struct kmods k = { 0 };
	int rc;

	if ((!b->cfg->omit_modules || !b->cfg->omit_modules[0]) &&
	    !module_params_any_blacklist(b->command_line))
		return 0;
	rc = kmods_open(b->modules, b->root, &k);
	if (rc == 0)
		rc = resolve_required(b, &k);
	kmods_close(&k);
	return rc;
}

int modules_gather(struct builder *b)
{
	struct kmods k = { 0 };
	int rc = watchdog_gather(b);

	if (rc == 0)
		rc = check_directory(b);
	if (rc == 0)
		rc = kmods_open(b->modules, b->root, &k);
	if (rc == 0)
		rc = resolve(b, &k);
	if (rc == 0)
		rc = add_all(b, &k);
	kmods_close(&k);
	return rc;
}
