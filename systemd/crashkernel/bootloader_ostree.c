/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bootloader_ostree.c - image-based systems: rpm-ostree stores the kernel arguments */
#include "systemd/crashkernel/bootloader.h"

#include "base/err.h"
#include "base/run.h"
#include "systemd/bootargs.h"
#include "systemd/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool present(const char *root)
{
	return files_exist(root, "/run/ostree-booted") && run_exists("rpm-ostree");
}

/* The current kernel arguments; the caller frees r in any case. */
static int kargs(struct run_result *r)
{
	const char *const argv[] = { "rpm-ostree", "kargs", NULL };
	int rc = run_program(
		&(struct run_cfg){ .argv = argv, .timeout_ms = 120 * 1000, .out = RUN_KEEP }, r);

	if (rc == 0 && r->exit_code != 0)
		rc = fail(-EIO, "rpm-ostree kargs: exit code %d", r->exit_code);
	return rc;
}

static int get(const char *root, const char *kernel, char **out)
{
	struct bootargs args = { 0 };
	struct run_result r;
	int rc = kargs(&r);

	(void)root;
	(void)kernel;
	*out = NULL;
	if (rc == 0)
		rc = bootargs_parse(r.out.data, &args);
	if (rc == 0 && bootargs_value(&args, "crashkernel"))
		*out = strdup(bootargs_value(&args, "crashkernel"));
	bootargs_fini(&args);
	run_result_fini(&r);
	return rc;
}

/*
 * One call that deletes each old argument with its value and appends the new ones. Given only the
 * key, rpm-ostree refuses several values, and --delete-if-present finds none.
 */
static int run_kargs(const struct bootargs *now, const struct bootloader_change *c)
{
	char **word = calloc(now->nr_kernel + 3, sizeof(*word));
	const char **argv = calloc(now->nr_kernel + 5, sizeof(*argv));
	size_t nr = 0, at = 0;
	int rc = word && argv ? 0 : fail(-ENOMEM, "start rpm-ostree"), n = 0;

	for (size_t i = 0; rc == 0 && n >= 0 && i < now->nr_kernel; i++) {
		if (bootargs_value_at(now, i, "crashkernel") ||
		    (c->fadump && bootargs_value_at(now, i, "fadump")))
			n = asprintf(&word[nr++], "--delete=%s", now->word[i]);
	}
	if (rc == 0 && n >= 0 && c->value)
		n = asprintf(&word[nr++], "--append=crashkernel=%s", c->value);
	if (rc == 0 && n >= 0 && c->fadump && strcmp(c->fadump, "off") != 0)
		n = asprintf(&word[nr++], "--append=fadump=%s", c->fadump);
	if (rc == 0 && n < 0) {
		word[nr - 1] = NULL;
		rc = fail(-ENOMEM, "start rpm-ostree");
	}
	if (rc == 0) {
		argv[at++] = "rpm-ostree";
		argv[at++] = "kargs";
		for (size_t i = 0; i < nr; i++)
			argv[at++] = word[i];
		rc = run_must(&(struct run_cfg){ .argv = argv, .timeout_ms = 600 * 1000 });
	}
	while (nr > 0)
		free(word[--nr]);
	free(word);
	free(argv);
	return rc;
}

static int change_kargs(const char *text, const struct bootloader_change *c)
{
	struct bootargs now = { 0 };
	int rc = bootargs_parse(text, &now);

	if (rc == 0)
		rc = run_kargs(&now, c);
	bootargs_fini(&now);
	return rc;
}

static int set(const struct bootloader_change *c)
{
	struct run_result r;
	int rc = kargs(&r);
	bool differs = rc == 0 && boottext_differs(r.out.data, c);

	if (differs)
		rc = change_kargs(r.out.data, c);
	run_result_fini(&r);
	return rc < 0 ? rc : differs;
}

const struct bootloader bootloader_ostree = {
	.name = "rpm-ostree",
	.present = present,
	.get = get,
	.set = set,
};
