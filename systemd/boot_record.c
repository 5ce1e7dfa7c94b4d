/* SPDX-License-Identifier: GPL-2.0-or-later */
/* boot_record.c - how each boot was armed and how it ended */
#include "systemd/boot_record.h"

#include "base/err.h"
#include "base/util.h"
#include "systemd/files.h"
#include "systemd/message.h"
#include "systemd/state_json.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define THIS_FILE CTL_STATE_DIR "/boot.json"
#define LAST_FILE CTL_STATE_DIR "/last-boot.json"

static const char *const ends[] = {
	[BOOT_RUNNING] = "running",
	[BOOT_CLEAN] = "clean",
	[BOOT_OPEN] = "open",
};

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

static bool read_record(const struct ctl *ctl, const char *path, struct boot_record *out)
{
	struct json_object *o = state_json_read(ctl, path);
	char end[16] = "";

	*out = (struct boot_record){ 0 };
	if (!o)
		return false;
	state_json_text(o, "boot", out->id, sizeof(out->id));
	state_json_text(o, "end", end, sizeof(end));
	state_json_text(o, "why_not", out->why_not, sizeof(out->why_not));
	out->time = state_json_number(o, "time");
	out->watched = state_json_number(o, "watched") != 0;
	/* An older version wrote "armed" for a boot that runs, and "open" for an armed one. */
	out->armed = state_json_number(o, "armed") != 0 || strcmp(end, "armed") == 0 ||
		     strcmp(end, "open") == 0;
	for (unsigned i = 0; i < ARRAY_SIZE(ends); i++) {
		if (strcmp(end, ends[i]) == 0)
			out->end = (enum boot_end)i;
	}
	json_object_put(o);
	return true;
}

static void write_record(const struct ctl *ctl, const struct boot_record *r)
{
	struct json_object *o = json_object_new_object();

	state_json_put_text(o, "boot", r->id);
	state_json_put_number(o, "time", r->time);
	state_json_put_text(o, "end", ends[r->end]);
	state_json_put_number(o, "watched", r->watched);
	state_json_put_number(o, "armed", r->armed);
	state_json_put_text(o, "why_not", r->why_not);
	if (state_json_write(ctl, THIS_FILE, o) < 0) {
		message_warn("a crash may go unreported: %s", fail_text());
		fail_clear();
	}
}

/* The record of another boot makes room for this one's. */
static void set_last_aside(const struct ctl *ctl)
{
	if (files_rename(ctl->root, THIS_FILE, LAST_FILE) < 0) {
		message_warn("a crash may go unreported: %s", fail_text());
		fail_clear();
	}
}

/* This boot's record, a new one if there is none. */
static void this_boot(const struct ctl *ctl, struct boot_record *out)
{
	char id[64];

	boot_id(ctl, id);
	if (read_record(ctl, THIS_FILE, out) && strcmp(out->id, id) == 0)
		return;
	if (out->id[0])
		set_last_aside(ctl);
	*out = (struct boot_record){ .time = time(NULL) };
	snprintf(out->id, sizeof(out->id), "%s", id);
}

void boot_record_begin(const struct ctl *ctl)
{
	struct boot_record r;

	this_boot(ctl, &r);
	r.watched = true;
	r.end = BOOT_RUNNING;
	write_record(ctl, &r);
}

void boot_record_end(const struct ctl *ctl)
{
	struct boot_record r;

	this_boot(ctl, &r);
	r.end = BOOT_CLEAN;
	write_record(ctl, &r);
}

void boot_record_armed(const struct ctl *ctl)
{
	struct boot_record r;

	this_boot(ctl, &r);
	r.armed = true;
	r.time = time(NULL);
	r.end = BOOT_RUNNING;
	r.why_not[0] = '\0';
	write_record(ctl, &r);
}

void boot_record_not_armed(const struct ctl *ctl, const char *why)
{
	struct boot_record r;

	this_boot(ctl, &r);
	if (!r.watched)
		return;
	r.armed = false;
	snprintf(r.why_not, sizeof(r.why_not), "%s", why);
	write_record(ctl, &r);
}

void boot_record_disarmed(const struct ctl *ctl)
{
	struct boot_record r;

	this_boot(ctl, &r);
	if (!r.watched)
		r.end = BOOT_CLEAN;
	r.armed = false;
	snprintf(r.why_not, sizeof(r.why_not), "kdump was stopped");
	write_record(ctl, &r);
}

void boot_record_open(const struct ctl *ctl)
{
	struct boot_record r;

	this_boot(ctl, &r);
	r.armed = true;
	r.end = r.watched ? BOOT_RUNNING : BOOT_OPEN;
	r.time = time(NULL);
	write_record(ctl, &r);
}

bool boot_record_last(const struct ctl *ctl, struct boot_record *out)
{
	char id[64];

	boot_id(ctl, id);
	if (read_record(ctl, THIS_FILE, out) && strcmp(out->id, id) != 0)
		return true;
	return read_record(ctl, LAST_FILE, out) && strcmp(out->id, id) != 0;
}

void boot_record_last_done(const struct ctl *ctl)
{
	struct boot_record r;

	this_boot(ctl, &r); /* sets an unwatched one aside */
	if (files_remove(ctl->root, LAST_FILE) < 0) {
		message_warn("the last crash may be reported once more: %s", fail_text());
		fail_clear();
	}
}
