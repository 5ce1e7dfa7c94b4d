/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify_run.c - the mode --verify: a dump, or the one of a directory, and what is said of it */
#include "verify.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/human.h"
#include "base/json.h"
#include "base/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 4096

/* What a dump is called in its directory, the best first. */
static const char *const names[] = {
	"vmcore", "vmcore.flat", "vmcore-incomplete", "vmcore-incomplete.flat", NULL,
};

/* A directory stands for the dump in it. */
static int find_dump(const char *path, char out[PATH_SIZE])
{
	struct stat st;
	int n = snprintf(out, PATH_SIZE, "%s", path);

	if (stat(path, &st) < 0)
		return fail(-errno, "%s", path);
	for (unsigned i = 0; S_ISDIR(st.st_mode) && names[i]; i++) {
		n = snprintf(out, PATH_SIZE, "%s/%s", path, names[i]);
		if (n < PATH_SIZE && access(out, F_OK) == 0)
			return 0;
	}
	if (S_ISDIR(st.st_mode))
		return fail_set(-ENOENT, "%s: there is no dump in it (vmcore, vmcore.flat)", path);
	return n < PATH_SIZE ? 0 : fail(-ENAMETOOLONG, "%.64s...", path);
}

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
		return fflush(f) ? fail(-errno, "write the JSON") : 0;
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

int verify_run(const struct options *o, enum exit_code *outcome)
{
	struct verify_result r;
	uint64_t since = clock_ns();
	char path[PATH_SIZE];
	double seconds;
	int rc = find_dump(o->vmcore, path);

	*outcome = EXIT_CODE_NOTHING;
	if (rc == 0)
		rc = verify_dump(path, o->threads, &r);
	if (rc < 0)
		return rc;
	seconds = (double)(clock_ns() - since) / 1e9;
	print_text(path, &r, seconds);
	if (r.faults == 0)
		*outcome = r.incomplete ? EXIT_CODE_PARTIAL : EXIT_CODE_COMPLETE;
	return o->json ? print_json(o, path, &r, seconds) : 0;
}
