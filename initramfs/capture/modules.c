/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modules.c - load the plan's kernel modules */
#include "initramfs/capture/modules.h"

#include "base/err.h"
#include "initramfs/capture/child.h"
#include "initramfs/capture/console.h"
#include "initramfs/plan/module_params.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/module.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* .ko.xz: the kernel decompresses it; the builder has checked that this kernel can. */
static bool is_compressed(const char *path)
{
	size_t len = strlen(path);

	return len < 3 || strcmp(path + len - 3, ".ko") != 0;
}

struct load {
	const char *path, *options;
};

/* Runs in a copy of this process; the module stays loaded when the copy ends. */
static int load(void *arg)
{
	const char *path = ((struct load *)arg)->path, *options = ((struct load *)arg)->options;
	int flags = is_compressed(path) ? MODULE_INIT_COMPRESSED_FILE : 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = 0;

	if (fd < 0)
		return -errno;
	if (syscall(SYS_finit_module, fd, options, flags) < 0)
		rc = -errno;
	close(fd);
	return rc;
}

/* The C library's message for an errno of finit_module(2) does not say what it means there. */
static const char *reason(int rc)
{
	switch (rc) {
	case -EOPNOTSUPP:
		return "this kernel cannot decompress modules; rebuild the image";
	case -ENOEXEC:
		return "it is for another kernel; rebuild the image";
	case -EKEYREJECTED:
	case -ENOKEY:
		return "its signature is not accepted";
	case -ENODEV:
		return "its device is not here";
	case -ETIMEDOUT:
		return "its driver hangs; going on without it";
	case -ENOENT:
		return "a module it needs is not loaded, or the file is missing";
	default:
		return strerror(-rc);
	}
}

/* Load it with its options and those of the command line. 0 or finit_module(2)'s negative errno. */
static int load_one(const struct plan_module *m, const char *path, const struct modules_cfg *cfg)
{
	struct deadline by = deadline_min(&cfg->by, deadline_limit(cfg->seconds));
	char name[128], *options;
	struct load one = { .path = path };
	int rc;

	module_params_name(m->path, name, sizeof(name));
	options = module_params_options(cfg->cmdline, name, m->options);
	one.options = options ? options : m->options;
	rc = child_call(load, &one, "load", &by);
	free(options);
	return rc;
}

static bool is_unwanted(const struct plan_module *m, const char *cmdline)
{
	const char *list;
	char name[128];

	module_params_name(m->path, name, sizeof(name));
	list = module_params_blacklisted(cmdline, name);
	if (list)
		console_log("module %s was not loaded: %s= on the command line names it", name,
			    list);
	return list;
}

unsigned modules_load(const struct plan *plan, const struct modules_cfg *cfg)
{
	unsigned left = 0;

	for (size_t i = 0; i < plan->nr_modules; i++) {
		const struct plan_module *m = &plan->modules[i];
		const char *slash = strrchr(m->path, '/');
		char path[4200];
		int rc = 0;

		snprintf(path, sizeof(path), "%s%s", cfg->root, m->path);
		if (is_unwanted(m, cfg->cmdline))
			left++;
		else
			rc = load_one(m, path, cfg);
		fail_clear();
		if (cfg->discard)
			(void)unlink(path);
		if (rc == 0 || rc == -EEXIST)
			continue;
		left++;
		console_log("module %s was not loaded: %s", slash ? slash + 1 : m->path,
			    reason(rc));
	}
	return left;
}
