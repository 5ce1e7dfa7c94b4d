/* SPDX-License-Identifier: GPL-2.0-or-later */
/* status.c - kdump-status.json */
#include "initramfs/capture/status.h"

#include "base/json.h"
#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const state_names[] = {
	[STATE_RUNNING] = "running", [STATE_COMPLETE] = "complete",
	[STATE_PARTIAL] = "partial", [STATE_OTHER_LEVEL] = "other-level",
	[STATE_LOG] = "log",	     [STATE_FAILED] = "failed",
	[STATE_REFUSED] = "refused",
};

static const char *const part_names[] = { "none", "partial", "complete" };

bool status_other_level(const struct status *s)
{
	return s->level_saved >= 0 && s->level_asked != s->level_saved;
}

void status_how_whole(const struct status *s, char *text, size_t size)
{
	if (!status_other_level(s))
		snprintf(text, size, "complete");
	else if (s->level_asked >= 0)
		snprintf(text, size, "complete at level %d instead of %d", s->level_saved,
			 s->level_asked);
	else
		snprintf(text, size, "complete at level %d, not as core_collector says",
			 s->level_saved);
}

/* Index for a new line. The first line and the last ones are kept. */
static unsigned next_line(unsigned *nr, void *lines, size_t size)
{
	char *at = lines;

	if (*nr == STATUS_LINES) {
		memmove(at + size, at + 2 * size, (STATUS_LINES - 2) * size);
		(*nr)--;
	}
	return (*nr)++;
}

void status_error(struct status *s, const char *message)
{
	unsigned i = next_line(&s->nr_errors, s->errors, sizeof(s->errors[0]));

	snprintf(s->errors[i], STATUS_MESSAGE_SIZE, "%s", message);
}

void status_hook(struct status *s, const char *name, const char *result)
{
	unsigned i = next_line(&s->nr_hooks, s->hooks, sizeof(s->hooks[0]));

	snprintf(s->hooks[i][0], STATUS_MESSAGE_SIZE, "%s", name);
	snprintf(s->hooks[i][1], STATUS_MESSAGE_SIZE, "%s", result);
}

static double seconds_since(uint64_t since)
{
	return clock_since(since);
}

void status_phase(struct status *s, const char *name, uint64_t since)
{
	unsigned i;

	for (i = 0; i < s->nr_phases && strcmp(s->phases[i].name, name) != 0; i++)
		;
	if (i == STATUS_PHASES)
		return;
	if (i == s->nr_phases)
		s->phases[s->nr_phases++] = (struct status_phase){ .name = name };
	s->phases[i].seconds += seconds_since(since);
}

static void put_string(FILE *f, const char *key, const char *text, const char *behind)
{
	fprintf(f, "\"%s\":", key);
	json_string(f, text);
	fputs(behind, f);
}

static void put_or_null(FILE *f, const char *key, const char *text, const char *behind)
{
	if (*text)
		put_string(f, key, text, behind);
	else
		fprintf(f, "\"%s\":null%s", key, behind);
}

static void put_seconds(FILE *f, double seconds, const char *behind)
{
	uint64_t n = seconds > 0 ? (uint64_t)(seconds * 1000 + 0.5) : 0;

	fprintf(f, "\"seconds\":%" PRIu64 ".%03u%s", n / 1000, (unsigned)(n % 1000), behind);
}

static void put_part(FILE *f, const char *key, const struct status_part *p, const char *behind)
{
	fprintf(f, "\"%s\":{", key);
	put_or_null(f, "name", p->name, ",");
	put_string(f, "state", part_names[p->state], ",");
	fprintf(f, "\"bytes\":%" PRIu64 ",", p->bytes);
	put_seconds(f, p->seconds, behind);
}

static void put_level(FILE *f, const char *key, int level, const char *behind)
{
	if (level < 0)
		fprintf(f, "\"%s\":null%s", key, behind);
	else
		fprintf(f, "\"%s\":%d%s", key, level, behind);
}

static void put_errors(FILE *f, const struct status *s)
{
	fputs("\"errors\":[", f);
	for (unsigned i = 0; i < s->nr_errors; i++) {
		fputs(i ? "," : "", f);
		json_string(f, s->errors[i]);
	}
	fputs("],", f);
}

static void put_phases(FILE *f, const struct status *s, const char *key)
{
	fprintf(f, "\"%s\":[", key);
	for (unsigned i = 0; i < s->nr_phases; i++) {
		fputs(i ? ",{" : "{", f);
		put_string(f, "name", s->phases[i].name, ",");
		put_seconds(f, s->phases[i].seconds, "}");
	}
	fputs("],", f);
}

static void put_hooks(FILE *f, const struct status *s)
{
	fputs("\"hooks\":[", f);
	for (unsigned i = 0; i < s->nr_hooks; i++) {
		fputs(i ? ",{" : "{", f);
		put_string(f, "name", s->hooks[i][0], ",");
		put_string(f, "result", s->hooks[i][1], "}");
	}
	fputs("],", f);
}

/* Where the dump went. */
static void put_target(FILE *f, const struct status *s)
{
	fputs("\"target\":{", f);
	put_string(f, "kind", s->kind ? s->kind : "", ",");
	put_string(f, "address", s->address, ",");
	put_string(f, "directory", s->directory, "},");
}

static void put_levels(FILE *f, const struct status *s)
{
	fputs("\"level\":{", f);
	put_level(f, "asked", s->level_asked, ",");
	put_level(f, "saved", s->level_saved, "},");
}

/* When, and on which machine. */
static void put_origin(FILE *f, const struct status *s)
{
	put_string(f, "state", state_names[s->state], ",");
	fprintf(f, "\"time\":%lld,", (long long)s->time);
	put_string(f, "host", s->host, ",");
	put_or_null(f, "machine_id", s->machine ? s->machine : "", ",");
}

static void put_crash(FILE *f, const struct status *s)
{
	const char *reason = s->sealed ? "" : s->crash.reason;

	put_or_null(f, "reason", reason, ",");
	put_or_null(f, "fingerprint", *reason ? s->crash.fingerprint : "", ",\"fatal\":");
	fputs(!*reason ? "null," : s->crash.fatal ? "true," : "false,", f);
}

void status_put_common(FILE *f, const struct status *s)
{
	put_origin(f, s);
	put_crash(f, s);
	put_target(f, s);
	put_levels(f, s);
	put_errors(f, s);
	put_phases(f, s, "durations");
}

/* Only a complete object: a collector that was killed may have written half of one. */
static bool is_object(const char *text)
{
	size_t len = strlen(text);

	while (len > 0 && (unsigned char)text[len - 1] <= ' ')
		len--;
	return len >= 2 && text[0] == '{' && text[len - 1] == '}';
}

static void put_all(FILE *f, const struct status *s)
{
	fputs("{\"version\":1,", f);
	put_string(f, "program", "kdump-capture " KDUMP_VERSION, ",");
	put_origin(f, s);
	put_or_null(f, "test", s->test ? s->test : "", ",");
	put_target(f, s);
	put_part(f, "log", &s->log, "},");
	put_part(f, "report", &s->report, ",");
	put_or_null(f, "error", s->report_error, "},");
	put_crash(f, s);
	put_part(f, "core", &s->core, "},");
	put_levels(f, s);
	put_or_null(f, "command", s->command, ",\"collector\":");
	if (is_object(s->collector) && !s->sealed)
		fprintf(f, "%.*s,", (int)strcspn(s->collector, "\n"), s->collector);
	else
		fputs("null,", f);
	put_hooks(f, s);
	put_errors(f, s);
	put_phases(f, s, "phases");
	put_seconds(f, seconds_since(s->started), "}\n");
}

char *status_paths(const struct status *s, char *text, size_t *len)
{
	size_t size = *len + 1;
	char *out;

	for (const char *at = text; s->paths.mount[0] && (at = strstr(at, s->paths.mount)); at++)
		size += SYSTEM_PATH_MAX;
	out = malloc(size);
	if (out)
		*len = system_path_text(&s->paths, text, out, size);
	free(text);
	return out;
}

char *status_json(const struct status *s, size_t *len)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, len);

	if (!f)
		return NULL;
	put_all(f, s);
	if (fclose(f) != 0) {
		free(text);
		return NULL;
	}
	return status_paths(s, text, len);
}
