/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hooks.c - the programs the configuration names, and a shell where one is needed */
#include "initramfs/image/program/programs.h"

#include "initramfs/image/device/chain.h"
#include "initramfs/image/device/sysfs.h"

#include "base/err.h"
#include "base/util.h"
#include "config/core_collector.h"
#include "config/config.h"
#include "initramfs/plan/fence.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What people use in hooks and at a rescue prompt; busybox has them all. */
static const char *const applets[] = {
	"sh",	  "ls",	    "cat",   "cp",	"mv",	    "rm",	"mkdir",    "mount",
	"umount", "df",	    "du",    "dmesg",	"ps",	    "kill",	"sleep",    "sync",
	"dd",	  "vi",	    "less",  "grep",	"sed",	    "awk",	"head",	    "tail",
	"wc",	  "date",   "find",  "ip",	"ping",	    "chmod",	"chown",    "ln",
	"echo",	  "printf", "test",  "env",	"tar",	    "gzip",	"logger",   "sort",
	"cut",	  "tr",	    "touch", "timeout", "reboot",   "poweroff", "hostname", "lsmod",
	"insmod", "free",   "uname", "stat",	"basename", "dirname",
};

static int add_hook(struct builder *b, const char *path)
{
	char *real = builder_real(b, path);
	struct stat sb;
	int rc;

	if (!real)
		return fail(-errno, "%s%s", b->root, path);
	rc = program_check_owner(b, path);
	if (rc == 0 && stat(real, &sb) == 0 && !(sb.st_mode & 0111))
		rc = fail(-EACCES, "%s is not executable (chmod +x)", path);
	if (rc == 0)
		rc = program_add(b, PART_PROGRAMS, path);
	free(real);
	return rc;
}

struct drop_in {
	struct builder *b;
	const char *dir; /* system path */
	size_t *nr;
};

/* Files that are not executable are notes or backups. */
static int add_drop_in(const char *dir, const char *name, void *arg)
{
	struct drop_in *d = arg;
	char real[PATH_MAX], path[PATH_MAX];
	struct stat sb;

	snprintf(real, sizeof(real), "%s/%s", dir, name);
	snprintf(path, sizeof(path), "%s/%s", d->dir, name);
	if (stat(real, &sb) < 0 || !S_ISREG(sb.st_mode) || !(sb.st_mode & 0111))
		return 0;
	(*d->nr)++;
	return add_hook(d->b, path);
}

static int add_drop_ins(struct builder *b, const char *dir, size_t *nr)
{
	struct drop_in d = { .b = b, .dir = dir, .nr = nr };
	size_t before = *nr;
	char *real = builder_real(b, dir);
	int rc;

	if (!real)
		return 0;
	rc = sys_each(real, add_drop_in, &d);
	if (rc == 0 && *nr > before)
		rc = program_check_owner(b, dir);
	free(real);
	return rc;
}

static int add_hooks(struct builder *b, size_t *nr)
{
	static const char *const dirs[] = { "/etc/kdump/pre.d", "/etc/kdump/post.d",
					    "/etc/kdump/emergency.d" };
	const char *const own[] = { b->cfg->kdump_pre, b->cfg->kdump_post,
				    b->cfg->kdump_emergency };
	int rc = 0;

	for (size_t i = 0; i < ARRAY_SIZE(own) && rc == 0; i++) {
		if (own[i]) {
			rc = add_hook(b, own[i]);
			(*nr)++;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(dirs) && rc == 0; i++)
		rc = add_drop_ins(b, dirs[i], nr);
	return rc < 0 ? fail(rc, "hook") : 0;
}

/* The collector is ours unless the configuration asks for another program. */
static int add_collector(struct builder *b)
{
	struct config_command command;
	int rc = config_collector(b->cfg, b->cfg->targets[0].kind, 1, &command);

	if (rc < 0)
		return rc;
	if (command.kind != CONFIG_COLLECTOR_OWN && command.kind != CONFIG_COLLECTOR_NONE &&
	    command.argc > 0)
		rc = program_add_name(b, PART_PROGRAMS, command.argv[0]);
	config_command_free(&command);
	return rc < 0 ? fail(rc, "core_collector") : 0;
}

static int add_fence(struct builder *b)
{
	if (!b->cfg->fence_kdump_nodes || !b->cfg->fence_kdump_nodes[0])
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(fence_senders); i++) {
		char *real = builder_real(b, fence_senders[i]);

		free(real);
		if (real)
			return program_add(b, PART_PROGRAMS, fence_senders[i]);
	}
	return fail(-ENOENT, "fence_kdump_nodes: no fence_kdump_send on this system; install "
			     "the fence agents (fence-agents, fence-agents-kdump)");
}

/* Links for what no real program was put in for. */
static int add_busybox(struct builder *b, const char *path)
{
	int rc = program_add(b, PART_PROGRAMS, path);

	for (size_t i = 0; i < ARRAY_SIZE(applets) && rc == 0; i++) {
		char name[64];

		snprintf(name, sizeof(name), "/bin/%s", applets[i]);
		rc = tree_add_link(&b->tree, name, path);
	}
	return rc;
}

static int add_shell(struct builder *b)
{
	static const char *const busybox[] = { "/bin/busybox", "/usr/bin/busybox",
					       "/usr/sbin/busybox" };
	static const char *const shells[] = { "/bin/dash", "/bin/bash" };

	for (size_t i = 0; i < ARRAY_SIZE(busybox); i++) {
		char *real = builder_real(b, busybox[i]);

		free(real);
		if (real)
			return add_busybox(b, busybox[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(shells); i++) {
		char *real = builder_real(b, shells[i]);
		int rc;

		free(real);
		if (!real)
			continue;
		rc = program_add(b, PART_PROGRAMS, shells[i]);
		return rc < 0 ? rc : tree_add_link(&b->tree, "/bin/sh", shells[i]);
	}
	return fail(-ENOENT, "no shell on this system (busybox, dash or bash)");
}

static int add_extra(struct builder *b)
{
	const char *const *extra = b->cfg->extra_bins;
	int rc = 0;

	for (size_t i = 0; extra && extra[i] && rc == 0; i++)
		rc = program_add_name(b, PART_PROGRAMS, extra[i]);
	return rc < 0 ? fail(rc, "extra_bins") : 0;
}

int programs_gather(struct builder *b)
{
	size_t nr_hooks = 0;
	int rc = add_hooks(b, &nr_hooks);

	if (rc == 0 && !b->by_distro)
		rc = add_extra(b);
	if (rc == 0)
		rc = add_collector(b);
	if (rc == 0)
		rc = add_fence(b);
	if (rc == 0 && !b->by_distro && (nr_hooks > 0 || b->cfg->failure_action == CONFIG_SHELL))
		rc = add_shell(b);
	if (rc == 0 && b->cfg->failure_action == CONFIG_SHELL)
		rc = keyboards_add(b);
	return rc;
}
