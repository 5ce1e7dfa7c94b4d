/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdump_config.c - kdump-config: check a kdump.conf, and give its values to scripts */
#include "config/cli/kdump_config.h"

#include "config/check/check.h"
#include "config/core_collector.h"
#include "config/cli/debian.h"
#include "config/cli/get_raw.h"
#include "config/parse/keys.h"
#include "config/cli/manual.h"
#include "config/sysconfig/sysconfig.h"

#include "base/err.h"
#include "base/near.h"
#include "base/printable.h"
#include "base/std_streams.h"
#include "base/util.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_GOOD, EXIT_WRONG, EXIT_USAGE };

static int usage(FILE *f)
{
	fputs("usage: kdump-config --check [--system] [FILE]\n"
	      "       kdump-config --get KEY [FILE]\n"
	      "       kdump-config --get-raw REGEX [FILE]\n"
	      "       kdump-config --shell [FILE]\n"
	      "       kdump-config --convert SYSCONFIG\n"
	      "       kdump-config --help [KEY]\n"
	      "       kdump-config --version\n"
	      "\n"
	      "  --check    report every mistake in FILE (" CONFIG_FILE ") with its position;\n"
	      "             --system: and whether all it names is there on this system\n"
	      "  --get      print the value of KEY, its default if it is not written\n"
	      "  --get-raw  print the value of the last line whose whole key REGEX matches:\n"
	      "             no defaults, nothing if there is none\n"
	      "  --shell    print all values as KDUMP_KEY='VALUE' for eval in a shell\n"
	      "  --convert  print what /etc/default/kdump-tools or /etc/sysconfig/kdump says\n"
	      "             about dumps as a kdump.conf\n"
	      "  --help     print this text, or what KEY means\n"
	      "\n"
	      "  load, unload, reload, condreload, try-reload, status, show, test, savecore,\n"
	      "  symlinks, propagate, help:\n"
	      "             as kdump-config of Debian's kdump-tools; kdumpctl does it\n"
	      "\n"
	      "exit status: 0 good, 1 FILE has errors, 2 wrong use or FILE cannot be read\n"
	      "\n"
	      "keys of kdump.conf:\n",
	      f);
	config_manual_list(f);
	return f == stdout ? EXIT_GOOD : EXIT_USAGE;
}

/* One line is enough after a typing error; --help has the rest. */
static int bad_usage(const char *message, const char *what)
{
	fprintf(stderr, "kdump-config: %s%s; --help shows how to use it\n", message, what);
	return EXIT_USAGE;
}

static int no_key(const char *name)
{
	const struct config_key *near = config_key_near(name);

	if (!near)
		return bad_usage("no such key: ", name);
	fprintf(stderr, "kdump-config: no such key: %s; did you mean '%s'?\n", name, near->name);
	return EXIT_USAGE;
}

/* The value may go to a pipe, where half of it is worse than none. */
static int finish(int code)
{
	if (std_streams_end() == 0)
		return code;
	print_safe(stderr, "kdump-config: %s", fail_text());
	return EXIT_USAGE;
}

/* The report has the errors in the file, the trail the reason if it could not be read. */
static int outcome(int rc, const struct config_report *report)
{
	config_report_print(report, stderr);
	if (rc == 0)
		return EXIT_GOOD;
	if (report->nr_errors > 0)
		return EXIT_WRONG;
	print_safe(stderr, "kdump-config: %s", fail_text());
	return EXIT_USAGE;
}

static int load(const char *file, struct config *c)
{
	return outcome(config_load(file, 0, c), &c->report);
}

/* What is wrong as text is enough for a first round. */
static int check(const char *file, bool system)
{
	struct config c;
	int rc = config_load(file, 0, &c);

	if (rc == 0 && system)
		rc = config_check_system(&c, NULL);
	rc = outcome(rc, &c.report);
	config_free(&c);
	return rc;
}

/* The arguments of the command as it is for the main target. */
static void print_collector(const struct config *c, void (*print)(const char *value))
{
	struct config_command command;

	if (config_collector(c, c->targets[0].kind, 1, &command) < 0)
		return;
	for (unsigned i = 0; i < command.argc; i++) {
		print(i ? " " : "");
		print(command.argv[i]);
	}
	config_command_free(&command);
}

static void print_repeated(const struct config *c, const char *key,
			   void (*print)(const char *value))
{
	const char *value;

	for (unsigned i = 0; (value = config_written_at(c, key, i)); i++) {
		print(i ? "\n" : "");
		print(value);
	}
}

/* What counts in the end: 'failure_action' may have been written as 'default'. */
static void print_value(const struct config *c, const struct config_key *key,
			void (*print)(const char *value))
{
	const char *value = config_written(c, key->name);

	if (key->kind == KIND_FALLBACK || key->kind == KIND_RECIPIENT)
		print_repeated(c, key->name, print);
	else if (key->kind == KIND_FAILURE_ACTION)
		print(config_action_name(c->failure_action));
	else if (key->kind == KIND_PATH)
		print(c->path);
	else if (key->kind == KIND_COMMAND && !value)
		print_collector(c, print);
	else
		print(value ? value : key->default_value ? key->default_value : "");
}

static void print_plain(const char *value)
{
	fputs(value, stdout);
}

/* Within '...' only the quote itself means something. */
static void print_quoted(const char *value)
{
	for (; *value; value++) {
		if (*value == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*value);
	}
}

/* Nothing is printed when there are errors: a script must not act on half a file. */
static int get(const char *name, const char *file)
{
	const struct config_key *key = config_key_find(name);
	struct config c;
	int code;

	if (!key || key->kind == KIND_REFUSED)
		return no_key(name);
	code = load(file, &c);
	if (code == EXIT_GOOD) {
		print_value(&c, key, print_plain);
		putchar('\n');
	}
	config_free(&c);
	return code;
}

/* For scripts that accept any file, and can do without one. */
static int get_raw(const char *regex, const char *file)
{
	char *value;

	if (config_get_raw(file, regex, &value) < 0) {
		print_safe(stderr, "kdump-config: %s", fail_text());
		return EXIT_USAGE;
	}
	if (value)
		puts(value);
	free(value);
	return EXIT_GOOD;
}

/* kdump_pre is KDUMP_PRE, path is KDUMP_PATH: "path" alone is a shell's own in some. */
static void print_name(const char *name)
{
	if (strncmp(name, "kdump_", 6) == 0)
		name += 6;
	fputs("KDUMP_", stdout);
	for (; *name; name++)
		putchar(toupper((unsigned char)*name));
}

static int shell(const char *file)
{
	const struct config_key *key;
	struct config c;
	int code = load(file, &c);

	for (unsigned i = 0; code == EXIT_GOOD && (key = config_key_at(i)); i++) {
		if (key->kind == KIND_REFUSED || key->kind == KIND_OLD_DEFAULT)
			continue;
		print_name(key->name);
		fputs("='", stdout);
		print_value(&c, key, print_quoted);
		fputs("'\n", stdout);
	}
	config_free(&c);
	return code;
}

static int convert(const char *file)
{
	struct sysconfig s;
	char *conf = NULL;
	int rc = sysconfig_load(file, &s);

	if (rc == 0)
		rc = sysconfig_conf(&s, &conf);
	sysconfig_notes(&s);
	if (conf)
		fputs(conf, stdout);
	rc = outcome(rc, &s.report);
	free(conf);
	sysconfig_free(&s);
	return rc;
}

static int help(const char *name)
{
	const struct config_key *key = name ? config_key_find(name) : NULL;

	if (!name)
		return usage(stdout);
	if (!key)
		return no_key(name);
	config_manual_key(key, stdout);
	return EXIT_GOOD;
}

static int do_check(char **arg)
{
	bool system = arg[0] && strcmp(arg[0], "--system") == 0;

	arg += system;
	return check(arg[0] ? arg[0] : CONFIG_FILE, system);
}

static int do_get(char **arg)
{
	return get(arg[0], arg[1] ? arg[1] : CONFIG_FILE);
}

static int do_get_raw(char **arg)
{
	return get_raw(arg[0], arg[1] ? arg[1] : CONFIG_FILE);
}

static int do_shell(char **arg)
{
	return shell(arg[0] ? arg[0] : CONFIG_FILE);
}

static int do_convert(char **arg)
{
	return convert(arg[0]);
}

static int do_help(char **arg)
{
	return help(arg[0]);
}

/* Generates a part of the manual: see docs/kdump.conf.5. */
static int do_roff(char **arg)
{
	if (strcmp(arg[0], "keys") == 0)
		config_manual_roff_keys(stdout);
	else if (strcmp(arg[0], "variables") == 0)
		config_manual_roff_variables(stdout);
	else
		return bad_usage("keys or variables, not ", arg[0]);
	return EXIT_GOOD;
}

static int do_version(char **arg)
{
	(void)arg;
	puts("kdump-config " KDUMP_VERSION);
	return EXIT_GOOD;
}

static const struct {
	const char *name;
	int least, most; /* arguments */
	int (*run)(char **arg);
} verbs[] = {
	{ "--check", 0, 2, do_check },	   { "--get", 1, 2, do_get },
	{ "--get-raw", 1, 2, do_get_raw }, { "--shell", 0, 1, do_shell },
	{ "--convert", 1, 1, do_convert }, { "--help", 0, 1, do_help },
	{ "-h", 0, 1, do_help },	   { "--version", 0, 0, do_version },
	{ "--roff", 1, 1, do_roff },	   { "help", 0, 0, do_help },
};

/* A word of ours was meant, or one of kdump-tools. */
static int unknown(const char *word)
{
	const char *verb;
	struct near near;

	near_init(&near, word);
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		near_try(&near, verbs[i].name);
	for (size_t i = 0; *word != '-' && (verb = debian_verb_at(i)); i++)
		near_try(&near, verb);
	if (!near.best)
		return bad_usage("not known: ", word);
	fprintf(stderr, "kdump-config: not known: %s; did you mean '%s'?\n", word, near.best);
	return EXIT_USAGE;
}

/* What Debian's program was asked for is done by kdumpctl. */
static int debian(int argc, char **argv)
{
	int most = 0;
	const char *command = debian_command(argv[1], &most);

	if (!command)
		return unknown(argv[1]);
	if (argc - 2 > most)
		return bad_usage("too many arguments: ", argv[argc - 1]);
	return debian_run(command, argv[2]);
}

int config_main(int argc, char **argv)
{
	if (argc < 2)
		return usage(stderr);
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (strcmp(argv[1], verbs[i].name) != 0)
			continue;
		if (argc - 2 < verbs[i].least)
			return bad_usage("too few arguments after ", argv[1]);
		if (argc - 2 > verbs[i].most)
			return bad_usage("too many arguments: ", argv[argc - 1]);
		return finish(verbs[i].run(argv + 2));
	}
	return debian(argc, argv);
}
