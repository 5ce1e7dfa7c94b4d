/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify_dir_run.c - the mode --verify of a directory, and what is said of it */
#include "verify_dir.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/human.h"
#include "base/json.h"
#include "base/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const state_names[] = {
	[VERIFY_SIZE_ONLY] = "no checksum", [VERIFY_WHOLE] = "whole",
	[VERIFY_REARRANGED] = "rearranged", [VERIFY_CHANGED] = "damaged",
	[VERIFY_MISSING] = "missing",
};

static const char *const sum_names[] = {
	[MANIFEST_NO_SUM] = NULL,
	[MANIFEST_WHOLE] = "xxh3_128",
	[MANIFEST_PAGES] = "xxh3_64",
	[MANIFEST_UNITS] = "xxh3_64",
};

static const char *const record_names[] = {
	[VERIFY_NOT_RECORDED] = NULL,
	[VERIFY_SAME] = "same",
	[VERIFY_OTHER] = "changed",
};

static const char *state_of(const struct verify_dir *v)
{
	return v->faults ? "damaged" : v->incomplete ? "incomplete" : "whole";
}

static void put_files(FILE *f, const struct verify_dir *v)
{
	for (unsigned i = 0; i < v->manifest.nr && v->has_manifest; i++) {
		const struct manifest_file *file = &v->manifest.file[i];

		fputs(i ? ",{\"name\":" : "{\"name\":", f);
		json_string(f, file->name);
		fputs(",\"state\":", f);
		json_string(f, state_names[v->state[i]]);
		fputs(",\"checksum\":", f);
		json_string(f, sum_names[file->sum.kind]);
		fputs(",\"sha256\":", f);
		json_string(f, record_names[verify_recorded_as(v, file->name)]);
		fputc('}', f);
	}
}

static void put_unchecked(FILE *f, const struct verify_dir *v)
{
	bool first = true;

	for (unsigned i = 0; i < v->nr_unlisted && i < VERIFY_UNLISTED; i++) {
		if (strcmp(v->unlisted[i], v->core) == 0)
			continue;
		fputs(first ? "" : ",", f);
		json_string(f, v->unlisted[i]);
		first = false;
	}
}

static int print_json(const struct options *o, const struct verify_dir *v, double seconds)
{
	FILE *f = o->json_path ? fopen(o->json_path, "we") : stdout;
	const struct verify_result *r = &v->dump;

	if (!f)
		return fail(-errno, "open %s", o->json_path);
	fputs(VERIFY_JSON_BEGIN, f);
	json_string(f, o->vmcore);
	fputs(",\"dump\":", f);
	json_string(f, v->core[0] ? v->core : NULL);
	fprintf(f,
		",\"state\":\"%s\",\"pages\":%" PRIu64 ",\"missing\":%" PRIu64 ",\"bytes\":%" PRIu64
		",\"faults\":%" PRIu64 ",\"first_fault\":",
		state_of(v), r->pages, r->missing, r->bytes, v->faults);
	json_string(f, v->faults ? v->first : NULL);
	fprintf(f, ",\"manifest\":%s,\"record\":%s,\"files\":[", v->has_manifest ? "true" : "false",
		v->has_record ? "true" : "false");
	put_files(f, v);
	fputs("],\"unchecked\":[", f);
	put_unchecked(f, v);
	fprintf(f, "],\"seconds\":%.3f}\n", seconds);
	if (f == stdout)
		return fflush(f) ? fail(-errno, "write the JSON to standard output") : 0;
	return fclose(f) ? fail(-errno, "write %s", o->json_path) : 0;
}

static void print_manifest(const char *dir, const struct verify_dir *v)
{
	unsigned nr[VERIFY_MISSING + 1] = { 0 };

	if (!v->has_manifest) {
		log_msg(LOG_COMMON, "%s: %s " MANIFEST_NAME ": %s", dir,
			v->bad_manifest ? "a damaged" : "no",
			v->has_record ? "the dump itself was checked, and SHA-256 of the last "
					"check"
				      : "only the dump itself was checked");
		return;
	}
	for (unsigned i = 0; i < v->manifest.nr; i++)
		nr[v->state[i]]++;
	log_msg(LOG_COMMON,
		"%s: %u files: %u as they were written, %u damaged or missing, %u without a "
		"checksum, %u rearranged",
		dir, v->manifest.nr, nr[VERIFY_WHOLE], nr[VERIFY_CHANGED] + nr[VERIFY_MISSING],
		nr[VERIFY_SIZE_ONLY], nr[VERIFY_REARRANGED]);
}

static void print_text(const char *dir, const struct verify_dir *v, double seconds)
{
	char bytes[HUMAN_MAX];

	verify_dir_print_files(dir, v);
	print_manifest(dir, v);
	if (v->core[0])
		log_msg(LOG_COMMON, "%s/%s: %" PRIu64 " pages, %s of page data", dir, v->core,
			v->dump.pages, human_bytes(bytes, v->dump.bytes));
	if (v->sealed[0] && !v->core[0])
		log_msg(LOG_COMMON, "%s/%s: encrypted: what is in it was not looked at", dir,
			v->sealed);
	if (v->dump.missing)
		log_msg(LOG_COMMON, "%s/%s: %" PRIu64 " of the pages have no data", dir, v->core,
			v->dump.missing);
	log_msg(LOG_COMMON, "%s: %s: checked in %.1f seconds", dir, state_of(v), seconds);
	if (v->faults)
		log_msg(LOG_ERROR, "%s: %" PRIu64 " faults; the first: %s", dir, v->faults,
			v->first);
}

int verify_dir_run(const struct options *o, enum exit_code *outcome)
{
	struct verify_dir *v = calloc(1, sizeof(*v));
	uint64_t since = clock_ns();
	double seconds;
	int rc;

	if (!v)
		return fail(-ENOMEM, "verify");
	rc = verify_dir(o->vmcore, o->threads, v);
	if (rc == 0) {
		seconds = clock_since(since);
		print_text(o->vmcore, v, seconds);
		if (v->faults == 0)
			*outcome = v->incomplete ? EXIT_CODE_PARTIAL : EXIT_CODE_COMPLETE;
		if (o->json)
			rc = print_json(o, v, seconds);
		if (o->record && rc == 0)
			rc = verify_record(o->vmcore, v);
	}
	if (rc < 0)
		*outcome = EXIT_CODE_NOTHING;
	verify_dir_free(v);
	free(v);
	return rc;
}
