/* SPDX-License-Identifier: GPL-2.0-or-later */
/* main.c - kdump-report: why a kernel died, or what else went wrong, from its log */
#include "triage/triage.h"

#include "base/err.h"
#include "base/file.h"
#include "base/near.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOG_MAX (64u << 20) /* a log that is larger was not printed by one kernel */

enum { EXIT_USAGE = 2 };

static const char help[] =
	"usage: kdump-report [--json] --log FILE\n"
	"\n"
	"Says why a kernel died, or what went wrong first, from its log: vmcore-dmesg.txt, the\n"
	"capture of a serial console, the journal's kernel messages.\n"
	"\n"
	"  --log FILE   the log; '-' for standard input\n"
	"  --json       one JSON object: reason, function, fatal, trace, module, process, pid,\n"
	"               cpu, taint, release, fingerprint; no reason where nothing is wrong\n"
	"  --help       show this text\n"
	"  --version    show the version\n"
	"\n"
	"Exit status: 0, 1 the log cannot be read, 2 wrong usage.\n";

/* All of it, to be freed. */
static int read_log(const char *path, char **out, size_t *len)
{
	int rc;

	if (strcmp(path, "-") == 0)
		rc = file_read_fd(STDIN_FILENO, "standard input", LOG_MAX, out, len);
	else
		rc = file_read(path, LOG_MAX, out, len);
	if (rc == -ENOENT)
		return fail(rc, "read the log %s", path);
	return rc < 0 ? fail(rc, "the log") : 0;
}

static int report(const char *path, bool json)
{
	struct triage_report *r = malloc(sizeof(*r));
	char *text = NULL;
	size_t len = 0;
	int rc = r ? read_log(path, &text, &len) : fail(-ENOMEM, "report");

	if (rc == 0)
		rc = triage_parse(text, len, r);
	if (rc == 0 && json)
		triage_json(r, stdout);
	else if (rc == 0)
		triage_print(r, stdout);
	if (rc == 0 && fflush(stdout) != 0)
		rc = fail(-errno, "write the report");
	free(text);
	free(r);
	if (rc < 0)
		fprintf(stderr, "kdump-report: %s\n", fail_text());
	return rc < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static const struct option options[] = { { "log", required_argument, NULL, 'l' },
					 { "json", no_argument, NULL, 'j' },
					 { "help", no_argument, NULL, 'h' },
					 { "version", no_argument, NULL, 'v' },
					 { 0 } };

static int unknown_option(const char *word)
{
	struct near near;

	near_init(&near, word);
	for (const struct option *o = options; o->name; o++)
		near_try(&near, o->name);
	fprintf(stderr, "kdump-report: '%.40s' is not an option%s%s; see 'kdump-report --help'\n",
		word, near.best ? ", did you mean --" : "", near.best ? near.best : "");
	return EXIT_USAGE;
}

static int wrong_use(const char *what)
{
	fprintf(stderr, "kdump-report: %s; see 'kdump-report --help'\n", what);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	const char *path = NULL;
	bool json = false;
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":h", options, NULL)) >= 0) {
		switch (c) {
		case 'l':
			path = optarg;
			break;
		case 'j':
			json = true;
			break;
		case 'h':
			fputs(help, stdout);
			return EXIT_SUCCESS;
		case 'v':
			puts("kdump-report " KDUMP_VERSION);
			return EXIT_SUCCESS;
		case ':':
			return wrong_use("--log needs the name of a file");
		default:
			return unknown_option(argv[optind - 1]);
		}
	}
	if (optind < argc)
		return wrong_use("dumps are not read yet, only logs: write --log FILE");
	return path ? report(path, json) : wrong_use("no log is named: write --log FILE");
}
