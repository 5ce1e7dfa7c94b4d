/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify_run.c - the mode --verify of one dump, and what is said of it */
#include "verify_dir.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/human.h"
#include "base/json.h"
#include "base/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

static const char *state_of(const struct verify_result *r)
{
	return r->faults ? "damaged" : r->incomplete ? "incomplete" : "whole";
}

static int print_json(const struct options *o, const char *path, const struct verify_result *r,
		      double seconds)
{
	FILE *f = o->json_path ? fopen(o->json_path, "we") : stdout;

	if (!f)
		return fail(-errno, "open %s", o->json_path);
	fputs("{\"dump\":", f);
	json_string(f, path);
	fprintf(f,
		",\"state\":\"%s\",\"pages\":%" PRIu64 ",\"missing\":%" PRIu64 ",\"bytes\":%" PRIu64
		",\"faults\":%" PRIu64 ",\"first_fault\":",
		state_of(r), r->pages, r->missing, r->bytes, r->faults);
	json_string(f, r->faults ? r->first : NULL);
	fprintf(f, ",\"seconds\":%.3f}\n", seconds);
	if (f == stdout)
		return fflush(f) ? fail(-errno, "write the JSON to standard output") : 0;
	return fclose(f) ? fail(-errno, "write %s", o->json_path) : 0;
}

static void print_text(const char *path, const struct verify_result *r, double seconds)
{
	char bytes[HUMAN_MAX];

	human_bytes(bytes, r->bytes);
	log_msg(LOG_COMMON, "%s: %s: %" PRIu64 " pages, %s of page data, in %.1f seconds", path,
		state_of(r), r->pages, bytes, seconds);
	if (r->missing)
		log_msg(LOG_COMMON, "%s: %" PRIu64 " of the pages have no data", path, r->missing);
	if (r->faults)
		log_msg(LOG_ERROR, "%s: %" PRIu64 " faults; the first: %s", path, r->faults,
			r->first);
}

static int run_file(const struct options *o, enum exit_code *outcome)
{
	struct verify_result r;
	uint64_t since = clock_ns();
	double seconds;
	int rc = verify_dump(o->vmcore, o->threads, &r);

	if (rc < 0)
		return rc;
	seconds = clock_since(since);
	print_text(o->vmcore, &r, seconds);
	if (r.faults == 0)
		*outcome = r.incomplete ? EXIT_CODE_PARTIAL : EXIT_CODE_COMPLETE;
	rc = o->json ? print_json(o, o->vmcore, &r, seconds) : 0;
	if (rc < 0)
		*outcome = EXIT_CODE_NOTHING;
	return rc;
}

int verify_run(const struct options *o, enum exit_code *outcome)
{
	struct stat st;

	*outcome = EXIT_CODE_NOTHING;
	if (stat(o->vmcore, &st) < 0)
		return fail(-errno, "%s", o->vmcore);
	if (S_ISDIR(st.st_mode))
		return verify_dir_run(o, outcome);
	return o->record ? fail_set(-EINVAL, "--record: %s is no directory", o->vmcore)
			 : run_file(o, outcome);
}
