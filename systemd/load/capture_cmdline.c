/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capture_cmdline.c - collect the inputs of the capture kernel's command line */
#include "systemd/load/capture_cmdline.h"

#include "base/err.h"
#include "initramfs/plan/module_params.h"
#include "systemd/bootargs.h"
#include "systemd/load/capture_args.h"
#include "systemd/files.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define WATCHDOGS_MAX 4

/* The driver module of a watchdog that is running. */
static bool watchdog_module(const char *root, unsigned nr, char *out, size_t size)
{
	char name[100], path[FILES_PATH_MAX], link[FILES_PATH_MAX], *state = NULL;
	bool active;
	ssize_t n;

	snprintf(name, sizeof(name), "/sys/class/watchdog/watchdog%u/state", nr);
	if (files_read(root, name, 64, &state) < 0)
		fail_clear();
	active = state && strncmp(state, "active", 6) == 0;
	free(state);
	snprintf(name, sizeof(name), "/sys/class/watchdog/watchdog%u/device/driver/module", nr);
	if (!active || files_path(root, name, path) < 0)
		return false;
	n = readlink(path, link, sizeof(link) - 1);
	if (n <= 0)
		return false;
	link[n] = '\0';
	strncat(out, basename(link), size - 1);
	return true;
}

/*
 * The driver module of the first watchdog that is running, "" if there is none. That of a BMC is
 * not in the class; if its driver is loaded, it may run.
 */
static void find_watchdog(const char *root, char *out, size_t size)
{
	char path[FILES_PATH_MAX];

	out[0] = '\0';
	for (unsigned nr = 0; nr < WATCHDOGS_MAX; nr++) {
		if (watchdog_module(root, nr, out, size))
			return;
	}
	if (files_path(root, "/sys/module/ipmi_watchdog/initstate", path) == 0 &&
	    access(path, F_OK) == 0)
		strncat(out, "ipmi_watchdog", size - 1);
}

static bool is_graviton(const char *root)
{
	char *vendor = NULL;
	bool is;

	if (files_read(root, "/sys/devices/virtual/dmi/id/sys_vendor", 256, &vendor) < 0)
		fail_clear();
	is = vendor && strstr(vendor, "Amazon EC2");
	free(vendor);
	return is;
}

/* The initial APIC ids are in the first paragraphs; with a thousand CPUs the file has megabytes. */
static int read_proc(const char *root, const char *path, size_t max, char **out)
{
	int rc = files_read(root, path, max, out);

	if (rc == -ENOENT)
		return fail(rc, "read %s", path);
	return rc;
}

/* The names in "a,b,c" that are not loaded here; "" if all are. */
static void keep_unloaded(const char *root, const char *list, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	while (*list && n + 1 < size) {
		size_t len = strcspn(list, ",");
		char name[128], path[200];

		snprintf(name, sizeof(name), "%.*s", (int)len, list);
		for (char *c = name; *c; c++)
			*c = *c == '-' ? '_' : *c;
		snprintf(path, sizeof(path), "/sys/module/%s/initstate", name);
		if (len > 0 && !strchr(name, '/') && !files_exist(root, path))
			n += (size_t)snprintf(out + n, size - n, "%s%.*s", n ? "," : "", (int)len,
					      list);
		list += len + (list[len] == ',');
	}
}

/* Rewrite the parameters of one list ("modprobe.blacklist") without loaded modules. */
static int relist(const char *root, const char *name, struct bootargs *args)
{
	struct bootargs kept = { 0 };
	char left[1024], word[1200];
	int rc = 0;

	for (size_t i = 0; i < args->nr_kernel && rc == 0; i++) {
		const char *list = bootargs_value_at(args, i, name);

		if (!list)
			continue;
		keep_unloaded(root, list, left, sizeof(left));
		snprintf(word, sizeof(word), "%s=%s", name, left);
		if (*left)
			rc = bootargs_add(&kept, word);
	}
	bootargs_remove(args, name);
	for (size_t i = 0; i < kept.nr && rc == 0; i++)
		rc = bootargs_add(args, kept.word[i]);
	bootargs_fini(&kept);
	return rc;
}

/*
 * A blacklist prevents automatic loading. If a listed module is loaded here the target may need it,
 * and nobody loads it by hand in the capture kernel.
 */
static int allow_loaded(const char *root, char **line)
{
	struct bootargs args = { 0 };
	const char *name;
	char *text = NULL;
	int rc;

	if (!module_params_any_blacklist(*line))
		return 0;
	rc = bootargs_parse(*line, &args);
	for (unsigned i = 0; rc == 0 && (name = module_params_blacklist(i)); i++)
		rc = relist(root, name, &args);
	if (rc == 0)
		rc = bootargs_text(&args, &text);
	bootargs_fini(&args);
	if (rc < 0)
		return rc;
	free(*line);
	*line = text;
	return 0;
}

int setup_cmdline(const struct ctl *ctl, const char *test_id, char **out)
{
	const struct sysconfig *s = &ctl->sysconfig;
	char *running = NULL, *cpuinfo = NULL, watchdog[128];
	struct utsname uts;
	struct capture_args_cfg cfg;
	int rc = read_proc(ctl->root, "/proc/cmdline", 1 << 16, &running);

	if (rc == 0)
		rc = allow_loaded(ctl->root, &running);
	if (rc == 0)
		rc = read_proc(ctl->root, "/proc/cpuinfo", 64 << 20, &cpuinfo);
	if (rc < 0) {
		free(running);
		return fail(rc, "command line of the capture kernel");
	}
	uname(&uts);
	find_watchdog(ctl->root, watchdog, sizeof(watchdog));
	cfg = (struct capture_args_cfg){
		.machine = uts.machine,
		.running = running,
		.base = s->command_line,
		.remove = s->command_line_remove,
		.append = s->command_line_append,
		.watchdog = watchdog,
		.test_id = test_id,
		.cpuinfo = cpuinfo,
		.graviton = strcmp(uts.machine, "aarch64") == 0 && is_graviton(ctl->root),
		.cpus = s->cpus,
		.all_cpus = s->all_cpus,
	};
	rc = capture_args_build(&cfg, out);
	free(running);
	free(cpuinfo);
	return rc < 0 ? fail(rc, "command line of the capture kernel") : 0;
}
