/* SPDX-License-Identifier: GPL-2.0-or-later */
/* main.c - kdump-report: why a kernel died, from its dump or from its log */
#include "report/report.h"

#include "base/err.h"
#include "base/exit_code.h"
#include "base/file.h"
#include "base/log.h"
#include "base/near.h"
#include "input.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOG_MAX (64u << 20) /* a log that is larger was not printed by one kernel */

static const char help[] =
	"usage: kdump-report [--json] VMCORE|DUMP\n"
	"       kdump-report [--json] --log FILE\n"
	"\n"
	"Says why a kernel died, from its dump: reason and guilty function by its log, what each\n"
	"CPU did, blocked tasks, memory, modules, all tasks. Needs no debuginfo: the dump has\n"
	"symbols and types.\n"
	"From a log alone (vmcore-dmesg.txt, the capture of a serial console, the kernel messages\n"
	"of the journal) it says why the kernel died, or what went wrong first.\n"
	"\n"
	"  --log FILE   the log; '-' for standard input\n"
	"  --json       one JSON object: reason, function, fatal, trace, module, process, pid,\n"
	"               cpu, taint, release, fingerprint; no reason where nothing is wrong.\n"
	"               Of a dump also: machine, backtraces, locks, hardware,\n"
	"               memory, slabs, processes, modules, tasks\n"
	"  --help       show this text\n"
	"  --version    show the version\n"
	"\n"
	"Exit status: 0, 1 the dump or log cannot be read, 2 wrong usage.\n";

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

static int report_log(const char *path, bool json)
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
	return rc < 0 ? EXIT_CODE_NOTHING : EXIT_CODE_COMPLETE;
}

static int report_dump(const char *path, bool json)
{
	struct report *r = NULL;
	struct source *src = NULL;
	struct kernel *k = NULL;
	struct view *v = NULL;
	int rc = input_open(path, &src);

	log_setup(LOG_ERROR, true);
	if (rc == 0)
		rc = kernel_open(src, &k);
	if (rc == 0)
		rc = view_open(src, &v);
	if (rc == 0)
		rc = report_open(k, v, &r);
	if (rc == 0)
		rc = json ? report_json(r, stdout) : report_text(r, stdout);
	report_close(r);
	view_close(v);
	kernel_close(k);
	source_close(src);
	if (rc < 0)
		fprintf(stderr, "kdump-report: %s\n", fail_text());
	return rc < 0 ? EXIT_CODE_NOTHING : EXIT_CODE_COMPLETE;
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
	return EXIT_CODE_USAGE;
}

static int wrong_use(const char *what)
{
	fprintf(stderr, "kdump-report: %s; see 'kdump-report --help'\n", what);
	return EXIT_CODE_USAGE;
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
			return EXIT_CODE_COMPLETE;
		case 'v':
			puts("kdump-report " KDUMP_VERSION);
			return EXIT_CODE_COMPLETE;
		case ':':
			return wrong_use("--log needs the name of a file");
		default:
			return unknown_option(argv[optind - 1]);
		}
	}
	if (optind + 1 < argc || (path && optind < argc))
		return wrong_use("one dump or one log at a time");
	if (path)
		return report_log(path, json);
	return optind < argc ? report_dump(argv[optind], json)
			     : wrong_use("name a dump, or write --log FILE");
}
