/* SPDX-License-Identifier: GPL-2.0-or-later */
/* state.c - what kdumpctl remembers between its runs */
#include "systemd/state.h"

#include "base/err.h"
#include "systemd/files.h"
#include "systemd/message.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ARMED_FILE CTL_RUN_DIR "/armed.json"
#define BOOT_FILE  CTL_STATE_DIR "/boot.json"
#define TEST_FILE  CTL_STATE_DIR "/test.json"
#define CRASH_FILE CTL_STATE_DIR "/crash.json"
#define FILE_MAX   (64 << 10)

/* NULL if it is not there or damaged: then nothing is remembered. */
static struct json_object *read_json(const struct ctl *ctl, const char *path)
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

static void get_text(struct json_object *o, const char *key, char *out, size_t room)
{
	struct json_object *v;

	if (json_object_object_get_ex(o, key, &v) && json_object_is_type(v, json_type_string))
		snprintf(out, room, "%s", json_object_get_string(v));
}

static int64_t get_number(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) ? json_object_get_int64(v) : 0;
}

static void put_text(struct json_object *o, const char *key, const char *text)
{
	json_object_object_add(o, key, json_object_new_string(text));
}

static void put_number(struct json_object *o, const char *key, int64_t v)
{
	json_object_object_add(o, key, json_object_new_int64(v));
}

/* Writes and frees it. */
static int write_json(const struct ctl *ctl, const char *path, struct json_object *o)
{
	int rc = files_write(ctl->root, path, 0600,
			     json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY));

	json_object_put(o);
	return rc;
}

static struct json_object *conf_json(const struct conf_state *conf)
{
	struct json_object *o = json_object_new_object();

	for (unsigned i = 0; i < CONF_STATE_FILES; i++)
		put_text(o, conf_state_path(i), conf->hash[i]);
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
		get_text(files, conf_state_path(i), out->hash[i], sizeof(out->hash[i]));
}

int state_armed_write(const struct ctl *ctl, const struct state_armed *armed)
{
	struct json_object *o = json_object_new_object();

	put_number(o, "time", armed->time);
	put_text(o, "kernel", armed->kernel);
	put_text(o, "image", armed->image);
	put_number(o, "image_bytes", (int64_t)armed->sum.bytes);
	put_text(o, "image_hash", armed->sum.hash);
	put_text(o, "how", armed->how);
	put_text(o, "cmdline", armed->cmdline);
	if (armed->conf.known)
		json_object_object_add(o, "configuration", conf_json(&armed->conf));
	return write_json(ctl, ARMED_FILE, o);
}

void state_armed_read(const struct ctl *ctl, struct state_armed *out)
{
	struct json_object *o = read_json(ctl, ARMED_FILE);

	*out = (struct state_armed){ 0 };
	if (!o)
		return;
	out->time = get_number(o, "time");
	get_text(o, "kernel", out->kernel, sizeof(out->kernel));
	get_text(o, "image", out->image, sizeof(out->image));
	out->sum.bytes = (uintmax_t)get_number(o, "image_bytes");
	get_text(o, "image_hash", out->sum.hash, sizeof(out->sum.hash));
	get_text(o, "how", out->how, sizeof(out->how));
	get_text(o, "cmdline", out->cmdline, sizeof(out->cmdline));
	get_conf(o, &out->conf);
	json_object_put(o);
}

void state_armed_forget(const struct ctl *ctl)
{
	if (files_remove(ctl->root, ARMED_FILE) < 0)
		fail_clear();
}

static void boot_id(const struct ctl *ctl, char out[64])
{
	char *text;

	out[0] = '\0';
	if (files_read(ctl->root, "/proc/sys/kernel/random/boot_id", 64, &text) < 0) {
		fail_clear();
		return;
	}
	snprintf(out, 64, "%.*s", (int)strcspn(text, "\n"), text);
	free(text);
}

enum state_last state_last_boot(const struct ctl *ctl, int64_t *since)
{
	struct json_object *o = read_json(ctl, BOOT_FILE);
	char id[64], then[64] = "", end[16] = "";

	*since = 0;
	if (!o)
		return STATE_LAST_UNKNOWN;
	boot_id(ctl, id);
	get_text(o, "boot", then, sizeof(then));
	get_text(o, "end", end, sizeof(end));
	*since = get_number(o, "time");
	json_object_put(o);
	if (strcmp(id, then) == 0)
		return STATE_LAST_UNKNOWN;
	if (strcmp(end, "open") == 0)
		return STATE_LAST_OPEN;
	return strcmp(end, "clean") == 0 ? STATE_LAST_CLEAN : STATE_LAST_LOST;
}

static void boot_write(const struct ctl *ctl, const char *end)
{
	struct json_object *o = json_object_new_object();
	char id[64];

	boot_id(ctl, id);
	put_text(o, "boot", id);
	put_number(o, "time", time(NULL));
	put_text(o, "end", end);
	if (write_json(ctl, BOOT_FILE, o) < 0) {
		message_warn("a crash may go unreported: %s", fail_text());
		fail_clear();
	}
}

void state_boot_armed(const struct ctl *ctl)
{
	boot_write(ctl, "armed");
}

void state_boot_clean(const struct ctl *ctl)
{
	boot_write(ctl, "clean");
}

void state_boot_open(const struct ctl *ctl)
{
	boot_write(ctl, "open");
}

int state_test_write(const struct ctl *ctl, const struct state_test *test)
{
	struct json_object *o = json_object_new_object();

	put_text(o, "id", test->id);
	put_number(o, "time", test->time);
	put_text(o, "verdict", test->verdict);
	put_text(o, "words", test->words);
	return write_json(ctl, TEST_FILE, o);
}

void state_test_read(const struct ctl *ctl, struct state_test *out)
{
	struct json_object *o = read_json(ctl, TEST_FILE);

	*out = (struct state_test){ 0 };
	if (!o)
		return;
	get_text(o, "id", out->id, sizeof(out->id));
	out->time = get_number(o, "time");
	get_text(o, "verdict", out->verdict, sizeof(out->verdict));
	get_text(o, "words", out->words, sizeof(out->words));
	json_object_put(o);
}

int state_crash_write(const struct ctl *ctl, const struct state_crash *crash)
{
	struct json_object *o = json_object_new_object();

	put_number(o, "time", crash->time);
	put_text(o, "dir", crash->dir);
	put_text(o, "text", crash->text);
	return write_json(ctl, CRASH_FILE, o);
}

void state_crash_read(const struct ctl *ctl, struct state_crash *out)
{
	struct json_object *o = read_json(ctl, CRASH_FILE);

	*out = (struct state_crash){ 0 };
	if (!o)
		return;
	out->time = get_number(o, "time");
	get_text(o, "dir", out->dir, sizeof(out->dir));
	get_text(o, "text", out->text, sizeof(out->text));
	json_object_put(o);
}
