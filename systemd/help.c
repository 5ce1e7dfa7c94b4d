/* SPDX-License-Identifier: GPL-2.0-or-later */
/* help.c - print --help, and suggestions for misspelt commands and options */
#include "systemd/help.h"

#include "base/near.h"
#include "base/util.h"
#include "systemd/message.h"

#include <stdio.h>
#include <string.h>

#define COMMAND_COLUMN 42
#define OPTION_COLUMN  24

static const struct {
	const char *command, *text;
} abouts[] = {
#define OPTION(command, name, argument, text)
#define ABOUT(command, text) { command, text },
#include "systemd/help.def"
#undef ABOUT
#undef OPTION
};

static const struct help_option {
	const char *command, *name, *argument, *text;
} options[] = {
#define ABOUT(command, text)
#define OPTION(command, name, argument, text) { command, name, argument, text },
#include "systemd/help.def"
#undef OPTION
#undef ABOUT
};

static void print_options(const char *command)
{
	char usage[80];

	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		const struct help_option *o = &options[i];

		if (!o->text || strcmp(o->command, command) != 0)
			continue;
		snprintf(usage, sizeof(usage), "%s%s%s", o->name, o->argument ? "=" : "",
			 o->argument ? o->argument : "");
		printf("  %-*s %s\n", OPTION_COLUMN, usage, o->text);
	}
}

void help_all(void)
{
	printf("Save the memory of this system when its kernel panics.\n\n"
	       "  kdumpctl [OPTION]... COMMAND [ARGUMENT]...\n\n");
	for (const struct ctl_command *c = ctl_commands; c->name; c++) {
		char usage[80];

		if (!c->help)
			continue;
		snprintf(usage, sizeof(usage), "%s %s", c->name, c->arguments);
		printf("  %-*s %s\n", COMMAND_COLUMN, usage, c->help);
	}
	printf("\n");
	print_options("");
	printf("\n\"kdumpctl COMMAND --help\" describes one command.\n"
	       "Exit status: 0 done, 1 failed, 3 not operational (status).\n"
	       "Files: /etc/kdump.conf, /etc/sysconfig/kdump or /etc/default/kdump-tools.\n"
	       "See kdumpctl(8).\n");
}

void help_command(const struct ctl_command *c)
{
	printf("  kdumpctl %s%s%s\n\n", c->name, *c->arguments ? " " : "", c->arguments);
	for (size_t i = 0; i < ARRAY_SIZE(abouts); i++) {
		if (strcmp(abouts[i].command, c->name) == 0)
			printf("%s\n", abouts[i].text);
	}
	printf("\n");
	print_options(c->name);
	printf("  %-*s %s\n", OPTION_COLUMN, "--help", "this text");
	printf("\n\"kdumpctl --help\" lists the options of all commands.\n");
}

static int suggest(const char *what, const char *word, const char *near)
{
	message_error("'%s' is not %s; did you mean '%s'?", word, what, near);
	return CTL_FAILED;
}

/* An unknown option before the command. */
static int unknown_option(const char *word)
{
	struct near near;

	near_init(&near, word);
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if (!*options[i].command && options[i].text)
			near_try(&near, options[i].name);
	}
	if (near.best)
		return suggest("an option", word, near.best);
	return ctl_usage("'%s' is not a global option; write the command first", word);
}

int help_unknown_command(const char *name)
{
	struct near near;

	if (*name == '-')
		return unknown_option(name);
	near_init(&near, name);
	for (const struct ctl_command *c = ctl_commands; c->name; c++) {
		if (c->help)
			near_try(&near, c->name);
	}
	if (near.best)
		return suggest("a command", name, near.best);
	return ctl_usage("'%s' is not a command", name);
}

static bool is_option(const struct help_option *o, const char *word)
{
	size_t n = strcspn(word, "=");

	return strlen(o->name) == n && strncmp(o->name, word, n) == 0;
}

static int check_option(const struct ctl_command *c, const char *word)
{
	struct near near;

	near_init(&near, word);
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		const struct help_option *o = &options[i];

		if (*o->command && strcmp(o->command, c->name) != 0)
			continue;
		if (is_option(o, word))
			return CTL_OK;
		if (o->text)
			near_try(&near, o->name);
	}
	if (near.best) {
		message_error("%s: '%s' is not an option; did you mean '%s'?", c->name, word,
			      near.best);
		return CTL_FAILED;
	}
	return ctl_usage("%s: '%s' is not an option", c->name, word);
}

/* Internal commands check their arguments themselves. */
int help_check_options(const struct ctl_command *c, char **argv)
{
	int rc = CTL_OK;

	for (; c->help && rc == CTL_OK && *argv; argv++) {
		if (**argv == '-')
			rc = check_option(c, *argv);
	}
	return rc;
}
