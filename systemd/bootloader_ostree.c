/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bootloader_ostree.c - image-based systems: rpm-ostree keeps the kernel arguments */
#include "systemd/bootloader.h"

#include "base/err.h"
#include "systemd/bootargs.h"
#include "systemd/files.h"
#include "systemd/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool present(const char *root)
{
	return files_exist(root, "/run/ostree-booted") && program_exists("rpm-ostree");
}

/* The kernel arguments as they are; r is to be freed in any case. */
static int kargs(struct program_result *r)
{
	const char *const argv[] = { "rpm-ostree", "kargs", NULL };
	int rc = program_run(&(struct program_run){ .argv = argv, .seconds = 120 }, r);

	if (rc == 0 && r->exit_code != 0)
		rc = fail(-EIO, "rpm-ostree kargs: exit code %d", r->exit_code);
	return rc;
}

static int get(const char *root, const char *kernel, char **out)
{
	struct bootargs args = { 0 };
	struct program_result r;
	int rc = kargs(&r);

	(void)root;
	(void)kernel;
	*out = NULL;
	if (rc == 0)
		rc = bootargs_parse(r.output, &args);
	if (rc == 0 && bootargs_value(&args, "crashkernel"))
		*out = strdup(bootargs_value(&args, "crashkernel"));
	bootargs_fini(&args);
	program_result_fini(&r);
	return rc;
}

static int change_kargs(const struct bootloader_change *c)
{
	char add[600], fadump[64];
	const char *argv[8] = { "rpm-ostree", "kargs", "--delete-if-present=crashkernel" };
	size_t nr = 3;

	/* Every value of the key goes first, so that there is one in the end. */
	snprintf(add, sizeof(add), "--append=crashkernel=%s", c->value ? c->value : "");
	snprintf(fadump, sizeof(fadump), "--append=fadump=%s", c->fadump ? c->fadump : "");
	if (c->value)
		argv[nr++] = add;
	if (c->fadump)
		argv[nr++] = "--delete-if-present=fadump";
	if (c->fadump && strcmp(c->fadump, "off") != 0)
		argv[nr++] = fadump;
	return program_must(&(struct program_run){ .argv = argv, .seconds = 600 });
}

static int set(const struct bootloader_change *c)
{
	struct program_result r;
	int rc = kargs(&r);
	bool differs = rc == 0 && boottext_differs(r.output, c);

	program_result_fini(&r);
	if (differs)
		rc = change_kargs(c);
	return rc < 0 ? rc : differs;
}

const struct bootloader bootloader_ostree = {
	.name = "rpm-ostree",
	.present = present,
	.get = get,
	.set = set,
};
