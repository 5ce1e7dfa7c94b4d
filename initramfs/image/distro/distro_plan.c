/* SPDX-License-Identifier: GPL-2.0-or-later */
/* distro_plan.c - the plan for an image of dracut or initramfs-tools */
#include "initramfs/image/distro/distro_plan.h"

#include "initramfs/image/device/layers.h"
#include "initramfs/image/machine_id.h"
#include "initramfs/image/module/modules.h"
#include "initramfs/image/device/sysfs.h"
#include "initramfs/image/device/targets.h"

#include "base/err.h"
#include "config/config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

static bool is_local(const struct config_target *t)
{
	const char *type = t->fstype ? t->fstype : "";

	switch (t->kind) {
	case CONFIG_TARGET_PATH:
	case CONFIG_TARGET_FS:
		return true;
	case CONFIG_TARGET_MOUNT:
		return strncmp(type, "nfs", 3) != 0 && strcmp(type, "virtiofs") != 0;
	default:
		return false;
	}
}

static int refuse(const char *what)
{
	return fail(-EOPNOTSUPP,
		    "%s: an image of dracut or initramfs-tools is for local file systems", what);
}

/* A copy of the configuration without the targets that cannot be had. */
static int choose_targets(const struct config *cfg, struct config *out, struct strlist *warnings)
{
	int rc = 0;

	*out = *cfg;
	out->nr_targets = 0;
	if (!is_local(&cfg->targets[0]))
		return refuse(config_target_name(&cfg->targets[0]));
	for (unsigned i = 0; i < cfg->nr_targets && rc == 0; i++) {
		const struct config_target *t = &cfg->targets[i];

		if (is_local(t))
			out->targets[out->nr_targets++] = *t;
		else
			rc = strlist_addf(warnings,
					  "fallback_target %s %s is left out: the image that is "
					  "needed for the main target is for local file systems",
					  config_target_name(t), t->where);
	}
	return rc;
}

/* path without a target may lie on a share. */
static int check_kinds(const struct builder *b)
{
	for (size_t i = 0; i < b->plan.nr_targets; i++) {
		if (b->plan.targets[i].kind != PLAN_FS)
			return refuse(b->plan.targets[i].source);
	}
	return 0;
}

/* sysfs writes '!' for a '/' in a name. */
static int add_nodes(const struct builder *b, struct strlist *out)
{
	int rc = 0;

	for (size_t i = 0; i < b->plan.nr_devices && rc == 0; i++) {
		char *sys = NULL, node[128];

		rc = sys_block_dir(b, b->chain[i], &sys);
		if (rc < 0)
			return rc;
		snprintf(node, sizeof(node), "/dev/%.100s", sys_name(sys));
		for (char *at = node; *at; at++)
			*at = *at == '!' ? '/' : *at;
		free(sys);
		rc = strlist_add(out, node);
	}
	return rc;
}

/*
 * A file, or the files right below a directory; a missing one is skipped, and what our programs
 * brought along is one already.
 */
static int add_input(struct builder *b, const char *path);

static int add_below(const char *dir, const char *name, void *arg)
{
	struct builder *b = arg;
	char path[PATH_MAX];

	if (name[0] == '.')
		return 0;
	if (snprintf(path, sizeof(path), "%s/%s", dir + strlen(b->root), name) >= (int)sizeof(path))
		return fail(-ENAMETOOLONG, "%s/%s", dir, name);
	return add_input(b, path);
}

static int add_input(struct builder *b, const char *path)
{
	const struct tree_node *there = tree_find(&b->tree, path);
	struct stat sb;
	char *real;
	int rc = 0;

	if (there && !S_ISDIR(there->mode))
		return 0;
	real = builder_real(b, path);
	if (real && stat(real, &sb) == 0 && S_ISDIR(sb.st_mode))
		rc = sys_each(real, add_below, b);
	else if (real && S_ISREG(sb.st_mode))
		rc = tree_add_file(&b->tree, PART_CONFIG, path, real, sb.st_mode & 07777);
	free(real);
	return rc;
}

static int add_all_inputs(struct builder *b, const char *const *files)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && files && files[i]; i++)
		rc = files[i][0] == '/' ? add_input(b, files[i]) : 0;
	return rc;
}

/* Modules are many; when they change, so do their dependencies or the kernel's release. */
static int add_inputs(struct builder *b, const char *const *files)
{
	char dep[PATH_MAX];
	int rc = tree_add_file(&b->tree, PART_INIT, IMAGE_CAPTURE, b->capture, 0755);

	if (rc == 0)
		rc = tree_add_file(&b->tree, PART_CONFIG, CONFIG_FILE, b->config_path, 0600);
	snprintf(dep, sizeof(dep), "%s/modules.dep", b->modules);
	if (rc == 0 && access(dep, R_OK) == 0)
		rc = tree_add_file(&b->tree, PART_MODULES, dep, dep, 0644);
	return rc < 0 ? rc : add_all_inputs(b, files);
}

static int add_layers(struct builder *b)
{
	char *text = NULL;
	int rc = layers_describe(b, &text);

	if (rc == 0)
		rc = tree_add_data(&b->tree, PART_CONFIG, "/devices",
				   (struct tree_data){ text, strlen(text) }, 0600);
	free(text);
	return rc;
}

static int finish(struct builder *b, struct distro_plan *out)
{
	size_t len;
	int rc = plan_write(&b->plan, &out->plan, &len);

	if (rc == 0)
		rc = tree_add_data(&b->tree, PART_CONFIG, PLAN_PATH,
				   (struct tree_data){ out->plan, len }, 0600);
	for (size_t i = 0; rc == 0 && i < b->warnings.nr; i++)
		rc = strlist_add(&out->warnings, b->warnings.at[i]);
	tree_sort(&b->tree);
	out->inputs = b->tree;
	b->tree = (struct tree){ .nr = 0 };
	return rc;
}

static int gather(struct builder *b, const char *const *files, struct distro_plan *out)
{
	struct utsname uts;
	int rc = targets_gather(b);

	uname(&uts);
	if (rc == 0)
		rc = check_kinds(b);
	if (rc == 0)
		rc = modules_check_omitted(b);
	if (rc == 0)
		rc = plan_set(&b->plan.hostname, uts.nodename);
	if (rc == 0)
		rc = machine_id_gather(b);
	if (rc == 0)
		rc = add_nodes(b, &out->nodes);
	if (rc == 0)
		rc = distro_plan_programs(b, out);
	if (rc == 0)
		rc = add_all_inputs(b, (const char *const *)out->programs.at);
	if (rc == 0)
		rc = distro_plan_network(b, out);
	if (rc == 0)
		rc = add_inputs(b, files);
	if (rc == 0)
		rc = add_layers(b);
	if (rc == 0)
		rc = distro_plan_crypts(b, out);
	return rc < 0 ? rc : finish(b, out);
}

int distro_plan_gather(const struct image_request *req, const char *const *files,
		       struct distro_plan *out)
{
	struct image_request local = *req;
	struct config cfg;
	struct builder b;
	int rc;

	*out = (struct distro_plan){ .plan = NULL };
	rc = choose_targets(req->cfg, &cfg, &out->warnings);
	if (rc < 0)
		return rc;
	local.cfg = &cfg;
	rc = builder_open(&local, &b);
	b.by_distro = true;
	if (rc == 0)
		rc = gather(&b, files, out);
	builder_close(&b);
	return rc;
}

void distro_plan_free(struct distro_plan *o)
{
	free(o->plan);
	strlist_free(&o->nodes);
	strlist_free(&o->modules);
	strlist_free(&o->programs);
	strlist_free(&o->warnings);
	tree_free(&o->inputs);
	distro_plan_crypts_free(o);
	*o = (struct distro_plan){ .plan = NULL };
}
