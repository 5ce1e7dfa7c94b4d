/* SPDX-License-Identifier: GPL-2.0-or-later */
/* state_json.c - the files of kdumpctl's memory: one JSON object each */
#include "systemd/state_json.h"

#include "base/err.h"
#include "systemd/files.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#define FILE_MAX (64 << 10)

struct json_object *state_json_read(const struct ctl *ctl, const char *path)
{
	struct json_object *o;
	char *text;

	if (files_read(ctl->root, path, FILE_MAX, &text) < 0) {
		fail_clear();
		return NULL;
	}
	o = json_tokener_parse(text);
	free(text);
	return o;
}

void state_json_text(struct json_object *o, const char *key, char *out, size_t size)
{
	struct json_object *v;

	if (json_object_object_get_ex(o, key, &v) && json_object_is_type(v, json_type_string))
		snprintf(out, size, "%s", json_object_get_string(v));
}

int64_t state_json_number(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) ? json_object_get_int64(v) : 0;
}

void state_json_put_text(struct json_object *o, const char *key, const char *text)
{
	json_object_object_add(o, key, json_object_new_string(text));
}

void state_json_put_number(struct json_object *o, const char *key, int64_t v)
{
	json_object_object_add(o, key, json_object_new_int64(v));
}

int state_json_write(const struct ctl *ctl, const char *path, struct json_object *o)
{
	int rc = files_write(ctl->root, path, 0600,
			     json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY));

	json_object_put(o);
	return rc;
}
