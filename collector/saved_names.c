/* SPDX-License-Identifier: GPL-2.0-or-later */
/* saved_names.c - the names of the files that a run leaves */
#include "saved_names.h"

#include "base/log.h"
#include "output/sink.h"
#include "summary/summary.h"

#include <sys/stat.h>

/* A device or a pipe has no other name while it is written. */
static bool has_mark(const char *name, bool complete)
{
	struct stat st;

	return !complete && !sink_file_marked(name) && (stat(name, &st) < 0 || S_ISREG(st.st_mode));
}

static size_t append(char *buf, size_t size, size_t at, const char *name, bool complete)
{
	const char *mark = has_mark(name, complete) ? SINK_FILE_MARK : "";
	int n;

	if (at >= size)
		return at;
	n = snprintf(buf + at, size - at, "%s%s%s", at ? ", " : "", name, mark);
	return n < 0 ? size : at + (size_t)n;
}

void saved_names(const struct options *o, bool complete, char *buf, size_t size)
{
	size_t at = 0;

	if (o->nr_members == 0)
		append(buf, size, 0, o->dump, complete);
	for (unsigned i = 0; i < o->nr_members; i++)
		at = append(buf, size, at, o->member[i], complete);
}

void saved_inputs(const struct options *o, char *buf, size_t size)
{
	size_t at = 0;

	buf[0] = '\0';
	for (unsigned i = 0; i < o->nr_parts; i++)
		at = append(buf, size, at, o->part[i], true);
}

/* Scripts that read makedumpfile's words find "and" before the last name. */
static void print_names(const struct options *o, FILE *f)
{
	fprintf(f, "The dumpfiles are saved to ");
	for (unsigned i = 0; i + 1 < o->nr_members; i++)
		fprintf(f, "%s, ", o->member[i]);
	fprintf(f, "and %s.\n", o->member[o->nr_members - 1]);
}

void saved_print_members(const struct options *o, FILE *f, bool ok)
{
	if (ok && !o->dry_run)
		print_names(o, f);
	if (o->invoked_as_makedumpfile)
		summary_trailer(f, NULL, NULL, ok);
}

void saved_print_closing(const struct options *o, enum exit_code outcome)
{
	bool ok = outcome == EXIT_CODE_COMPLETE;
	const char *what = o->mode == MODE_DMESG    ? "dmesg log"
			   : o->mode == MODE_REPORT ? "report"
						    : "dumpfile";
	const char *saved = o->mode == MODE_GENERATE ? NULL : o->dump;
	FILE *f = log_stream(LOG_COMMON);

	if (o->mode >= MODE_CHECK_PARAMS || o->mode == MODE_VERIFY || !log_shows(LOG_COMMON))
		return;
	if (o->nr_members) {
		saved_print_members(o, f, ok);
		return;
	}
	if (o->invoked_as_makedumpfile)
		summary_trailer(f, what, ok && !o->dry_run ? saved : NULL, ok);
	else if (ok && saved && !o->dry_run)
		log_msg(LOG_COMMON, "The %s is saved to %s.", what, saved);
}
