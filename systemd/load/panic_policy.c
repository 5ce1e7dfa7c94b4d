/* SPDX-License-Identifier: GPL-2.0-or-later */
/* panic_policy.c - make an armed machine panic on an oops and reboot after a panic */
#include "systemd/load/panic_policy.h"

#include "base/err.h"
#include "base/karg.h"
#include "systemd/files.h"
#include "systemd/load/kernel_state.h"
#include "systemd/load/sysctl_conf.h"
#include "systemd/message.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RECORD_MAX 4096

static const struct {
	const char *key;
	const char *file;
	long set;
	const char *param; /* parameter of the kernel's command line for the same setting */
} keys[PANIC_POLICY_KEYS] = {
	{ "kernel.panic_on_oops", "/proc/sys/kernel/panic_on_oops", 1, "oops" },
	{ "kernel.panic", "/proc/sys/kernel/panic", 10, "panic" },
};

static bool read_value(const char *root, const char *path, long *out)
{
	char *text, *end;
	bool good;

	if (files_read(root, path, 64, &text) < 0) {
		fail_clear();
		return false;
	}
	*out = strtol(text, &end, 10);
	good = end != text;
	free(text);
	return good;
}

/* Write to the existing file: files in /proc cannot be replaced. */
static int write_value(const char *root, const char *path, long value)
{
	char full[FILES_PATH_MAX], text[32];
	int rc = files_path(root, path, full), fd, n;
	ssize_t written;

	if (rc < 0)
		return rc;
	n = snprintf(text, sizeof(text), "%ld\n", value);
	fd = open(full, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd < 0)
		return fail(-errno, "open %s", full);
	written = write(fd, text, (size_t)n);
	if (written != n) /* a part of a number is another one */
		rc = fail(written < 0 ? -errno : -EIO, "write %ld to %s", value, full);
	close(fd);
	return rc;
}

/* Is it the parameter NAME, or "sysctl.KEY=..."? */
static bool word_names(const struct karg *k, unsigned i)
{
	static const char prefix[] = "sysctl.";
	const size_t n = sizeof(prefix) - 1;

	if (karg_is(k, keys[i].param))
		return true;
	return k->value && k->name_len > n && strncmp(k->name, prefix, n) == 0 &&
	       karg_same_name(k->name + n, k->name_len - n, keys[i].key, strlen(keys[i].key));
}

static bool cmdline_names(const char *root, unsigned i)
{
	const char *at;
	bool found = false;
	struct karg k;
	char *text;

	if (files_read(root, "/proc/cmdline", 1 << 16, &text) < 0) {
		fail_clear();
		return false;
	}
	for (at = text; karg_next(&at, &k) && !karg_is_end(&k);)
		found |= word_names(&k, i);
	free(text);
	return found;
}

/* NULL only if out of memory; a damaged record reads as empty. */
static struct json_object *read_record(const char *root)
{
	struct json_object *o = NULL;
	char *text;

	if (files_read(root, PANIC_POLICY_RECORD, RECORD_MAX, &text) == 0) {
		o = json_tokener_parse(text);
		free(text);
	} else {
		fail_clear();
	}
	if (o && !json_object_is_type(o, json_type_object)) {
		json_object_put(o);
		o = NULL;
	}
	return o ? o : json_object_new_object();
}

static int write_record(const char *root, struct json_object *o)
{
	if (json_object_object_length(o) == 0)
		return files_remove(root, PANIC_POLICY_RECORD);
	return files_write(root, PANIC_POLICY_RECORD, 0644, json_object_to_json_string(o));
}

/* {"was": 0, "set": 1}, or false. */
static bool recorded(struct json_object *o, const char *key, long *was, long *set)
{
	struct json_object *one, *a, *b;

	if (!json_object_object_get_ex(o, key, &one) ||
	    !json_object_object_get_ex(one, "was", &a) ||
	    !json_object_object_get_ex(one, "set", &b))
		return false;
	*was = (long)json_object_get_int64(a);
	*set = (long)json_object_get_int64(b);
	return true;
}

void panic_policy_read(const char *root, struct panic_policy out[PANIC_POLICY_KEYS])
{
	struct json_object *record = read_record(root);

	for (unsigned i = 0; i < PANIC_POLICY_KEYS; i++) {
		struct panic_policy *p = &out[i];
		long set;

		*p = (struct panic_policy){ .key = keys[i].key };
		p->there = read_value(root, keys[i].file, &p->value);
		p->ours = p->there && recorded(record, p->key, &p->was, &set) && p->value == set;
		if (!sysctl_conf_find(root, p->key, p->decided_by, sizeof(p->decided_by)) &&
		    cmdline_names(root, i))
			snprintf(p->decided_by, sizeof(p->decided_by), "the kernel's command line");
	}
	json_object_put(record);
}

/* Write the record first: without it the old value could not be restored. */
static int set_one(const char *root, struct json_object *record, unsigned i, long was)
{
	struct json_object *one = json_object_new_object();
	int rc;

	json_object_object_add(one, "was", json_object_new_int64(was));
	json_object_object_add(one, "set", json_object_new_int64(keys[i].set));
	json_object_object_add(record, keys[i].key, one);
	rc = write_record(root, record);
	if (rc == 0)
		rc = write_value(root, keys[i].file, keys[i].set);
	if (rc < 0)
		json_object_object_del(record, keys[i].key);
	return rc;
}

static int set(const char *root, struct json_object *record, const struct panic_policy *p,
	       unsigned i)
{
	long was, value;

	/* Set by us earlier; if it has another value now, somebody changed it. */
	if (recorded(record, p->key, &was, &value))
		return 0;
	if (!p->there || p->value != 0 || p->decided_by[0])
		return 0;
	return set_one(root, record, i, p->value);
}

static int restore(const char *root, struct json_object *record, const struct panic_policy *p,
		   unsigned i)
{
	int rc = 0;

	if (p->ours && !p->decided_by[0])
		rc = write_value(root, keys[i].file, p->was);
	if (rc == 0)
		json_object_object_del(record, p->key);
	return rc;
}

void panic_policy_follow(const char *root)
{
	struct panic_policy now[PANIC_POLICY_KEYS];
	struct json_object *record = read_record(root);
	struct kernel_state s;
	int rc;

	kernel_state_read(root, &s);
	panic_policy_read(root, now);
	for (unsigned i = 0; i < PANIC_POLICY_KEYS; i++) {
		rc = s.crash_loaded ? set(root, record, &now[i], i)
				    : restore(root, record, &now[i], i);
		if (rc == 0)
			continue;
		message_warn("%s stays %ld: %s", now[i].key, now[i].value, fail_text());
		fail_clear();
	}
	if (write_record(root, record) < 0)
		fail_clear();
	json_object_put(record);
}

void panic_policy_text(const struct panic_policy *p, char *out, size_t size)
{
	if (p->decided_by[0])
		snprintf(out, size, "%ld (left to %s)", p->value, p->decided_by);
	else if (p->ours)
		snprintf(out, size, "%ld (set by kdump, was %ld)", p->value, p->was);
	else
		snprintf(out, size, "%ld", p->value);
}
