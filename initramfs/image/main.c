/* SPDX-License-Identifier: GPL-2.0-or-later */
/* main.c - the program kdump-image: build a capture image, look into one */
#include "initramfs/image/image.h"
#include "initramfs/image/show.h"

#include "base/environ.h"
#include "base/err.h"
#include "base/near.h"
#include "base/printable.h"
#include "base/std_streams.h"
#include "base/util.h"
#include "config/config.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Exit codes: as kdump-config has them. */
enum { DONE = 0, FAILED = 1, USAGE = 2 };

static const char usage_text[] =
	"usage: kdump-image build [OPTION...] --output FILE\n"
	"       kdump-image check [OPTION...] --inputs FILE\n"
	"       kdump-image check [--inputs FILE] IMAGE\n"
	"       kdump-image show [--json] IMAGE [PATH]\n"
	"\n"
	"build writes a capture image for the configured targets; check says whether a new one\n"
	"would differ (exit 1: it would), or whether IMAGE is whole, and the one of that record\n"
	"(exit 1: it is not); show lists an image, or prints one file of it.\n"
	"\n"
	"  --config FILE    configuration [/etc/kdump.conf]\n"
	"  --kernel RELEASE kernel to build for [the running one]\n"
	"  --root DIR       take files from DIR instead of /\n"
	"  --modules DIR    directory that has lib/modules/RELEASE [--root]\n"
	"  --capture FILE   program that becomes /init [" IMAGE_CAPTURE "]\n"
	"  --sysfs DIR, --proc DIR, --dev DIR   another view of the hardware [/sys, /proc, /dev]\n"
	"  --inputs FILE    record of what went in\n"
	"  --json           tables as JSON\n"
	"  --help, -h       this text\n"
	"  --version        the version\n"
	"\n"
	"Exit status: 0 done, 1 failed (check: a new image would differ), 2 usage.\n";

struct arguments {
	struct image_request req;
	const char *config, *output, *inputs;
	bool json;
};

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },  { "kernel", required_argument, NULL, 'k' },
	{ "root", required_argument, NULL, 'r' },    { "modules", required_argument, NULL, 'm' },
	{ "capture", required_argument, NULL, 'C' }, { "sysfs", required_argument, NULL, 's' },
	{ "proc", required_argument, NULL, 'p' },    { "dev", required_argument, NULL, 'd' },
	{ "inputs", required_argument, NULL, 'i' },  { "output", required_argument, NULL, 'o' },
	{ "json", no_argument, NULL, 'j' },	     { "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'v' },	     { NULL, 0, NULL, 0 },
};

/* 0, or the exit code plus one: help or the version was asked for. */
static int take_option(int letter, struct arguments *a)
{
	const char **const fields[] = {
		['c'] = &a->config,	 ['k'] = &a->req.kernel,  ['r'] = &a->req.root,
		['m'] = &a->req.modules, ['C'] = &a->req.capture, ['s'] = &a->req.sysfs,
		['p'] = &a->req.proc,	 ['d'] = &a->req.dev,	  ['i'] = &a->inputs,
		['o'] = &a->output,
	};

	if (letter == 'j') {
		a->json = true;
		return 0;
	}
	if (letter == 'h' || letter == 'v') {
		fputs(letter == 'h' ? usage_text : "kdump-image " KDUMP_VERSION "\n", stdout);
		return DONE + 1;
	}
	*fields[letter] = optarg;
	return 0;
}

static int complain(int code)
{
	print_safe(stderr, "kdump-image: %s", fail_text());
	return code;
}

static int misuse(const char *message)
{
	fprintf(stderr, "kdump-image: %s\n%s", message, usage_text);
	return USAGE;
}

/* Complaints about the file go out whole; only errors stop. */
static int load_config(struct arguments *a, struct config *cfg)
{
	int rc = config_load(a->config, 0, cfg);

	config_report_print(&cfg->report, stderr);
	if (rc < 0)
		return complain(USAGE);
	a->req.cfg = cfg;
	a->req.config_path = a->config;
	return DONE;
}

static int build(const struct arguments *a)
{
	struct image_report report;
	int rc = image_build(&a->req, a->output, a->inputs, &report);

	for (char **w = report.warnings; w && *w; w++)
		fprintf(stderr, "kdump-image: warning: %s\n", *w);
	if (rc == 0)
		show_report(&report, a->json, stdout);
	image_report_free(&report);
	return rc < 0 ? complain(FAILED) : DONE;
}

static int check(const struct arguments *a)
{
	char *why = NULL;
	int rc = image_check(&a->req, a->inputs, &why);

	if (rc == 1)
		printf("%s\n", why);
	free(why);
	return rc < 0 ? complain(USAGE) : rc;
}

/* Is it whole, and the one that was built? */
static int check_image(const struct arguments *a, const char *image)
{
	struct image_sum now, then;
	int rc = image_walk(image);

	if (rc == 0 && a->inputs) {
		rc = image_sum(image, &now);
		if (rc == 0 && image_sum_recorded(a->inputs, &then) < 0)
			rc = fail(-ENOENT, "%s is not a record of an image", a->inputs);
		if (rc == 0 && (now.bytes != then.bytes || strcmp(now.hash, then.hash) != 0))
			rc = fail(-EBADMSG, "%s is not the image of %s", image, a->inputs);
	}
	if (rc < 0)
		return complain(rc == -EBADMSG ? FAILED : USAGE);
	printf("%s is whole\n", image);
	return DONE;
}

static int show(const struct arguments *a, const char *image, const char *path)
{
	int rc = path ? show_file(image, path, stdout) : show_image(image, a->json, stdout);

	return rc < 0 ? complain(FAILED) : DONE;
}

static int with_config(struct arguments *a, int (*command)(const struct arguments *a))
{
	struct config cfg;
	int code = load_config(a, &cfg);

	if (code == DONE)
		code = command(a);
	config_free(&cfg);
	return code;
}

static int no_command(const char *word)
{
	static const char *const commands[] = { "build", "check", "show" };
	struct near near;

	near_init(&near, word);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		near_try(&near, commands[i]);
	fprintf(stderr, "kdump-image: '%s' is not a command; %s%s%s\n", word,
		near.best ? "did you mean '" : "see --help", near.best ? near.best : "",
		near.best ? "'?" : "");
	return USAGE;
}

/* getopt returned '?' or ':' for this argument. */
static int bad_option(int letter, const char *word)
{
	struct near near;

	if (letter == ':') {
		fprintf(stderr, "kdump-image: %s needs a value; see --help\n", word);
		return USAGE;
	}
	near_init(&near, word);
	for (const struct option *o = long_options; o->name; o++)
		near_try(&near, o->name);
	fprintf(stderr, "kdump-image: '%s' is not an option; %s%s%s\n", word,
		near.best ? "did you mean '--" : "see --help", near.best ? near.best : "",
		near.best ? "'?" : "");
	return USAGE;
}

static int run_command(const char *command, struct arguments *a, int nr, char **operands)
{
	if (strcmp(command, "show") == 0)
		return nr == 1 || nr == 2 ? show(a, operands[0], nr == 2 ? operands[1] : NULL)
					  : misuse("show needs an image");
	if (strcmp(command, "check") == 0 && nr == 1)
		return check_image(a, operands[0]);
	if (nr > 0)
		return misuse("an argument too many");
	if (strcmp(command, "build") == 0)
		return a->output ? with_config(a, build) : misuse("build needs --output");
	if (strcmp(command, "check") == 0)
		return a->inputs ? with_config(a, check)
				 : misuse("check needs --inputs or an image");
	return no_command(command);
}

static int run(int argc, char **argv)
{
	struct arguments a = { .config = CONFIG_FILE, .req.self_test = true };
	int letter, code;

	opterr = 0;
	while ((letter = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		if (letter == '?' || letter == ':')
			return bad_option(letter, argv[optind - 1]);
		code = take_option(letter, &a);
		if (code)
			return code - 1;
	}
	if (optind >= argc)
		return misuse("a command is missing");
	return run_command(argv[optind], &a, argc - optind - 1, argv + optind + 1);
}

int main(int argc, char **argv)
{
	int code;

	std_streams_hold();
	if (environ_reduce(ENVIRON_ABSOLUTE_PATH) < 0)
		return complain(FAILED);
	code = run(argc, argv);
	return code != DONE || std_streams_end() == 0 ? code : complain(FAILED);
}
