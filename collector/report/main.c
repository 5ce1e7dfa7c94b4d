/* SPDX-License-Identifier: GPL-2.0-or-later */
/* main.c - kdump-report: why a kernel died, from its dump or from its log */
#include "report/report.h"

#include "base/err.h"
#include "base/exit_code.h"
#include "base/file.h"
#include "base/log.h"
#include "base/near.h"
#include "base/printable.h"
#include "base/std_streams.h"
#include "input.h"
#include "text_out.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOG_MAX (64u << 20) /* a log that is larger was not printed by one kernel */

/* What was asked for. */
struct request {
	const char *log;  /* a kernel log; NULL: a dump */
	const char *path; /* of the dump */
	const char *html; /* the page to write; NULL: none */
	bool json;
};

static const char help[] =
	"usage: kdump-report [--json] VMCORE|DUMP\n"
	"       kdump-report --html FILE VMCORE|DUMP\n"
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
	"  --html FILE  one page for a browser, which loads nothing else: all of the report,\n"
	"               memory as a picture, the end of the log, tasks to sort and search;\n"
	"               '-' for standard output\n"
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

static int report_log_of(const char *path, bool json)
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
	free(text);
	free(r);
	if (rc < 0)
		print_safe(stderr, "kdump-report: %s", fail_text());
	return rc < 0 ? EXIT_CODE_NOTHING : EXIT_CODE_COMPLETE;
}

/* Anew, by its final name only when it is whole. */
static int write_page(struct report *r, const char *path)
{
	const struct text_out_cfg cfg = { .path = path, .overwrite = true };
	struct text_out o;
	int rc = text_out_open(&o, &cfg);

	return rc == 0 ? text_out_close(&o, report_html(r, o.f)) : rc;
}

static int report_as(struct report *r, const struct request *q)
{
	if (q->html)
		return write_page(r, strcmp(q->html, "-") == 0 ? NULL : q->html);
	return q->json ? report_json(r, stdout) : report_text(r, stdout);
}

static int report_dump(const struct request *q)
{
	struct report *r = NULL;
	struct source *src = NULL;
	struct kernel *k = NULL;
	struct view *v = NULL;
	int rc = input_open(q->path, &src);

	log_setup(LOG_ERROR, true);
	if (rc == 0)
		rc = kernel_open(src, &k);
	if (rc == 0)
		rc = view_open(src, &v);
	if (rc == 0)
		rc = report_open(k, v, REPORT_TASKS_MANY, &r);
	if (rc == 0)
		rc = report_as(r, q);
	report_close(r);
	view_close(v);
	kernel_close(k);
	source_close(src);
	if (rc < 0)
		print_safe(stderr, "kdump-report: %s", fail_text());
	return rc < 0 ? EXIT_CODE_NOTHING : EXIT_CODE_COMPLETE;
}

static const struct option options[] = {
	{ "log", required_argument, NULL, 'l' },  { "json", no_argument, NULL, 'j' },
	{ "html", required_argument, NULL, 'p' }, { "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'v' },	  { 0 }
};

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

/* -1: go on; else the exit status. */
static int take_option(struct request *q, int c, const char *word)
{
	switch (c) {
	case 'l':
		q->log = optarg;
		return -1;
	case 'j':
		q->json = true;
		return -1;
	case 'p':
		q->html = optarg;
		return -1;
	case 'h':
		fputs(help, stdout);
		return EXIT_SUCCESS;
	case 'v':
		puts("kdump-report " KDUMP_VERSION);
		return EXIT_SUCCESS;
	case ':':
		return wrong_use(strcmp(word, "--html") == 0 ? "--html needs the name of a file"
							     : "--log needs the name of a file");
	default:
		return unknown_option(word);
	}
}

static int run(int argc, char **argv)
{
	struct request q = { 0 };
	int c, rc;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":h", options, NULL)) >= 0) {
		rc = take_option(&q, c, argv[optind - 1]);
		if (rc >= 0)
			return rc;
	}
	if (optind + 1 < argc || (q.log && optind < argc))
		return wrong_use("one dump or one log at a time");
	if (q.html && (q.log || q.json))
		return wrong_use("--html is a report of a dump; leave out --log and --json");
	if (q.log)
		return report_log_of(q.log, q.json);
	if (optind == argc)
		return wrong_use("name a dump, or write --log FILE");
	q.path = argv[optind];
	if (q.html && file_same(q.html, q.path))
		return wrong_use("--html names the dump itself; give another file");
	return report_dump(&q);
}

int main(int argc, char **argv)
{
	int code;

	std_streams_hold();
	code = run(argc, argv);
	if (code != EXIT_CODE_COMPLETE || std_streams_end() == 0)
		return code;
	print_safe(stderr, "kdump-report: %s", fail_text());
	return EXIT_CODE_NOTHING;
}
