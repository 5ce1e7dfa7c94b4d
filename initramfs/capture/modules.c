/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modules.c - load the plan's kernel modules */
#include "initramfs/capture/modules.h"

#include "initramfs/capture/say.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/module.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* .ko.xz: the kernel expands it, if the builder found that this one can. */
static bool is_compressed(const char *path)
{
	size_t len = strlen(path);

	return len < 3 || strcmp(path + len - 3, ".ko") != 0;
}

static int load(const char *path, const char *options)
{
	int flags = is_compressed(path) ? MODULE_INIT_COMPRESSED_FILE : 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = 0;

	if (fd < 0)
		return -errno;
	if (syscall(SYS_finit_module, fd, options, flags) < 0)
		rc = -errno;
	close(fd);
	return rc;
}

/* What the errno of finit_module(2) means is in no message of the C library. */
static const char *words(int rc)
{
	switch (rc) {
	case -EOPNOTSUPP:
		return "this kernel cannot expand compressed modules; rebuild the image";
	case -ENOEXEC:
		return "it is for another kernel; rebuild the image";
	case -EKEYREJECTED:
	case -ENOKEY:
		return "its signature is not accepted";
	case -ENODEV:
		return "its device is not here";
	case -ENOENT:
		return "a module it needs is not loaded, or the file is missing";
	default:
		return strerror(-rc);
	}
}

unsigned modules_load(const struct plan *plan, const char *root, bool discard)
{
	unsigned failed = 0;

	for (size_t i = 0; i < plan->nr_modules; i++) {
		const struct plan_module *m = &plan->modules[i];
		const char *slash = strrchr(m->path, '/');
		char path[4200];
		int rc;

		snprintf(path, sizeof(path), "%s%s", root, m->path);
		rc = load(path, m->options);
		if (discard)
			(void)unlink(path);
		if (rc == 0 || rc == -EEXIST)
			continue;
		failed++;
		say("module %s was not loaded: %s", slash ? slash + 1 : m->path, words(rc));
	}
	return failed;
}
