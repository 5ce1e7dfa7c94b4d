/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump_status.c - the JSON files beside a dump: status of the capture, files added later */
#include "systemd/dumps/dump_status.h"

#include "base/text.h"
#include "base/util.h"

#include <ctype.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The errors are printed on a terminal. */
static void clean(char *text)
{
	for (char *c = text; *c; c++)
		*c = iscntrl((unsigned char)*c) ? '?' : *c;
}

void dump_error(struct dump *d, const char *fmt, ...)
{
	char text[sizeof(d->error)];
	va_list ap;

	va_start(ap, fmt);
	text_set_va(text, sizeof(text), fmt, ap);
	va_end(ap);
	clean(text);
	text_add(d->error, sizeof(d->error), "%s%s", d->error[0] ? "; " : "", text);
}

/*
 * The whole file as one object, to be released with json_object_put(); NULL: truncated or
 * malformed.
 */
static struct json_object *parse(const char *data, size_t len)
{
	struct json_tokener *tok = json_tokener_new();
	struct json_object *o = tok ? json_tokener_parse_ex(tok, data, (int)len) : NULL;

	json_tokener_free(tok);
	if (json_object_is_type(o, json_type_object))
		return o;
	json_object_put(o);
	return NULL;
}

static const char *text_of(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) && json_object_is_type(v, json_type_string)
		       ? json_object_get_string(v)
		       : "";
}

static struct json_object *array_of(struct json_object *o, const char *key, size_t *nr)
{
	struct json_object *v;

	*nr = 0;
	if (!json_object_object_get_ex(o, key, &v) || !json_object_is_type(v, json_type_array))
		return NULL;
	*nr = json_object_array_length(v);
	return v;
}

/* A dump level in the status file; -1: null there, or out of range. */
static int level_of(struct json_object *o, const char *which)
{
	struct json_object *level, *n;
	int64_t value = -1;

	if (json_object_object_get_ex(o, "level", &level) &&
	    json_object_object_get_ex(level, which, &n) && json_object_is_type(n, json_type_int))
		value = json_object_get_int64(n);
	return value >= 0 && value <= 31 ? (int)value : -1;
}

static void take_reason(struct dump_status_crash *reported, struct json_object *o)
{
	const char *fingerprint = text_of(o, "fingerprint");
	struct json_object *fatal;

	if (strlen(fingerprint) != sizeof(reported->fingerprint) - 1 ||
	    strspn(fingerprint, "0123456789abcdef") != sizeof(reported->fingerprint) - 1)
		return;
	text_set(reported->reason, sizeof(reported->reason), "%s", text_of(o, "reason"));
	if (!reported->reason[0])
		return;
	clean(reported->reason);
	text_set(reported->fingerprint, sizeof(reported->fingerprint), "%s", fingerprint);
	reported->fatal =
		json_object_object_get_ex(o, "fatal", &fatal) && json_object_get_boolean(fatal);
}

/* The collector's summary has more of the crash. */
static void take_summary(struct dump_status_crash *reported, struct json_object *o)
{
	struct json_object *sum, *at;
	const char *release;

	if (!json_object_object_get_ex(o, "collector", &sum) ||
	    !json_object_is_type(sum, json_type_object))
		return;
	release = text_of(sum, "kernel_release");
	core_release(release, strlen(release), reported->release);
	if (json_object_object_get_ex(sum, "crash_time", &at) &&
	    json_object_is_type(at, json_type_int) && json_object_get_int64(at) > 0)
		reported->time = json_object_get_int64(at);
}

void dump_take_status(struct dump *d, const char *data, size_t len)
{
	struct json_object *o = len > 0 ? parse(data, len) : NULL, *errors;
	size_t nr;

	d->error[0] = '\0';
	d->has_status = true;
	if (!o) {
		dump_error(d, "%s is %s: how the capture ended is not known", DUMP_STATUS_FILE,
			   len > 0 ? "damaged" : "empty");
		return;
	}
	errors = array_of(o, "errors", &nr);
	for (size_t i = 0; i < nr; i++) {
		struct json_object *e = json_object_array_get_idx(errors, i);

		if (json_object_is_type(e, json_type_string))
			dump_error(d, "%s", json_object_get_string(e));
	}
	/* The capture died after its first status. */
	if (strcmp(text_of(o, "state"), "running") == 0)
		dump_error(d, "the capture did not finish");
	d->test = d->test || *text_of(o, "test");
	d->level_asked = level_of(o, "asked");
	d->level_saved = level_of(o, "saved");
	d->reported = (struct dump_status_crash){ .fatal = false };
	take_reason(&d->reported, o);
	take_summary(&d->reported, o);
	json_object_put(o);
}

void dump_take_verified(struct dump *d, const char *data, size_t len)
{
	static const char *const states[] = { "whole", "incomplete", "damaged" };
	struct json_object *o = len > 0 ? parse(data, len) : NULL, *at;

	for (size_t i = 0; o && i < ARRAY_SIZE(states); i++)
		if (strcmp(text_of(o, "state"), states[i]) == 0)
			snprintf(d->verified, sizeof(d->verified), "%s", states[i]);
	if (o && json_object_object_get_ex(o, "time", &at))
		d->verified_time = json_object_get_int64(at);
	if (o)
		text_set(d->fault, sizeof(d->fault), "%s", text_of(o, "first_fault"));
	json_object_put(o);
}

static enum dump_added_state state_of(const char *name)
{
	if (strcmp(name, "complete") == 0)
		return DUMP_ADDED_COMPLETE;
	return strcmp(name, "failed") == 0 ? DUMP_ADDED_FAILED : DUMP_ADDED_TRIED;
}

void dump_take_added(struct dump *d, const char *data, size_t len)
{
	struct json_object *o = parse(data, len), *files;
	size_t nr = 0;

	files = o ? array_of(o, "files", &nr) : NULL;
	d->nr_added = 0;
	for (size_t i = 0; i < nr && d->nr_added < DUMP_ADDED_MAX; i++) {
		struct json_object *f = json_object_array_get_idx(files, i);
		struct dump_added *a = &d->added[d->nr_added];

		*a = (struct dump_added){ .state = state_of(text_of(f, "state")) };
		snprintf(a->name, sizeof(a->name), "%s", text_of(f, "name"));
		text_set(a->error, sizeof(a->error), "%s", text_of(f, "error"));
		clean(a->name);
		clean(a->error);
		d->nr_added += a->name[0] != '\0';
	}
	json_object_put(o);
}

const char *dump_added_state_name(enum dump_added_state state)
{
	static const char *const names[] = {
		[DUMP_ADDED_TRIED] = "tried",
		[DUMP_ADDED_FAILED] = "failed",
		[DUMP_ADDED_COMPLETE] = "complete",
	};

	return names[state];
}

const struct dump_added *dump_added_find(const struct dump *d, const char *name)
{
	for (unsigned i = 0; i < d->nr_added; i++) {
		if (strcmp(d->added[i].name, name) == 0)
			return &d->added[i];
	}
	return NULL;
}
