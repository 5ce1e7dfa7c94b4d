/* SPDX-License-Identifier: GPL-2.0-or-later */
/* list.c - kdumpctl list and show: list and describe the dumps on the targets */
#include "systemd/ctl.h"

#include "base/err.h"
#include "base/text.h"
#include "systemd/dumps/boot_dumps.h"
#include "systemd/dumps/dump_status.h"
#include "systemd/dumps/dump_list.h"
#include "systemd/dumps/dump_print.h"
#include "systemd/dumps/earlier.h"
#include "systemd/dumps/lost_boot.h"
#include "systemd/dumps/opening.h"
#include "base/printable.h"
#include "systemd/message.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void add_text(struct json_object *o, const char *key, const char *text)
{
	char clean[MESSAGE_MAX];

	printable(text, clean, sizeof(clean));
	json_object_object_add(o, key, clean[0] ? json_object_new_string(clean) : NULL);
}

static struct json_object *panic_json(const struct triage_report *p)
{
	struct json_object *o = json_object_new_object(), *trace = json_object_new_array();

	for (unsigned i = 0; i < p->nr_trace; i++)
		json_object_array_add(trace, json_object_new_string(p->trace[i]));

	add_text(o, "reason", p->reason);
	add_text(o, "panic", p->panic);
	add_text(o, "function", p->position);
	add_text(o, "module", p->module);
	json_object_object_add(o, "fatal", json_object_new_boolean(p->fatal));
	json_object_object_add(o, "trace", trace);
	add_text(o, "fingerprint", p->fingerprint);
	json_object_object_add(o, "cpu", p->cpu < 0 ? NULL : json_object_new_int64(p->cpu));
	json_object_object_add(o, "pid", p->pid < 0 ? NULL : json_object_new_int64(p->pid));
	add_text(o, "process", p->process);
	add_text(o, "taint", p->taint);
	return o;
}

static struct json_object *added_json(const struct dump *d)
{
	struct json_object *array = json_object_new_array();

	for (unsigned i = 0; i < d->nr_added; i++) {
		struct json_object *o = json_object_new_object();

		add_text(o, "name", d->added[i].name);
		add_text(o, "state", dump_added_state_name(d->added[i].state));
		add_text(o, "error", d->added[i].error);
		json_object_array_add(array, o);
	}
	return array;
}

static struct json_object *seen_json(const struct seen *s)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "times", json_object_new_int64(s->times));
	json_object_object_add(o, "since", s->since ? json_object_new_int64(s->since) : NULL);
	return o;
}

static struct json_object *dump_json(const struct dump *d, const struct target_access *p,
				     const struct seen *seen)
{
	struct json_object *o = json_object_new_object();
	char dir[sizeof(p->shown) + sizeof(d->name)], panic[500];

	snprintf(dir, sizeof(dir), "%s/%s", p->shown, d->name);
	dump_panic_text(d, panic, sizeof(panic));
	add_text(o, "name", d->name);
	add_text(o, "target", p->name);
	add_text(o, "directory", dir);
	add_text(o, "core", d->core);
	json_object_object_add(o, "time", d->time ? json_object_new_int64(d->time) : NULL);
	json_object_object_add(o, "size", json_object_new_int64((int64_t)d->size));
	add_text(o, "state", d->state_text);
	json_object_object_add(o, "complete", json_object_new_boolean(dump_as_asked(d)));
	json_object_object_add(o, "test", json_object_new_boolean(d->test));
	add_text(o, "kernel", d->release);
	add_text(o, "error", d->error);
	add_text(o, "log", d->log);
	add_text(o, "report",
		 d->sealed_report ? DUMP_REPORT_FILE ".age"
		 : d->has_report  ? DUMP_REPORT_FILE
				  : "");
	add_text(o, "verified", d->verified);
	json_object_object_add(o, "encrypted", json_object_new_boolean(d->sealed));
	json_object_object_add(o, "opened", json_object_new_boolean(d->opened));
	add_text(o, "encryption_error", d->seal_error);
	json_object_object_add(o, "added", added_json(d));
	add_text(o, "summary", panic);
	json_object_object_add(o, "panic", panic_json(&d->panic));
	json_object_object_add(o, "seen", seen_json(seen));
	return o;
}

/* One walk over all targets. Dumps are numbered across targets, in the order of the list. */
struct visit {
	const char *verb;
	const char *id; /* NULL: all of them */
	struct json_object *array;
	size_t nr; /* number of dumps visited so far */

	/* The requested dump, once found, and its target. */
	bool found;
	struct dump dump;
	struct seen seen;
	struct target_access access;
	char *report; /* its text; NULL */
};

static void visit_all(const struct dumps *dumps, const struct target_access *p, struct visit *v)
{
	if (dumps->nr && !v->array)
		print_safe(stdout, "%s", p->name);
	for (size_t i = 0; i < dumps->nr; i++, v->nr++) {
		struct seen seen = dumps_seen(dumps, &dumps->dump[i]);

		if (v->array)
			json_object_array_add(v->array, dump_json(&dumps->dump[i], p, &seen));
		else
			dump_print_line(v->nr + 1, &dumps->dump[i], &seen);
	}
}

/* Find by name, by number across targets, or the newest of each target. */
static const struct dump *find(const struct dumps *dumps, const struct visit *v)
{
	char *end;
	unsigned long nr = strtoul(v->id, &end, 10);

	if (!*end && nr > v->nr && nr - v->nr <= dumps->nr)
		return &dumps->dump[nr - v->nr - 1];
	return dumps_find(dumps, v->id);
}

static void warn_show(void)
{
	message_warn("show: %s", fail_text());
	fail_clear();
}

/* For one that is encrypted the exit status says so, too. */
static void warn_report(struct dump *d)
{
	if (d->sealed_report && !d->seal_error[0])
		text_set(d->seal_error, sizeof(d->seal_error), "%s", fail_text());
	warn_show();
}

static void visit_one(const struct dumps *dumps, const struct target_access *p, struct visit *v)
{
	const struct dump *d = find(dumps, v);

	v->nr += dumps->nr;
	if (!d || (v->found && (strcmp(v->id, "last") != 0 || d->time <= v->dump.time)))
		return;
	v->found = true;
	v->dump = *d;
	v->seen = dumps_seen(dumps, d);
	v->access = *p;
	dumps_report_free(v->report);
	v->report = NULL;
	/* Now, while the target is mounted. */
	if (dumps_more(p, &v->dump) < 0)
		warn_show();
	if (dumps_report(p, &v->dump, &v->report) < 0)
		warn_report(&v->dump);
}

static int visit_target(struct ctl *ctl, const struct config_target *target, struct visit *v)
{
	struct target_access access;
	struct dumps dumps = { 0 };
	int rc = target_access_open(ctl, target, ACCESS_READ, &access);

	if (rc == 0)
		rc = dumps_read(&access, &dumps);
	if (dumps.cut)
		message_warn("%s has more than %d dumps; only some of them are shown", access.name,
			     DUMPS_MAX);
	if (rc == 0 && v->id)
		visit_one(&dumps, &access, v);
	else if (rc == 0)
		visit_all(&dumps, &access, v);
	dumps_free(&dumps);
	target_access_close(&access);
	return rc;
}

static const struct config_target here = { .kind = CONFIG_TARGET_PATH };

struct looked {
	struct visit *v;
	const struct ctl *ctl;
};

static bool is_dir_of(const struct ctl *ctl, const struct config_target *t, const struct stat *a)
{
	struct target_access now;
	struct stat b;
	bool same = false;

	if (t->kind == CONFIG_TARGET_SSH || t->kind == CONFIG_TARGET_RAW)
		return false;
	if (target_access_open(ctl, t, ACCESS_MOUNTED, &now) < 0)
		fail_clear();
	else
		same = stat(now.dir, &b) == 0 && a->st_dev == b.st_dev && a->st_ino == b.st_ino;
	target_access_close(&now);
	return same;
}

/* Is this directory also one of a target, under another name? Or where dumps of /boot go? */
static bool is_target(const struct ctl *ctl, const struct target_access *p)
{
	struct ctl there = boot_dumps_ctl(ctl);
	bool same = false;
	struct stat a;

	if (stat(p->dir, &a) < 0)
		return true; /* nothing to read */
	for (unsigned i = 0; i < ctl->config.nr_targets && !same; i++) {
		const struct config_target *t = &ctl->config.targets[i];

		same = is_dir_of(ctl, t, &a) ||
		       (boot_dumps_of(ctl, t) && is_dir_of(&there, &here, &a));
	}
	return same;
}

static void visit_open(const struct target_access *p, struct visit *v)
{
	struct dumps dumps = { 0 };

	if (dumps_read(p, &dumps) < 0)
		fail_clear();
	else if (v->id)
		visit_one(&dumps, p, v);
	else
		visit_all(&dumps, p, v);
	dumps_free(&dumps);
}

static void visit_earlier(const struct target_access *access, void *arg)
{
	struct looked *l = arg;
	struct target_access p = *access;

	if (is_target(l->ctl, &p))
		return;
	text_set(p.name, sizeof(p.name), "%s (earlier target)", access->name);
	visit_open(&p, l->v);
}

/* Logs of crashes without a dump. */
static void visit_logs(const struct ctl *ctl, struct visit *v)
{
	struct target_access p;

	if (!lost_boot_logs(ctl, &p))
		return;
	visit_open(&p, v);
	target_access_close(&p);
}

static bool has_target(const struct ctl *ctl, enum config_target_kind kind)
{
	for (unsigned i = 0; i < ctl->config.nr_targets; i++) {
		if (ctl->config.targets[i].kind == kind)
			return true;
	}
	return false;
}

/* The directory that dumps on /boot are moved to, unless it is visited anyway. */
static int visit_moved(struct ctl *ctl, struct visit *v)
{
	struct ctl there = boot_dumps_ctl(ctl);
	bool boot = false;

	for (unsigned i = 0; i < ctl->config.nr_targets && !boot; i++)
		boot = boot_dumps_of(ctl, &ctl->config.targets[i]);
	if (!boot || (strcmp(ctl->config.path, BOOT_DUMPS_DIR) == 0 &&
		      (has_target(ctl, CONFIG_TARGET_RAW) || has_target(ctl, CONFIG_TARGET_PATH))))
		return 0;
	return visit_target(&there, &here, v);
}

/* Visit the targets, and the directory that their dumps are moved to. */
static int visit_targets(struct ctl *ctl, struct visit *v)
{
	int rc = 0;

	for (unsigned i = 0; i < ctl->config.nr_targets; i++) {
		const struct config_target *t = &ctl->config.targets[i];

		if (visit_target(ctl, t, v) < 0)
			rc = ctl_fail(v->verb);
		if (t->kind == CONFIG_TARGET_RAW && visit_target(ctl, &here, v) < 0)
			rc = ctl_fail(v->verb);
	}
	if (visit_moved(ctl, v) < 0)
		rc = ctl_fail(v->verb);
	earlier_each(ctl, visit_earlier, &(struct looked){ v, ctl });
	visit_logs(ctl, v);
	return rc;
}

int cmd_list(struct ctl *ctl, int argc, char **argv)
{
	struct visit v = { .verb = argv[0] };
	int rc;

	if (ctl_identity(ctl, &argc, argv) < 0)
		return ctl_fail("list");
	if (argc > 1)
		return ctl_usage("%s takes no arguments", argv[0]);
	if (ctl_load(ctl) < 0)
		return ctl_fail("list");
	v.array = ctl->json ? json_object_new_array() : NULL;
	rc = visit_targets(ctl, &v);
	if (v.array)
		ctl_print_json(v.array);
	else if (v.nr == 0 && rc == 0)
		message_info("no dumps");
	return rc;
}

static void show(const struct ctl *ctl, struct visit *v)
{
	struct opening opening;
	struct json_object *o;

	opening_find(ctl->root, &v->dump, &v->access, &opening);
	if (!ctl->json) {
		dump_print(&v->dump, &v->access, &v->seen);
		opening_print(&opening);
		dump_print_report(v->report);
		return;
	}
	o = dump_json(&v->dump, &v->access, &v->seen);
	json_object_object_add(o, "open", opening_json(&opening));
	ctl_print_json(o);
}

int cmd_show(struct ctl *ctl, int argc, char **argv)
{
	struct visit v = { .verb = argv[0] };
	int rc;

	if (ctl_identity(ctl, &argc, argv) < 0)
		return ctl_fail("show");
	v.id = argc > 1 ? argv[1] : "last";
	if (argc > 2)
		return ctl_usage("%s takes one dump: a name, a number in the list, or \"last\"",
				 argv[0]);
	if (ctl_load(ctl) < 0)
		return ctl_fail("show");
	rc = visit_targets(ctl, &v);
	if (v.found)
		show(ctl, &v);
	else if (rc == 0)
		message_error("no such dump: %s; see \"kdumpctl list\"", v.id);
	dumps_report_free(v.report);
	return v.found && !(ctl->ids && v.dump.seal_error[0]) ? CTL_OK : CTL_FAILED;
}
