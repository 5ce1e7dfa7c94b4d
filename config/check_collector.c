/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_collector.c - core_collector: its program is there and takes these options
 *
 * An option that is refused after a crash costs the dump. The collector itself is asked,
 * since a list of its options here would be out of date one day.
 */
#include "config/check_impl.h"

#include "config/collector.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define OUTPUT_MAX 1024

extern char **environ;

/* Its output up to room; what is more is read and dropped, so that it can end. */
static void read_output(int fd, char *out, size_t room)
{
	char rest[256];
	size_t len = 0;
	ssize_t n;

	do {
		bool full = len + 1 >= room;

		n = full ? read(fd, rest, sizeof(rest)) : read(fd, out + len, room - len - 1);
		if (n > 0 && !full)
			len += (size_t)n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	out[len] = '\0';
}

/* Its exit status; -EINTR if a signal ended it. */
static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EINTR;
}

/* Its exit status, or a negative errno if it could not be run; output in out. */
static int run(const char *program, char **argv, char *out, size_t room)
{
	posix_spawn_file_actions_t actions;
	int fds[2], rc;
	pid_t pid;

	out[0] = '\0';
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	rc = -posix_spawn_file_actions_init(&actions);
	if (rc == 0) {
		posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
		posix_spawn_file_actions_adddup2(&actions, fds[1], STDERR_FILENO);
		rc = -posix_spawnp(&pid, program, &actions, NULL, argv, environ);
		posix_spawn_file_actions_destroy(&actions);
	}
	close(fds[1]); /* else the end of its output would never come */
	if (rc == 0) {
		read_output(fds[0], out, room);
		rc = wait_for(pid);
	}
	close(fds[0]);
	return rc;
}

/* The first line, without the name of the program that says it. */
static const char *first_words(char *output)
{
	char *text = output;

	text[strcspn(text, "\n")] = '\0';
	if (strncmp(text, "kdump-collect: ", 15) == 0)
		text += 15;
	return *text ? text : "no reason was given";
}

/* One that cannot be asked is no reason to refuse the file: it may be installed later. */
static void judge(struct check *k, int rc, char *output)
{
	if (rc < 0)
		config_check_warning(k, "could not be checked: %s: %s; is kdump-collect installed?",
				     k->system.collector, strerror(-rc));
	else if (rc > 0)
		config_check_error(k, "refused: %s", first_words(output));
}

/* argv: kdump-collect --check-params OPTION... vmcore [dump] */
static void check_own(struct check *k, const struct config_command *command)
{
	char output[OUTPUT_MAX];
	char **argv = calloc(command->argc + 4, sizeof(*argv));
	unsigned n = 2;

	if (!argv)
		return;
	argv[0] = (char *)"kdump-collect";
	argv[1] = (char *)"--check-params";
	for (unsigned i = 1; i < command->argc; i++)
		argv[n++] = command->argv[i];
	argv[n++] = (char *)"vmcore";
	if (!command->streams)
		argv[n++] = (char *)"dump";
	judge(k, run(k->system.collector, argv, output, sizeof(output)), output);
	free(argv);
}

static bool is_program(const struct check *k, const char *file)
{
	char path[PATH_MAX];

	return access(config_check_below(k, file, path), X_OK) == 0;
}

bool config_check_in_path(const struct check *k, const char *program)
{
	static const char *const dirs[] = { "/usr/sbin", "/usr/bin",	    "/sbin",
					    "/bin",	 "/usr/local/sbin", "/usr/local/bin" };
	char file[512];

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		snprintf(file, sizeof(file), "%s/%.400s", dirs[i], program);
		if (is_program(k, file))
			return true;
	}
	return false;
}

/* Its options are its own business; older tools do not look at them either. */
static void check_external(struct check *k, const char *program)
{
	bool there =
		strchr(program, '/') ? is_program(k, program) : config_check_in_path(k, program);

	if (!there)
		config_check_error(k,
				   "there is no program '%.120s' to run; install it, or write "
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
	else if (command.argc > 0)
		check_external(k, command.argv[0]);
	config_command_free(&command);
}
