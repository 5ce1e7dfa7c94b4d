/* SPDX-License-Identifier: GPL-2.0-or-later */
/* main.c - the program kdumpctl: which command, and the options all of them have */
#include "systemd/ctl.h"

#include "systemd/tell.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

const struct ctl_command ctl_commands[] = {
	{ "start", cmd_start, "", "build the image if need be, load it", true },
	{ "stop", cmd_stop, "", "take it out of memory", true },
	{ "restart", cmd_restart, "", "stop, then start", true },
	{ "reload", cmd_reload, "", "load the image again as it is", true },
	{ "status", cmd_status, "", "armed or not and why; exit code 3: not", false },
	{ "rebuild", cmd_rebuild, "", "build the image now", true },
	{ "estimate", cmd_estimate, "", "are memory and disk large enough?", true },
	{ "showmem", cmd_showmem, "", "how much memory is reserved", false },
	{ "test", cmd_test, "[--crash [--force]]", "all but the crash; --crash: that too", true },
	{ "list", cmd_list, "", "the dumps on the target", true },
	{ "show", cmd_show, "[NAME|NUMBER|last]", "one dump", true },
	{ "check-config", cmd_check_config, "", "are the configuration files right?", true },
	{ "propagate", cmd_propagate, "", "a key for an ssh target, copied there", true },
	{ "get-default-crashkernel", cmd_get_default_crashkernel, "[kdump|fadump]",
	  "the default of crashkernel=", false },
	{ "reset-crashkernel", cmd_reset_crashkernel, "[--kernel=PATH|ALL] [--value=V]",
	  "put it on the kernel's command line", true },
	{ "_reset-crashkernel-after-update", cmd_reset_after_update, "", NULL, true },
	{ "_reset-crashkernel-for-installed_kernel", cmd_reset_for_kernel, "", NULL, true },
	{ "_remove-kernel", cmd_remove_kernel, "", NULL, true },
	{ "_plan", cmd_plan, "", NULL, true },
	{ "_purge", cmd_purge, "", NULL, true },
	{ "_hotplug-event", cmd_hotplug_event, "", NULL, true },
	{ "_hotplug", cmd_hotplug, "", NULL, true },
	{ NULL, NULL, NULL, NULL, false },
};

static void help(void)
{
	printf("Saves the memory of this system when its kernel panics.\n\n"
	       "  kdumpctl [--json] [--quiet] COMMAND [ARGUMENT]...\n\n");
	for (const struct ctl_command *c = ctl_commands; c->name; c++) {
		char usage[80];

		if (!c->help)
			continue;
		snprintf(usage, sizeof(usage), "%s %s", c->name, c->arguments);
		printf("  %-42s %s\n", usage, c->help);
	}
	printf("\n--json: status, estimate, list and show answer for programs.\n"
	       "Exit status: 0 done, 1 failed, 3 not operational (status).\n"
	       "Files: /etc/kdump.conf, /etc/sysconfig/kdump. See kdumpctl(8).\n");
}

/* An option with a value: "--root DIR" or "--root=DIR"; NULL: it is another one. */
static const char *value_of(const char *name, int argc, char **argv, int *i)
{
	size_t n = strlen(name);

	if (strncmp(argv[*i], name, n) != 0)
		return NULL;
	if (argv[*i][n] == '=')
		return argv[*i] + n + 1;
	if (argv[*i][n] == '\0' && *i + 1 < argc)
		return argv[++*i];
	return NULL;
}

/* Options of all commands, wherever they stand, are taken out of argv; how many words are left. */
static int take_options(struct ctl *ctl, int argc, char **argv)
{
	int nr = 1;

	for (int i = 1; i < argc; i++) {
		const char *v;

		if (strcmp(argv[i], "--json") == 0)
			ctl->json = true;
		else if (strcmp(argv[i], "--quiet") == 0 || strcmp(argv[i], "-q") == 0)
			tell_quiet();
		else if ((v = value_of("--root", argc, argv, &i)))
			ctl->root = strcmp(v, "/") == 0 ? "" : v;
		else if ((v = value_of("--collector", argc, argv, &i)))
			ctl->collector = v;
		else if ((v = value_of("--capture", argc, argv, &i)))
			ctl->capture = v;
		else
			argv[nr++] = argv[i];
	}
	argv[nr] = NULL;
	if (ctl->json)
		tell_info_to_stderr();
	return nr;
}

static const struct ctl_command *find(const char *name)
{
	for (const struct ctl_command *c = ctl_commands; c->name; c++) {
		if (strcmp(c->name, name) == 0)
			return c;
	}
	return NULL;
}

/* How many letters to add, drop or change to make b of a; at most 3 are counted. */
static unsigned distance(const char *a, const char *b, unsigned so_far)
{
	unsigned best, other;

	while (*a && *a == *b) {
		a++;
		b++;
	}
	if ((!*a && !*b) || so_far == 3)
		return so_far;
	best = *a ? distance(a + 1, b, so_far + 1) : 3;
	other = *b ? distance(a, b + 1, so_far + 1) : 3;
	best = other < best ? other : best;
	other = *a && *b ? distance(a + 1, b + 1, so_far + 1) : 3;
	return other < best ? other : best;
}

static int unknown(const char *name)
{
	const struct ctl_command *near = NULL;
	unsigned best = 3;

	for (const struct ctl_command *c = ctl_commands; c->name; c++) {
		unsigned d = c->help ? distance(name, c->name, 0) : 3;

		if (d < best) {
			best = d;
			near = c;
		}
	}
	if (near)
		return ctl_usage("'%s' is no command; is it '%s' that you mean?", name, near->name);
	return ctl_usage("'%s' is no command", name);
}

static bool is_named(const char *argv0, const char *name)
{
	const char *slash = strrchr(argv0, '/');

	return strcmp(slash ? slash + 1 : argv0, name) == 0;
}

int main(int argc, char **argv)
{
	const struct ctl_command *c;
	struct ctl ctl;
	int rc;

	ctl_init(&ctl);
	/* As a generator its arguments are the directories of units. */
	if (argc > 1 && is_named(argv[0], "kdump-generator"))
		return generator_run("", argv[1]);
	argc = take_options(&ctl, argc, argv);
	if (argc < 2)
		return ctl_usage("which command?");
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		help();
		return CTL_OK;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("kdumpctl %s\n", KDUMP_VERSION);
		return CTL_OK;
	}
	c = find(argv[1]);
	if (!c)
		return unknown(argv[1]);
	if (c->needs_root && geteuid() != 0 && !*ctl.root) {
		tell_error("%s: only root may do that", c->name);
		return CTL_FAILED;
	}
	rc = c->run(&ctl, argc - 1, argv + 1);
	ctl_fini(&ctl);
	return rc;
}
