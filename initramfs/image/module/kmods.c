/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kmods.c - names and aliases to module files in load order, by libkmod
 *
 * The capture kernel has no modprobe: what the kernel would ask for while it
 * runs ("crypto-crc32c" at a mount) must have been loaded before. Softdeps say
 * what that is, and they name aliases: one alias may stand for several modules,
 * and all of them go in, since which one works is only known on the CPU.
 */
#include "initramfs/image/module/kmods.h"

#include "base/err.h"
#include "base/util.h"
#include "initramfs/plan/module_params.h"

#include <libkmod.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Not needed for a dump unless required by name. They use much memory and may hang. */
static const char *const unwelcome[] = { "/kernel/drivers/gpu/", "/kernel/drivers/infiniband/",
					 "/kernel/drivers/media/", "/kernel/sound/" };

/* Errors come back as values; libkmod's own lines would go to stderr. */
static void be_quiet(void *data, int priority, const char *file, int line, const char *fn,
		     const char *format, va_list args)
{
	(void)data, (void)priority, (void)file, (void)line, (void)fn, (void)format, (void)args;
}

/*
 * libkmod adds the parameters of the running kernel's command line to a module's options. Those of
 * the capture kernel's are added there, and are not always the same. NULL: nothing to take off.
 */
static char *read_running(void)
{
	FILE *f = fopen("/proc/cmdline", "re");
	char *text = NULL;
	size_t capacity = 0;

	if (f && getdelim(&text, &capacity, '\0', f) < 0) {
		free(text);
		text = NULL;
	}
	if (f)
		fclose(f);
	return text;
}

static const char *const modprobe_dirs[] = { "/etc/modprobe.d", "/run/modprobe.d",
					     "/usr/local/lib/modprobe.d", "/usr/lib/modprobe.d",
					     "/lib/modprobe.d" };

int kmods_open(const char *dir, const char *root, struct kmods *out)
{
	char *paths[ARRAY_SIZE(modprobe_dirs) + 1] = { NULL };
	int rc = 0;

	*out = (struct kmods){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(modprobe_dirs); i++) {
		if (asprintf(&paths[i], "%s%s", root, modprobe_dirs[i]) < 0) {
			paths[i] = NULL;
			rc = fail(-ENOMEM, "%s", dir);
			break;
		}
	}
	if (rc == 0) {
		out->ctx = kmod_new(dir, (const char *const *)paths);
		rc = out->ctx ? 0 : fail(-EIO, "read the modules in %s", dir);
	}
	for (size_t i = 0; i < ARRAY_SIZE(modprobe_dirs); i++)
		free(paths[i]);
	if (rc < 0)
		return rc;
	kmod_set_log_fn(out->ctx, be_quiet, NULL);
	kmod_load_resources(out->ctx);
	out->running = read_running();
	return 0;
}

static bool is_unwelcome(struct kmod_module *mod)
{
	const char *path = kmod_module_get_path(mod);

	for (size_t i = 0; i < ARRAY_SIZE(unwelcome); i++) {
		if (path && strstr(path, unwelcome[i]))
			return true;
	}
	return false;
}

static int add_module(struct kmods *k, struct kmod_module *mod);

static int add_list(struct kmods *k, struct kmod_list *list, bool choosy)
{
	struct kmod_list *l;
	int rc = 0;

	kmod_list_foreach(l, list)
	{
		struct kmod_module *mod = kmod_module_get_module(l);

		if (rc == 0 && !(choosy && is_unwelcome(mod)))
			rc = add_module(k, mod);
		kmod_module_unref(mod);
	}
	return rc;
}

/* A required module works without its softdeps, too. */
static int add_optional(struct kmods *k, struct kmod_list *list)
{
	const char *required = k->required;
	int rc;

	k->required = NULL;
	rc = add_list(k, list, true);
	k->required = required;
	return rc;
}

/* Dependencies are listed with the one to be loaded first at the end. */
static int add_dependencies(struct kmods *k, struct kmod_module *mod)
{
	struct kmod_list *list = kmod_module_get_dependencies(mod), *l;
	int rc = 0;

	for (l = kmod_list_last(list); l && rc == 0; l = kmod_list_prev(list, l)) {
		struct kmod_module *dep = kmod_module_get_module(l);

		rc = add_module(k, dep);
		kmod_module_unref(dep);
	}
	kmod_module_unref_list(list);
	return rc;
}

/* A module may have dependencies that modules.softdep lacks: 'pre: a b' and weakdeps 'a b'. */
static int add_weakdeps(struct kmods *k, struct kmod_list *info)
{
	struct kmod_list *l;
	int rc = 0;

	kmod_list_foreach(l, info)
	{
		const char *value = kmod_module_info_get_value(l);

		if (rc == 0 && strcmp(kmod_module_info_get_key(l), "weakdep") == 0)
			rc = kmods_like(k, value);
	}
	return rc;
}

static int add_firmware(struct kmods_file *f, struct kmod_list *info)
{
	struct strlist names = { .nr = 0 };
	struct kmod_list *l;
	int rc = 0;

	kmod_list_foreach(l, info)
	{
		if (rc == 0 && strcmp(kmod_module_info_get_key(l), "firmware") == 0)
			rc = strlist_add(&names, kmod_module_info_get_value(l));
	}
	f->firmware = names.at;
	return rc;
}

static int add_file(struct kmods *k, struct kmod_module *mod, struct kmod_list *info)
{
	const char *options = kmod_module_get_options(mod);
	struct kmods_file *more = realloc(k->at, (k->nr + 1) * sizeof(*more)), *f;

	if (!more)
		return fail(-ENOMEM, "modules");
	k->at = more;
	f = &more[k->nr++];
	*f = (struct kmods_file){
		.name = strdup(kmod_module_get_name(mod)),
		.path = strdup(kmod_module_get_path(mod)),
		.options = strdup(options ? options : ""),
	};
	if (!f->name || !f->path || !f->options)
		return fail(-ENOMEM, "modules");
	if (k->running)
		module_params_strip(k->running, f->name, f->options);
	return add_firmware(f, info);
}

/* before, the module itself, after. Softdeps may form rings: visited ends them. */
static int add_with_needs(struct kmods *k, struct kmod_module *mod)
{
	struct kmod_list *pre = NULL, *post = NULL, *info = NULL;
	int rc = kmod_module_get_info(mod, &info);

	if (rc < 0)
		return fail(rc, "read module %s", kmod_module_get_path(mod));
	kmod_module_get_softdeps(mod, &pre, &post);
	rc = add_optional(k, pre);
	if (rc == 0)
		rc = add_dependencies(k, mod);
	if (rc == 0)
		rc = add_weakdeps(k, info);
	if (rc == 0)
		rc = add_file(k, mod, info);
	if (rc == 0)
		rc = add_optional(k, post);
	kmod_module_unref_list(pre);
	kmod_module_unref_list(post);
	kmod_module_info_free_list(info);
	return rc;
}

/* What is built into the kernel cannot be left out. */
static bool is_omitted(const struct kmods *k, struct kmod_module *mod)
{
	const char *name = kmod_module_get_name(mod);

	return kmod_module_get_path(mod) &&
	       (strlist_has(&k->omitted, name) ||
		(k->command_line && module_params_blacklisted(k->command_line, name)));
}

static int refuse_omitted(const struct kmods *k, struct kmod_module *mod)
{
	const char *name = kmod_module_get_name(mod);
	const char *list =
		k->command_line ? module_params_blacklisted(k->command_line, name) : NULL;

	if (list)
		return fail_set(
			-EINVAL,
			"%s= on the capture kernel's command line keeps out the module %s, "
			"which the dump target cannot do without (needed for %s); take it out "
			"of KDUMP_COMMANDLINE_APPEND, or add %s to KDUMP_COMMANDLINE_REMOVE",
			list, name, k->required, list);
	return fail_set(-EINVAL,
			"dracut_args --omit-drivers leaves out the module %s, which the dump "
			"target cannot do without (needed for %s); take it off that line",
			name, k->required);
}

/* A module without a file is built into the kernel. */
static int add_module(struct kmods *k, struct kmod_module *mod)
{
	const char *name = kmod_module_get_name(mod);
	int rc;

	if (is_omitted(k, mod))
		return k->required ? refuse_omitted(k, mod) : 0;
	if (strlist_has(&k->visited, name))
		return 0;
	rc = strlist_add(&k->visited, name);
	if (rc < 0 || !kmod_module_get_path(mod))
		return rc;
	return add_with_needs(k, mod);
}

/* All that an alias stands for: one of them may be left out, not the last one. */
static int add_alternatives(struct kmods *k, struct kmod_list *list)
{
	struct kmod_list *l;
	int rc = 0, added = 0;

	kmod_list_foreach(l, list)
	{
		struct kmod_module *mod = kmod_module_get_module(l);

		if (rc == 0 && !is_omitted(k, mod)) {
			rc = add_module(k, mod);
			added++;
		}
		kmod_module_unref(mod);
	}
	if (rc == 0 && added == 0) {
		struct kmod_module *mod = kmod_module_get_module(list);

		rc = refuse_omitted(k, mod);
		kmod_module_unref(mod);
	}
	return rc;
}

int kmods_want(struct kmods *k, const char *name)
{
	struct kmod_list *list = NULL;
	int rc = kmod_module_new_from_lookup(k->ctx, name, &list);

	if (rc < 0 && rc != -ENOENT && rc != -ENOSYS)
		return fail(rc, "look up module %s", name);
	if (!list)
		return fail(-ENOENT, "the kernel has no module or built-in driver \"%s\"", name);
	k->required = name;
	rc = add_alternatives(k, list);
	k->required = NULL;
	kmod_module_unref_list(list);
	return rc;
}

int kmods_like(struct kmods *k, const char *alias)
{
	struct kmod_list *list = NULL, *allowed = NULL;
	int rc = kmod_module_new_from_lookup(k->ctx, alias, &list);

	if (rc < 0 || !list)
		return 0;
	rc = kmod_module_apply_filter(k->ctx, KMOD_FILTER_BLACKLIST, list, &allowed);
	if (rc == 0)
		rc = add_list(k, allowed, true);
	kmod_module_unref_list(allowed);
	kmod_module_unref_list(list);
	return rc;
}

static void free_file(struct kmods_file *f)
{
	for (size_t i = 0; f->firmware && f->firmware[i]; i++)
		free(f->firmware[i]);
	free(f->firmware);
	free(f->name);
	free(f->path);
	free(f->options);
}

void kmods_close(struct kmods *k)
{
	for (size_t i = 0; i < k->nr; i++)
		free_file(&k->at[i]);
	free(k->at);
	strlist_free(&k->visited);
	strlist_free(&k->omitted);
	free(k->running);
	if (k->ctx)
		kmod_unref(k->ctx);
	*k = (struct kmods){ 0 };
}
