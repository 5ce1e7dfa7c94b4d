/* SPDX-License-Identifier: GPL-2.0-or-later */
/* state_json.h - the files of kdumpctl's memory: one JSON object each */
#ifndef SYSTEMD_STATE_JSON_H
#define SYSTEMD_STATE_JSON_H

#include "systemd/ctl.h"

#include <stddef.h>
#include <stdint.h>

struct json_object;

/* The object in a file below ctl->root, freed by json_object_put(). NULL: none, or damaged. */
struct json_object *state_json_read(const struct ctl *ctl, const char *path);

/* A member as text, cut at size bytes, or as a number. What is not there leaves out, or is 0. */
void state_json_text(struct json_object *o, const char *key, char *out, size_t size);
int64_t state_json_number(struct json_object *o, const char *key);

void state_json_put_text(struct json_object *o, const char *key, const char *text);
void state_json_put_number(struct json_object *o, const char *key, int64_t v);

/* Write o whole or not at all, and free it. */
int state_json_write(const struct ctl *ctl, const char *path, struct json_object *o);

#endif
