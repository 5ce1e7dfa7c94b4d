/* SPDX-License-Identifier: GPL-2.0-or-later */
/* main.c - the program kdumpctl: global options, choice of the command */
#include "systemd/ctl.h"

#include "base/environ.h"
#include "base/std_streams.h"

#include "systemd/help.h"
#include "systemd/message.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

const struct ctl_command ctl_commands[] = {
	{ "start", cmd_start, "", "build the image if need be, load it", CTL_ROOT },
	{ "stop", cmd_stop, "", "unload it", CTL_ROOT },
	{ "restart", cmd_restart, "", "stop, then start", CTL_ROOT },
	{ "reload", cmd_reload, "", "load the image again as it is", CTL_ROOT },
	{ "status", cmd_status, "", "is the machine armed, and if not, why; exit code 3: not",
	  CTL_PRINTS },
	{ "rebuild", cmd_rebuild, "", "build the image now", CTL_ROOT },
	{ "estimate", cmd_estimate, "", "are memory and disk large enough?",
	  CTL_ROOT | CTL_PRINTS },
	{ "showmem", cmd_showmem, "", "how much memory is reserved", CTL_PRINTS },
	{ "test", cmd_test, "[--crash] [--force]",
	  "check everything without a crash; --crash: with one", CTL_ROOT },
	{ "list", cmd_list, "[--identity=FILE]", "the dumps on the target", CTL_ROOT | CTL_PRINTS },
	{ "show", cmd_show, "[--identity=FILE] [NAME|NUMBER|last]", "one dump",
	  CTL_ROOT | CTL_PRINTS },
	{ "keygen", cmd_keygen, "[FILE]", "make a key pair for encrypted dumps", 0 },
	{ "check-config", cmd_check_config, "", "check the configuration files", CTL_PRINTS },
	{ "convert", cmd_convert, "[--once]", "convert settings of other programs to kdump.conf",
	  CTL_ROOT },
	{ "propagate", cmd_propagate, "", "create a key for an ssh target and copy it there",
	  CTL_ROOT },
	{ "get-default-crashkernel", cmd_get_default_crashkernel, "[kdump|fadump]",
	  "print the default of crashkernel=", CTL_PRINTS },
	{ "reset-crashkernel", cmd_reset_crashkernel, "[--kernel=PATH|ALL] [--value=V]",
	  "write it to the kernel's command line", CTL_ROOT },
	{ "_reset-crashkernel-after-update", cmd_reset_after_update, "", NULL, CTL_ROOT },
	{ "_reset-crashkernel-for-installed_kernel", cmd_reset_for_kernel, "", NULL, CTL_ROOT },
	{ "_remove-kernel", cmd_remove_kernel, "", NULL, CTL_ROOT },
	{ "_debian-status", cmd_debian_status, "", NULL, CTL_PRINTS },
	{ "_debian-show", cmd_debian_show, "", NULL, CTL_PRINTS },
	{ "_debian-condreload", cmd_debian_condreload, "", NULL, CTL_ROOT },
	{ "_debian-savecore", cmd_debian_savecore, "", NULL, CTL_ROOT },
	{ "_debian-symlinks", cmd_debian_symlinks, "", NULL, CTL_ROOT },
	{ "_plan", cmd_plan, "", NULL, CTL_ROOT },
	{ "_wanted", cmd_wanted, "", NULL, CTL_ROOT },
	{ "_boot", cmd_boot, "", NULL, CTL_ROOT },
	{ "_purge", cmd_purge, "", NULL, CTL_ROOT },
	{ "_hotplug-event", cmd_hotplug_event, "", NULL, CTL_ROOT },
	{ "_volume-event", cmd_volume_event, "UUID [UUID_SUB]", NULL, CTL_ROOT },
	{ "_hotplug", cmd_hotplug, "", NULL, CTL_ROOT },
	{ NULL, NULL, NULL, NULL, 0 },
};

/* Value of an option, "--root DIR" or "--root=DIR"; NULL: another option. */
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

/* Remove global options from argv, wherever they are; returns the number of arguments left. */
static int take_options(struct ctl *ctl, int argc, char **argv)
{
	int nr = 1;

	for (int i = 1; i < argc; i++) {
		const char *v;

		if (strcmp(argv[i], "--json") == 0)
			ctl->json = true;
		else if (strcmp(argv[i], "--quiet") == 0 || strcmp(argv[i], "-q") == 0)
			message_quiet();
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
		message_info_to_stderr();
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

static bool is_named(const char *argv0, const char *name)
{
	const char *slash = strrchr(argv0, '/');

	return strcmp(slash ? slash + 1 : argv0, name) == 0;
}

static bool is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static bool asks_help(char **argv)
{
	while (*argv && !is_help(*argv))
		argv++;
	return *argv != NULL;
}

/* "help", or "help COMMAND". */
static int help(const char *name)
{
	const struct ctl_command *c = name ? find(name) : NULL;

	if (!name)
		help_all();
	else if (!c)
		return help_unknown_command(name);
	else
		help_command(c);
	return CTL_OK;
}

/* Text that was asked for must have got to standard output. */
static int printed(int code)
{
	return code != CTL_OK || std_streams_end() == 0 ? code : ctl_fail("print");
}

int main(int argc, char **argv)
{
	const struct ctl_command *c;
	struct ctl ctl;
	int rc;

	std_streams_hold();
	ctl_init(&ctl);
	/* A generator's arguments are the directories for units. */
	if (argc > 1 && is_named(argv[0], "kdump-generator"))
		return generator_run("", argv[1]);
	argc = take_options(&ctl, argc, argv);
	/* Programs that stand in for a test root's own are in PATH. */
	if (environ_reduce(*ctl.root ? ENVIRON_ABSOLUTE_PATH : ENVIRON_SYSTEM_PATH) < 0)
		return ctl_fail("start");
	if (argc < 2)
		return ctl_usage("which command?");
	if (is_help(argv[1]) || strcmp(argv[1], "help") == 0)
		return printed(help(argv[2]));
	if (strcmp(argv[1], "--version") == 0) {
		printf("kdumpctl %s\n", KDUMP_VERSION);
		return printed(CTL_OK);
	}
	c = find(argv[1]);
	if (!c)
		return help_unknown_command(argv[1]);
	if (asks_help(argv + 2)) {
		help_command(c);
		return printed(CTL_OK);
	}
	if (help_check_options(c, argv + 2) != CTL_OK)
		return CTL_FAILED;
	if (c->traits & CTL_ROOT && geteuid() != 0 && !*ctl.root) {
		message_error("%s: only root may do that", c->name);
		return CTL_FAILED;
	}
	rc = c->run(&ctl, argc - 1, argv + 1);
	ctl_fini(&ctl);
	return c->traits & CTL_PRINTS ? printed(rc) : rc;
}
