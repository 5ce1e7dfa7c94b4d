/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crashkernel.c - kdumpctl get-default-crashkernel, reset-crashkernel, and the commands that
 * packages run
 */
#include "systemd/ctl.h"

#include "base/err.h"
#include "systemd/crashkernel/bootloader.h"
#include "systemd/crashkernel/crashkernel.h"
#include "systemd/files.h"
#include "systemd/load/kernel_state.h"
#include "systemd/lock.h"
#include "systemd/message.h"
#include "systemd/load/kernel_paths.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

static int default_value(const struct ctl *ctl, const char *fadump, bool distribution,
			 char out[CRASHKERNEL_TEXT_MAX])
{
	struct crashkernel_machine m;

	kernel_state_machine(ctl->root, &m);
	if (fadump)
		m.fadump = strcmp(fadump, "off") != 0;
	m.distribution = distribution;
	return crashkernel_default(&m, out);
}

int cmd_get_default_crashkernel(struct ctl *ctl, int argc, char **argv)
{
	char value[CRASHKERNEL_TEXT_MAX];
	const char *mode = "off";
	bool distribution = false;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--distribution") == 0)
			distribution = true;
		else if (strcmp(argv[i], "fadump") == 0)
			mode = "on";
		else if (strcmp(argv[i], "kdump") != 0)
			return ctl_usage("%s: '%s' is neither kdump nor fadump", argv[0], argv[i]);
	}
	if (default_value(ctl, mode, distribution, value) < 0)
		return ctl_fail("get-default-crashkernel");
	printf("%s\n", value);
	return CTL_OK;
}

struct reset {
	const char *kernel;
	const char *fadump;
	const char *value;
	bool distribution;
	bool (*only)(const char *value, const void *arg); /* as in struct bootloader_change */
	const void *arg;
};

static int parse_reset(int argc, char **argv, struct reset *r)
{
	static const struct option options[] = {
		{ "kernel", required_argument, NULL, 'k' },
		{ "fadump", required_argument, NULL, 'f' },
		{ "value", required_argument, NULL, 'v' },
		{ "distribution", no_argument, NULL, 'd' },
		{ "reboot", no_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	struct utsname uts;
	int opt;

	optind = 0;
	opterr = 0;
	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt == 'k')
			r->kernel = optarg;
		else if (opt == 'f')
			r->fadump = optarg;
		else if (opt == 'v')
			r->value = optarg;
		else if (opt == 'd')
			r->distribution = true;
		else if (opt == 'r')
			message_warn("--reboot is no longer supported; reboot yourself");
		else
			return ctl_usage("%s: '%s' is not understood", argv[0], argv[optind - 1]);
	}
	if (optind < argc)
		return ctl_usage("%s: '%s' is not understood", argv[0], argv[optind]);
	if (r->fadump && strcmp(r->fadump, "on") && strcmp(r->fadump, "off") &&
	    strcmp(r->fadump, "nocma"))
		return ctl_usage("%s: --fadump is on, off or nocma", argv[0]);
	uname(&uts);
	if (r->fadump && strncmp(uts.machine, "ppc64", 5) != 0)
		return ctl_usage(
			"%s: --fadump is for ppc64; the firmware of %s does not support it, omit "
			"the option",
			argv[0], uts.machine);
	return CTL_OK;
}

/* Boot loaders with an entry for each kernel reject unknown kernels themselves. */
static int check_kernel(const struct ctl *ctl, const struct bootloader *b, const char *kernel)
{
	char list[300];

	if (b->per_kernel || strcmp(kernel, "ALL") == 0 || strcmp(kernel, "DEFAULT") == 0 ||
	    (kernel[0] == '/' && files_exist(ctl->root, kernel)))
		return 0;
	kernel_paths_kernels(ctl->root, true, list, sizeof(list));
	return fail_set(-ENOENT, "there is no kernel '%s'; there is ALL%s%s", kernel,
			*list ? ", " : "", list);
}

static void report_entry(const char *value, const char *kernel, const char *index)
{
	message_info("Updated crashkernel=%s for kernel=%s, grub entry index=%s", value, kernel,
		     index);
}

/* A unified kernel image is signed with its command line: no boot loader can change that. */
static int check_unified(const char *kernel, const char *value)
{
	size_t n = strlen(kernel);

	if (n < 4 || strcmp(kernel + n - 4, ".efi") != 0)
		return 0;
	return fail_set(-ENOTSUP,
			"the command line of %s is in that file; add crashkernel=%s to "
			"/etc/kernel/cmdline and make the image again, or put an addon with it "
			"into %s.extra.d",
			kernel, value, kernel);
}

/* Other programs look for this text. */
static int apply(const struct ctl *ctl, const struct bootloader *b, const struct reset *r,
		 const char *value)
{
	struct bootloader_change c = {
		.root = ctl->root,
		.kernel = r->kernel,
		.value = value,
		.fadump = r->fadump,
		.only = r->only,
		.arg = r->arg,
		.changed = report_entry,
	};
	int rc;

	rc = check_unified(r->kernel, value);
	if (rc == 0)
		rc = check_kernel(ctl, b, r->kernel);
	if (rc < 0)
		return rc;
	if (!b->per_kernel && strcmp(r->kernel, "ALL") != 0)
		message_warn("%s has a single command line; it is changed for all kernels",
			     b->name);
	rc = b->set(&c);
	if (rc > 0)
		message_info(
			"Updated crashkernel=%s for kernel=%s. Please reboot the system for the "
			"change to take effect.",
			value, r->kernel);
	else if (rc == 0 && !r->only)
		message_info("crashkernel=%s is already set for kernel=%s", value, r->kernel);
	return rc;
}

/* The kernel of KDUMP_KERNELVER, else the running one; "ALL" if all share one command line. */
static const char *own_kernel(struct ctl *ctl, const struct bootloader *b, char out[CTL_PATH_MAX])
{
	if (!b->per_kernel)
		return "ALL";
	/* A mistake in kdump.conf must not prevent reserving memory. */
	if (ctl_load(ctl) < 0)
		fail_clear();
	kernel_paths_boot_kernel(ctl->root, ctl->kernel, out);
	return out;
}

static int reset(struct ctl *ctl, struct reset *r)
{
	char value[CRASHKERNEL_TEXT_MAX], kernel[CTL_PATH_MAX];
	const struct bootloader *b;
	struct crashkernel given;
	int rc = bootloader_find(ctl->root, &b);

	if (rc == 0 && !r->kernel)
		r->kernel = own_kernel(ctl, b, kernel);

	if (rc == 0 && r->value) {
		rc = crashkernel_parse(r->value, &given);
		if (rc == 0)
			rc = crashkernel_check(&given, r->value, kernel_state_ram(ctl->root));
		snprintf(value, sizeof(value), "%s", r->value);
	} else if (rc == 0) {
		rc = default_value(ctl, r->fadump, r->distribution, value);
	}
	return rc < 0 ? rc : apply(ctl, b, r, value);
}

int cmd_reset_crashkernel(struct ctl *ctl, int argc, char **argv)
{
	struct reset r = { 0 };
	int rc = parse_reset(argc, argv, &r), lock;

	if (rc != CTL_OK)
		return rc;
	lock = lock_take(ctl->root);
	if (lock < 0)
		return ctl_fail("reset-crashkernel");
	rc = reset(ctl, &r);
	lock_release(lock);
	return rc < 0 ? ctl_fail("reset-crashkernel") : CTL_OK;
}

/* Matches defaults of older versions. */
struct newest {
	struct crashkernel_machine machine;
	char value[CRASHKERNEL_TEXT_MAX];
};

static bool is_older(const char *value, const void *arg)
{
	const struct newest *newest = arg;

	return strcmp(value, newest->value) != 0 &&
	       crashkernel_was_default(&newest->machine, value);
}

/* Update entries that have a default of an older version; keep values an administrator chose. */
static int follow_default(struct ctl *ctl, const char *kernel)
{
	struct newest newest;
	struct reset r = { .kernel = kernel, .only = is_older, .arg = &newest };
	int rc = ctl_load(ctl);

	if (rc < 0 || !ctl->config.auto_reset_crashkernel)
		return rc;
	kernel_state_machine(ctl->root, &newest.machine);
	rc = crashkernel_default(&newest.machine, newest.value);
	return rc < 0 ? rc : reset(ctl, &r);
}

/*
 * Package scripts run on every system. An unknown boot loader has no value of ours; a missing entry
 * is made later, from the template that was changed too.
 */
static int done(int rc, const char *what)
{
	if (rc >= 0 || rc == -ENOTSUP || rc == -ENOENT) {
		fail_clear();
		return CTL_OK;
	}
	return ctl_fail(what);
}

int cmd_reset_after_update(struct ctl *ctl, int argc, char **argv)
{
	if (argc > 1)
		return ctl_usage("%s takes no arguments", argv[0]);
	return done(follow_default(ctl, "ALL"), "reset-crashkernel");
}

/* The value in the running kernel's entry, else in any entry. */
static int value_of_other_entries(const struct ctl *ctl, const struct bootloader *b, char **out)
{
	struct utsname uts;
	char path[CTL_PATH_MAX];

	uname(&uts);
	kernel_paths_boot_kernel(ctl->root, uts.release, path);
	if (b->get(ctl->root, path, out) < 0)
		fail_clear();
	return *out ? 0 : b->get(ctl->root, "ALL", out);
}

/* A new kernel's entry may lack the value that the others have; if none has it, use the default. */
static int inherit(struct ctl *ctl, const struct bootloader *b, const char *kernel)
{
	struct reset r = { .kernel = kernel };
	char *other = NULL, *own = NULL;
	int rc = b->get(ctl->root, kernel, &own);

	if (rc == 0 && !own)
		rc = value_of_other_entries(ctl, b, &other);
	if (rc == 0 && other) {
		rc = apply(ctl, b, &r, other);
	} else if (rc == 0 && !own) {
		rc = ctl_load(ctl);
		if (rc == 0 && ctl->config.auto_reset_crashkernel)
			rc = reset(ctl, &r);
	}
	free(other);
	free(own);
	return rc;
}

int cmd_reset_for_kernel(struct ctl *ctl, int argc, char **argv)
{
	const struct bootloader *b;
	char path[CTL_PATH_MAX];
	int rc;

	if (argc != 2)
		return ctl_usage("%s needs one kernel release", argv[0]);
	kernel_paths_boot_kernel(ctl->root, argv[1], path);
	rc = bootloader_find(ctl->root, &b);
	if (rc == 0 && b->per_kernel)
		rc = inherit(ctl, b, path);
	if (rc >= 0)
		rc = follow_default(ctl, b->per_kernel ? path : "ALL");
	return done(rc, "crashkernel= for a new kernel");
}
