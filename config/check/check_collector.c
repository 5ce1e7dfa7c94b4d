/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_collector.c - core_collector: its program is there and takes these options
 *
 * An option that is refused after a crash costs the dump. The collector itself is asked,
 * since a list of its options here would be out of date one day.
 */
#include "config/check/check_impl.h"

#include "config/core_collector.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OUTPUT_MAX 1024

/* The first line, without the name of the program in front. */
static const char *first_line(char *output)
{
	char *text = output;

	text[strcspn(text, "\n")] = '\0';
	if (strncmp(text, "kdump-collect: ", 15) == 0)
		text += 15;
	return *text ? text : "no reason was given";
}

/* A missing collector is not a reason to refuse the file: it may be installed later. */
static void judge(struct check *k, int rc, char *output)
{
	if (rc < 0)
		config_check_warning(k, "could not be checked: %s%s", fail_text(),
				     rc == -ENOENT ? "; install it" : "");
	else if (rc > 0)
		config_check_error(k, "refused: %s", first_line(output));
}

/* argv: kdump-collect --check-params OPTION... vmcore [dump] */
static void check_own(struct check *k, const struct config_command *command)
{
	char output[OUTPUT_MAX];
	char **argv = calloc(command->argc + 4, sizeof(*argv));
	unsigned n = 2;
	int rc;

	if (!argv)
		return;
	argv[0] = (char *)"kdump-collect";
	argv[1] = (char *)"--check-params";
	for (unsigned i = 1; i < command->argc; i++)
		argv[n++] = command->argv[i];
	argv[n++] = (char *)"vmcore";
	if (!command->streams)
		argv[n++] = (char *)"dump";
	rc = config_check_run(k->system.collector, (const char *const *)argv, output,
			      sizeof(output));
	judge(k, rc, output);
	free(argv);
}

static bool is_program(const struct check *k, const char *file)
{
	char path[PATH_MAX];

	return access(config_check_below(k, file, path), X_OK) == 0;
}

/* Its path below the root in file, of size bytes. */
static bool find_in_path(const struct check *k, const char *program, char *file, size_t size)
{
	static const char *const dirs[] = { "/usr/sbin", "/usr/bin",	    "/sbin",
					    "/bin",	 "/usr/local/sbin", "/usr/local/bin" };

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		if (snprintf(file, size, "%s/%s", dirs[i], program) < (int)size &&
		    is_program(k, file))
			return true;
	}
	return false;
}

bool config_check_in_path(const struct check *k, const char *program)
{
	char file[512];

	return find_in_path(k, program, file, sizeof(file));
}

/* Its options are its own business; older tools do not look at them either. */
static void check_external(struct check *k, const char *program)
{
	char found[512];
	bool named = strchr(program, '/');
	const char *file = named ? program : found;

	if (named ? is_program(k, program) : find_in_path(k, program, found, sizeof(found)))
		config_check_trusted(k, file);
	else
		config_check_error(k,
				   "there is no program '%s' to run; install it, or write "
				   "makedumpfile for the one built in",
				   program);
}

void config_check_collector(struct check *k)
{
	struct config_command command;

	k->key = "core_collector";
	if (config_collector(k->c, k->c->targets[0].kind, 1, &command) < 0)
		return;
	if (command.argc > 0 && command.kind == CONFIG_COLLECTOR_OWN)
		check_own(k, &command);
	else if (command.argc > 0 && command.kind != CONFIG_COLLECTOR_NONE)
		check_external(k, command.argv[0]);
	config_command_free(&command);
}
