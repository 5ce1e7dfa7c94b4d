/* SPDX-License-Identifier: GPL-2.0-or-later */
/* crashkernel.c - kdumpctl get-default-crashkernel, reset-crashkernel and what packages run */
#include "systemd/ctl.h"

#include "base/err.h"
#include "systemd/bootloader.h"
#include "systemd/crashkernel.h"
#include "systemd/kernel_state.h"
#include "systemd/lock.h"
#include "systemd/tell.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
			tell_warn("--reboot is not followed any more; reboot by yourself");
		else
			return ctl_usage("%s: '%s' is not understood", argv[0], argv[optind - 1]);
	}
	if (optind < argc)
		return ctl_usage("%s: '%s' is not understood", argv[0], argv[optind]);
	if (r->fadump && strcmp(r->fadump, "on") && strcmp(r->fadump, "off") &&
	    strcmp(r->fadump, "nocma"))
		return ctl_usage("%s: --fadump is on, off or nocma", argv[0]);
	return CTL_OK;
}

/* The words are those other programs know. */
static int apply(const struct ctl *ctl, const struct bootloader *b, const struct reset *r,
		 const char *value)
{
	struct bootloader_change c = {
		.root = ctl->root, .kernel = r->kernel, .value = value, .fadump = r->fadump
	};
	char *old = NULL;
	int rc;

	if (!b->per_kernel && strcmp(r->kernel, "ALL") != 0)
		tell_warn("%s knows one command line only; it is changed for all kernels", b->name);
	rc = b->get(ctl->root, r->kernel, &old);
	if (rc == 0 && old && strcmp(old, value) == 0 && !r->fadump) {
		free(old);
		tell_info("crashkernel=%s is set already for kernel=%s", value, r->kernel);
		return 0;
	}
	free(old);
	if (rc == 0)
		rc = b->set(&c);
	if (rc == 0)
		tell_info("Updated crashkernel=%s for kernel=%s. Please reboot the system for the "
			  "change to take effect.",
			  value, r->kernel);
	return rc;
}

static int reset(const struct ctl *ctl, const struct reset *r)
{
	char value[CRASHKERNEL_TEXT_MAX];
	const struct bootloader *b;
	struct crashkernel given;
	int rc = bootloader_find(ctl->root, &b);

	if (rc == 0 && r->value) {
		rc = crashkernel_parse(r->value, &given);
		snprintf(value, sizeof(value), "%s", r->value);
	} else if (rc == 0) {
		rc = default_value(ctl, r->fadump, r->distribution, value);
	}
	return rc < 0 ? rc : apply(ctl, b, r, value);
}

int cmd_reset_crashkernel(struct ctl *ctl, int argc, char **argv)
{
	struct reset r = { .kernel = "ALL" };
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

/* An entry that holds a default of ours follows it; what an administrator chose stays. */
static int follow_default(struct ctl *ctl, const char *kernel)
{
	struct reset r = { .kernel = kernel };
	struct crashkernel_machine m;
	const struct bootloader *b;
	char *old = NULL;
	int rc;

	if (ctl_load(ctl) < 0)
		return ctl_fail("reset-crashkernel");
	if (!ctl->config.auto_reset_crashkernel)
		return CTL_OK;
	kernel_state_machine(ctl->root, &m);
	rc = bootloader_find(ctl->root, &b);
	if (rc == 0)
		rc = b->get(ctl->root, kernel, &old);
	if (rc == 0 && old && crashkernel_was_default(&m, old))
		rc = reset(ctl, &r);
	free(old);
	return rc < 0 ? ctl_fail("reset-crashkernel") : CTL_OK;
}

int cmd_reset_after_update(struct ctl *ctl, int argc, char **argv)
{
	if (argc > 1)
		return ctl_usage("%s takes no arguments", argv[0]);
	return follow_default(ctl, "ALL");
}

/* A new kernel's entry may lack what all others have. */
int cmd_reset_for_kernel(struct ctl *ctl, int argc, char **argv)
{
	struct reset r = { .kernel = "ALL" };
	const struct bootloader *b;
	char *all = NULL, *own = NULL, path[256];
	int rc;

	if (argc != 2)
		return ctl_usage("%s wants one kernel release", argv[0]);
	snprintf(path, sizeof(path), "/boot/vmlinuz-%s", argv[1]);
	rc = bootloader_find(ctl->root, &b);
	if (rc == 0 && b->per_kernel) {
		rc = b->get(ctl->root, "ALL", &all);
		if (rc == 0)
			rc = b->get(ctl->root, path, &own);
		r.kernel = path;
		if (rc == 0 && all && !own)
			rc = apply(ctl, b, &r, all);
	}
	free(all);
	free(own);
	if (rc < 0)
		return ctl_fail("crashkernel= for a new kernel");
	return follow_default(ctl, path);
}
