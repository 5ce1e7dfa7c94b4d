/* SPDX-License-Identifier: GPL-2.0-or-later */
/* earlier.c - targets that this system was armed with before the configuration changed */
#include "systemd/dumps/earlier.h"

#include "base/err.h"
#include "systemd/files.h"
#include "systemd/message.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX     (64 << 10)
#define EARLIER_LAST 16 /* number of targets remembered */

struct earlier {
	const char *fstype, *where; /* NULL: a directory of this system */
	const char *path;
};

static const char *text_of(struct json_object *o, const char *key)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, key, &v) || !json_object_is_type(v, json_type_string))
		return NULL;
	return json_object_get_string(v);
}

/* The strings belong to o. False: malformed. */
static bool read_one(struct json_object *o, struct earlier *out)
{
	*out = (struct earlier){ text_of(o, "fstype"), text_of(o, "where"), text_of(o, "path") };
	return out->path && *out->path == '/' && !out->fstype == !out->where;
}

/* An array, empty if the file is missing or damaged; NULL: out of memory. */
static struct json_object *read_file(const struct ctl *ctl)
{
	struct json_object *o = NULL;
	char *text;

	if (files_read(ctl->root, EARLIER_FILE, FILE_MAX, &text) < 0) {
		fail_clear();
		return json_object_new_array();
	}
	o = json_tokener_parse(text);
	free(text);
	if (o && !json_object_is_type(o, json_type_array)) {
		json_object_put(o);
		o = NULL;
	}
	return o ? o : json_object_new_array();
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Dumps of a raw device are moved into path. ssh servers are not contacted later. */
static bool from_target(const struct ctl *ctl, const struct config_target *t, struct earlier *out)
{
	*out = (struct earlier){ .path = ctl->config.path };
	if (t->kind == CONFIG_TARGET_SSH)
		return false;
	if (t->kind != CONFIG_TARGET_PATH && t->kind != CONFIG_TARGET_RAW) {
		out->fstype = t->fstype;
		out->where = t->where;
	}
	return true;
}

static bool is_same(const struct earlier *a, const struct earlier *b)
{
	return same_text(a->where, b->where) && same_text(a->path, b->path);
}

/* Is it a target of the current configuration? */
static bool is_current(const struct ctl *ctl, const struct earlier *e)
{
	struct earlier now;

	for (unsigned i = 0; i < ctl->config.nr_targets; i++) {
		if (from_target(ctl, &ctl->config.targets[i], &now) && is_same(&now, e))
			return true;
	}
	return false;
}

static struct json_object *to_json(const struct earlier *e)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "fstype", e->fstype ? json_object_new_string(e->fstype) : NULL);
	json_object_object_add(o, "where", e->where ? json_object_new_string(e->where) : NULL);
	json_object_object_add(o, "path", json_object_new_string(e->path));
	return o;
}

/* The current targets first, then the older ones in their order. */
static struct json_object *merge(const struct ctl *ctl, struct json_object *old)
{
	struct json_object *all = json_object_new_array();
	struct earlier e;

	for (unsigned i = 0; i < ctl->config.nr_targets; i++) {
		if (from_target(ctl, &ctl->config.targets[i], &e))
			json_object_array_add(all, to_json(&e));
	}
	for (size_t i = 0; i < json_object_array_length(old); i++) {
		if (json_object_array_length(all) < EARLIER_LAST &&
		    read_one(json_object_array_get_idx(old, i), &e) && !is_current(ctl, &e))
			json_object_array_add(all, to_json(&e));
	}
	return all;
}

void earlier_remember(const struct ctl *ctl)
{
	struct json_object *old = read_file(ctl), *all = merge(ctl, old);

	if (!json_object_equal(old, all) &&
	    files_write(ctl->root, EARLIER_FILE, 0600,
			json_object_to_json_string_ext(all, JSON_C_TO_STRING_PRETTY)) < 0) {
		message_warn("\"kdumpctl list\" cannot show dumps on these targets later: %s",
			     fail_text());
		fail_clear();
	}
	json_object_put(old);
	json_object_put(all);
}

static void visit(const struct ctl *ctl, const struct earlier *e, earlier_fn *fn, void *arg)
{
	const struct config_target target = {
		.kind = e->where ? CONFIG_TARGET_FS : CONFIG_TARGET_PATH,
		.fstype = e->fstype,
		.where = e->where,
	};
	struct ctl then = *ctl; /* a copy that borrows everything but path */
	struct target_access access;

	then.config.path = e->path;
	if (target_access_open(&then, &target, ACCESS_MOUNTED, &access) == 0)
		fn(&access, arg);
	else
		fail_clear();
	target_access_close(&access);
}

void earlier_each(const struct ctl *ctl, earlier_fn *fn, void *arg)
{
	struct json_object *all = read_file(ctl);
	struct earlier e;

	for (size_t i = 0; i < json_object_array_length(all); i++) {
		if (read_one(json_object_array_get_idx(all, i), &e) && !is_current(ctl, &e))
			visit(ctl, &e, fn, arg);
	}
	json_object_put(all);
}
