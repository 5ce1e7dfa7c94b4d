/* SPDX-License-Identifier: GPL-2.0-or-later */
/* state.c - state of kdumpctl, kept between runs */
#include "systemd/state.h"

#include "base/err.h"
#include "systemd/files.h"
#include "systemd/state_json.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ARMED_FILE CTL_RUN_DIR "/armed.json"
#define TEST_FILE  CTL_STATE_DIR "/test.json"
#define CRASH_FILE CTL_STATE_DIR "/crash.json"
#define LOST_FILE  CTL_STATE_DIR "/lost.json"

static struct json_object *conf_json(const struct conf_state *conf)
{
	struct json_object *o = json_object_new_object();

	for (unsigned i = 0; i < CONF_STATE_FILES; i++)
		state_json_put_text(o, conf_state_path(i), conf->hash[i]);
	return o;
}

static void get_conf(struct json_object *o, struct conf_state *out)
{
	struct json_object *files;

	if (!json_object_object_get_ex(o, "configuration", &files) ||
	    !json_object_is_type(files, json_type_object))
		return;
	out->known = true;
	for (unsigned i = 0; i < CONF_STATE_FILES; i++)
		state_json_text(files, conf_state_path(i), out->hash[i], sizeof(out->hash[i]));
}

int state_armed_write(const struct ctl *ctl, const struct state_armed *armed)
{
	struct json_object *o = json_object_new_object();

	state_json_put_number(o, "time", armed->time);
	state_json_put_text(o, "kernel", armed->kernel);
	state_json_put_text(o, "image", armed->image);
	state_json_put_number(o, "image_bytes", (int64_t)armed->sum.bytes);
	state_json_put_text(o, "image_hash", armed->sum.hash);
	state_json_put_text(o, "how", armed->how);
	state_json_put_text(o, "cmdline", armed->cmdline);
	if (armed->conf.known)
		json_object_object_add(o, "configuration", conf_json(&armed->conf));
	return state_json_write(ctl, ARMED_FILE, o);
}

void state_armed_read(const struct ctl *ctl, struct state_armed *out)
{
	struct json_object *o = state_json_read(ctl, ARMED_FILE);

	*out = (struct state_armed){ 0 };
	if (!o)
		return;
	out->time = state_json_number(o, "time");
	state_json_text(o, "kernel", out->kernel, sizeof(out->kernel));
	state_json_text(o, "image", out->image, sizeof(out->image));
	out->sum.bytes = (uintmax_t)state_json_number(o, "image_bytes");
	state_json_text(o, "image_hash", out->sum.hash, sizeof(out->sum.hash));
	state_json_text(o, "how", out->how, sizeof(out->how));
	state_json_text(o, "cmdline", out->cmdline, sizeof(out->cmdline));
	get_conf(o, &out->conf);
	json_object_put(o);
}

void state_armed_forget(const struct ctl *ctl)
{
	if (files_remove(ctl->root, ARMED_FILE) < 0)
		fail_clear();
}

int state_test_write(const struct ctl *ctl, const struct state_test *test)
{
	struct json_object *o = json_object_new_object();

	state_json_put_text(o, "id", test->id);
	state_json_put_number(o, "time", test->time);
	state_json_put_text(o, "verdict", test->verdict);
	state_json_put_text(o, "message", test->message);
	return state_json_write(ctl, TEST_FILE, o);
}

void state_test_read(const struct ctl *ctl, struct state_test *out)
{
	struct json_object *o = state_json_read(ctl, TEST_FILE);

	*out = (struct state_test){ 0 };
	if (!o)
		return;
	state_json_text(o, "id", out->id, sizeof(out->id));
	out->time = state_json_number(o, "time");
	state_json_text(o, "verdict", out->verdict, sizeof(out->verdict));
	state_json_text(o, "message", out->message, sizeof(out->message));
	json_object_put(o);
}

int state_crash_write(const struct ctl *ctl, const struct state_crash *crash)
{
	struct json_object *o = json_object_new_object();

	state_json_put_number(o, "time", crash->time);
	state_json_put_text(o, "dir", crash->dir);
	state_json_put_text(o, "text", crash->text);
	return state_json_write(ctl, CRASH_FILE, o);
}

void state_crash_read(const struct ctl *ctl, struct state_crash *out)
{
	struct json_object *o = state_json_read(ctl, CRASH_FILE);

	*out = (struct state_crash){ 0 };
	if (!o)
		return;
	out->time = state_json_number(o, "time");
	state_json_text(o, "dir", out->dir, sizeof(out->dir));
	state_json_text(o, "text", out->text, sizeof(out->text));
	json_object_put(o);
}

int state_lost_write(const struct ctl *ctl, const struct state_lost *lost)
{
	struct json_object *o = json_object_new_object();

	state_json_put_number(o, "time", lost->time);
	state_json_put_text(o, "log", lost->log);
	state_json_put_text(o, "text", lost->text);
	return state_json_write(ctl, LOST_FILE, o);
}

void state_lost_read(const struct ctl *ctl, struct state_lost *out)
{
	struct json_object *o = state_json_read(ctl, LOST_FILE);

	*out = (struct state_lost){ 0 };
	if (!o)
		return;
	out->time = state_json_number(o, "time");
	state_json_text(o, "log", out->log, sizeof(out->log));
	state_json_text(o, "text", out->text, sizeof(out->text));
	json_object_put(o);
}
