/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bootloader_grubby.c - Fedora and RHEL: grubby changes the entries */
#include "systemd/crashkernel/bootloader.h"

#include "base/err.h"
#include "base/run.h"
#include "systemd/bootargs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool present(const char *root)
{
	(void)root;
	return run_exists("grubby");
}

/* Value of a line KEY="VALUE" or KEY=VALUE, terminated in place; NULL: another key. */
static char *line_value(char *line, const char *key)
{
	size_t n = strlen(key);

	if (strncmp(line, key, n) != 0 || line[n] != '=')
		return NULL;
	line += n + 1;
	if (*line != '"')
		return line;
	line[1 + strcspn(line + 1, "\"")] = '\0';
	return line + 1;
}

/* One entry in grubby's output. */
struct entry {
	const char *index, *kernel, *args;
};

/*
 * Call fn for each entry that grubby prints for a kernel or "ALL", until it returns something other
 * than 0.
 */
static int each(const char *which, int (*fn)(const struct entry *e, void *arg), void *arg)
{
	const char *const argv[] = { "grubby", "--info", which, NULL };
	char *line, *save = NULL, *value;
	struct entry e = { .index = "" };
	struct run_result r;
	int rc = run_program(
		&(struct run_cfg){
			.argv = argv, .timeout_ms = 60 * 1000, .max = 1 << 20, .out = RUN_KEEP },
		&r);

	if (rc == 0 && r.exit_code != 0)
		rc = fail(-ENOENT, "grubby has no entry for the kernel %s", which);
	line = rc == 0 ? strtok_r(r.out.data, "\n", &save) : NULL;
	for (; line && rc == 0; line = strtok_r(NULL, "\n", &save)) {
		value = line_value(line, "index");
		e.index = value ? value : e.index;
		value = line_value(line, "kernel");
		e.kernel = value ? value : e.kernel;
		e.args = line_value(line, "args");
		if (e.args && e.kernel)
			rc = fn(&e, arg);
	}
	run_result_fini(&r);
	return rc;
}

static int get_one(const struct entry *e, void *arg)
{
	struct bootargs args = { 0 };
	char **out = arg;
	int rc = bootargs_parse(e->args, &args);

	if (rc == 0 && bootargs_value(&args, "crashkernel"))
		*out = strdup(bootargs_value(&args, "crashkernel"));
	bootargs_fini(&args);
	return rc < 0 ? rc : *out != NULL;
}

static int get(const char *root, const char *kernel, char **out)
{
	int rc;

	(void)root;
	*out = NULL;
	rc = each(kernel, get_one, out);
	return rc < 0 ? rc : 0;
}

/* One call: an interruption must not leave the entry without crashkernel=. */
static int run_grubby(const struct bootloader_change *c, const char *which)
{
	char kernel[4200], add[1200];
	bool fadump = c->fadump && strcmp(c->fadump, "off") != 0;
	const char *argv[5] = { "grubby", kernel };
	size_t nr = 2;

	snprintf(kernel, sizeof(kernel), "--update-kernel=%s", which);
	snprintf(add, sizeof(add), "--args=%s%s%s%s", c->value ? "crashkernel=" : "",
		 c->value ? c->value : "", fadump ? " fadump=" : "", fadump ? c->fadump : "");
	if (!c->value)
		argv[nr++] = "--remove-args=crashkernel";
	else if (c->fadump && !fadump)
		argv[nr++] = "--remove-args=fadump";
	if (c->value || fadump)
		argv[nr++] = add;
	return run_must(&(struct run_cfg){ .argv = argv, .timeout_ms = 120 * 1000 });
}

struct change {
	const struct bootloader_change *c;
	bool changed;
	FILE *list; /* one line per entry: index, kernel */
};

static int set_one(const struct entry *e, void *arg)
{
	struct change *change = arg;

	if (!boottext_differs(e->args, change->c))
		return 0;
	change->changed = true;
	fprintf(change->list, "%s %s\n", e->index, e->kernel);
	return change->c->only ? run_grubby(change->c, e->kernel) : 0;
}

static void log_entries(const struct bootloader_change *c, char *list)
{
	char *save = NULL;

	for (char *line = strtok_r(list, "\n", &save); line && c->changed;
	     line = strtok_r(NULL, "\n", &save)) {
		char *kernel = strchr(line, ' ');

		*kernel++ = '\0';
		if (*line)
			c->changed(c->value, kernel, line);
	}
}

static int apply(const struct bootloader_change *c)
{
	const char *const zipl[] = { "zipl", NULL };
	int rc = 0;

	/* All entries in one call: grubby then also changes its templates. */
	if (!c->only)
		rc = run_grubby(c, c->kernel);
	/* On s390x the entries are copied into the boot record. */
	if (rc == 0 && run_exists("zipl"))
		rc = run_must(&(struct run_cfg){ .argv = zipl, .timeout_ms = 120 * 1000 });
	return rc;
}

static int set(const struct bootloader_change *c)
{
	char *list = NULL;
	size_t len;
	struct change change = { .c = c, .list = open_memstream(&list, &len) };
	bool ignored = false;
	int rc;

	if (!change.list)
		return fail(-ENOMEM, "list of boot entries");
	rc = each(c->kernel, set_one, &change);
	if (fclose(change.list) != 0 && rc == 0)
		rc = fail(-ENOMEM, "list of boot entries");
	if (rc == 0 && change.changed) {
		rc = apply(c);
		if (rc == 0)
			log_entries(c, list);
		/* Kernels installed later get their command line from there. */
		if (rc == 0 && !c->only && strcmp(c->kernel, "ALL") == 0)
			rc = grub_file_change(c, c->value, &ignored);
	}
	free(list);
	return rc < 0 ? rc : change.changed;
}

const struct bootloader bootloader_grubby = {
	.name = "grubby",
	.per_kernel = true,
	.present = present,
	.get = get,
	.set = set,
};
