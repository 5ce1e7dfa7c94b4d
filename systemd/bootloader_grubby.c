/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bootloader_grubby.c - Fedora and RHEL: grubby changes the entries */
#include "systemd/bootloader.h"

#include "base/err.h"
#include "systemd/bootargs.h"
#include "systemd/files.h"
#include "systemd/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_FILE "/etc/default/grub"

static bool present(const char *root)
{
	(void)root;
	return program_exists("grubby");
}

/* args="... crashkernel=256M ..." in the first paragraph it prints. */
static int get(const char *root, const char *kernel, char **out)
{
	const char *which = strcmp(kernel, "ALL") == 0 ? "DEFAULT" : kernel;
	const char *const argv[] = { "grubby", "--info", which, NULL };
	struct bootargs args = { 0 };
	struct program_result r;
	char *start;
	int rc = program_run(&(struct program_run){ .argv = argv, .seconds = 60 }, &r);

	(void)root;
	*out = NULL;
	if (rc == 0 && r.exit_code != 0)
		rc = fail(-ENOENT, "grubby knows no kernel %s", which);
	start = rc == 0 ? strstr(r.output, "args=\"") : NULL;
	if (start) {
		start += 6;
		start[strcspn(start, "\"\n")] = '\0';
		rc = bootargs_parse(start, &args);
		if (rc == 0 && bootargs_value(&args, "crashkernel"))
			*out = strdup(bootargs_value(&args, "crashkernel"));
		bootargs_fini(&args);
	}
	program_result_fini(&r);
	return rc;
}

/* Kernels installed later take their command line from here. */
static int set_default(const struct bootloader_change *c)
{
	char *text, *new;
	int rc = files_read(c->root, DEFAULT_FILE, 256 << 10, &text);

	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	rc = boottext_grub_default(text, c, &new);
	if (rc == 0) {
		rc = files_write(c->root, DEFAULT_FILE, 0644, new);
		free(new);
	}
	free(text);
	return rc;
}

/* One call: an interrupted one must not leave the entry without any crashkernel=. */
static int run_grubby(const struct bootloader_change *c)
{
	char kernel[4200], add[1200];
	bool fadump = c->fadump && strcmp(c->fadump, "off") != 0;
	const char *argv[5] = { "grubby", kernel };
	size_t nr = 2;

	snprintf(kernel, sizeof(kernel), "--update-kernel=%s", c->kernel);
	snprintf(add, sizeof(add), "--args=%s%s%s%s", c->value ? "crashkernel=" : "",
		 c->value ? c->value : "", fadump ? " fadump=" : "", fadump ? c->fadump : "");
	if (!c->value)
		argv[nr++] = "--remove-args=crashkernel";
	else if (c->fadump && !fadump)
		argv[nr++] = "--remove-args=fadump";
	if (c->value || fadump)
		argv[nr++] = add;
	return program_must(&(struct program_run){ .argv = argv, .seconds = 120 });
}

static int set(const struct bootloader_change *c)
{
	const char *const zipl[] = { "zipl", NULL };
	int rc = run_grubby(c);

	if (rc == 0 && strcmp(c->kernel, "ALL") == 0)
		rc = set_default(c);
	/* On s390x the entries are copied into the boot record. */
	if (rc == 0 && program_exists("zipl"))
		rc = program_must(&(struct program_run){ .argv = zipl, .seconds = 120 });
	return rc;
}

const struct bootloader bootloader_grubby = {
	.name = "grubby",
	.per_kernel = true,
	.present = present,
	.get = get,
	.set = set,
};
