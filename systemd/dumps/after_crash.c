/* SPDX-License-Identifier: GPL-2.0-or-later */
/* after_crash.c - on the boot after a crash: recover a raw dump, report the crash */
#include "systemd/dumps/after_crash.h"

#include "base/err.h"
#include "base/text.h"
#include "config/core_collector.h"
#include "systemd/dumps/added.h"
#include "systemd/dumps/boot_dumps.h"
#include "systemd/date.h"
#include "systemd/dumps/dump_list.h"
#include "systemd/boot_record.h"
#include "systemd/dumps/lost_boot.h"
#include "systemd/dumps/seen.h"
#include "systemd/state.h"
#include "systemd/message.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The clock of the capture kernel may be slightly off, and file systems round times. */
#define CLOCK_SLACK 120

static const struct config_target here = { .kind = CONFIG_TARGET_PATH };

static void warn(const char *what)
{
	message_warn("%s: %s", what, fail_text());
	fail_clear();
}

void after_crash_message(const struct dump *d, const char *where, char *out, size_t size)
{
	char panic[500], date[DATE_SIZE];

	date_text(d->time, date);
	dump_panic_text(d, panic, sizeof(panic));
	text_set(out, size, "the system crashed at %s: %s; dump (%s, %" PRIu64 " MB): %s/%s%s%s",
		 d->time ? date : "an unknown time", panic, d->state_text, d->size >> 20, where,
		 d->name, d->error[0] ? "; errors of the capture: " : "", d->error);
}

/* How often this bug has been seen, at the end of a line about it. */
static void add_seen(const struct dumps *dumps, const struct dump *d, char *text, size_t size)
{
	struct seen seen = dumps_seen(dumps, d);
	char times[SEEN_TEXT];

	seen_text(&seen, times);
	if (times[0])
		text_add(text, size, ". Seen for the %s", times);
}

/*
 * Report to the journal (with fields), to all terminals, and to "kdumpctl status" until the next
 * crash.
 */
static void report(const struct ctl *ctl, const struct dumps *dumps, const struct dump *d,
		   const struct target_access *p)
{
	struct state_crash crash = { .time = d->time };
	char dir[sizeof(crash.dir) + 20], release[sizeof(d->release) + 20],
		reason[sizeof(d->panic.reason) + 20], function[ACCESS_MAX + 20], state[80],
		size[64], pid[40];
	char errors[sizeof(d->error) + 20], fingerprint[sizeof(d->panic.fingerprint) + 20];
	const char *const fields[] = {
		dir,	  release, reason,
		function, state,   size,
		pid,	  errors,  d->panic.fingerprint[0] ? fingerprint : NULL,
		NULL
	};

	after_crash_message(d, p->shown, crash.text, sizeof(crash.text));
	add_seen(dumps, d, crash.text, sizeof(crash.text));
	text_set(crash.dir, sizeof(crash.dir), "%s/%s", p->shown, d->name);
	snprintf(dir, sizeof(dir), "KDUMP_DIRECTORY=%s", crash.dir);
	snprintf(release, sizeof(release), "KDUMP_KERNEL=%s", d->release);
	snprintf(reason, sizeof(reason), "KDUMP_REASON=%s", d->panic.reason);
	snprintf(function, sizeof(function), "KDUMP_FUNCTION=%s", d->panic.position);
	snprintf(state, sizeof(state), "KDUMP_STATE=%s", d->state_text);
	snprintf(size, sizeof(size), "KDUMP_SIZE=%" PRIu64, d->size);
	snprintf(errors, sizeof(errors), "KDUMP_ERRORS=%s", d->error);
	snprintf(fingerprint, sizeof(fingerprint), "KDUMP_FINGERPRINT=%s", d->panic.fingerprint);
	snprintf(pid, sizeof(pid), "KDUMP_PID=%ld", d->panic.pid);
	message_event(MESSAGE_CRASHED, fields, crash.text);
	message_wall(crash.text);
	if (state_crash_write(ctl, &crash) < 0)
		warn("remember the crash");
}

/* The dump that the test crash should have made. */
static const struct dump *test_dump(const struct dumps *dumps, const struct state_test *test)
{
	char name[128];
	const struct dump *d;

	snprintf(name, sizeof(name), "kdump-test-%s", test->id);
	d = dumps_find(dumps, name);
	for (size_t i = 0; !d && i < dumps->nr; i++) {
		/*
		 * An image we did not build does not use this name; any dump newer than the test is
		 * its dump.
		 */
		if (!dumps->dump[i].test && dumps->dump[i].time > test->time)
			d = &dumps->dump[i];
	}
	return d;
}

static void print_verdict(const struct ctl *ctl, struct state_test *test, bool success)
{
	snprintf(test->verdict, sizeof(test->verdict), success ? "success" : "fail");
	message_event(MESSAGE_TESTED, NULL,
		      success ? "kdumpctl test: success" : "kdumpctl test: FAILED");
	message_info("test: %s", test->message);
	if (state_test_write(ctl, test) < 0)
		warn("remember the verdict of the test");
}

/* What is looked for on the targets, one after the other, until one has it. */
struct question {
	struct state_test test; /* a test crash; it may be waiting for its verdict */
	bool waiting;
	bool lost;  /* the last boot did not end properly */
	bool quiet; /* the last boot may have ended properly: no report if nothing is found */
	struct boot_record last;
	int64_t since;
	int64_t reported;	  /* time of the newest dump that was reported */
	time_t end;		  /* deadline for making missing files */
	unsigned silent;	  /* number of targets that could not be read */
	char looked[MESSAGE_MAX]; /* "A, B": the targets that were read and had no dump */
};

/* It is newer than the arming of the last boot and not yet reported, or the test crash made it. */
static bool is_new(const struct dumps *dumps, const struct dump *d, const struct question *q)
{
	if (q->waiting)
		return d == test_dump(dumps, &q->test);
	return d->time >= q->since - CLOCK_SLACK && d->time > q->reported && !d->test;
}

/* The log alone may be all that was configured. */
static bool is_as_asked(const struct ctl *ctl, const struct dump *d)
{
	return dump_as_asked(d) ||
	       (d->state == DUMP_STATE_LOG && config_wants_log_alone(&ctl->config));
}

/* Report all new dumps; returns their number. */
static size_t report_new(const struct ctl *ctl, const struct dumps *dumps,
			 const struct target_access *p, const struct question *q)
{
	size_t nr = 0;

	for (size_t i = dumps->nr; i-- > 0;) {
		if (!is_new(dumps, &dumps->dump[i], q))
			continue;
		report(ctl, dumps, &dumps->dump[i], p);
		nr++;
	}
	return nr;
}

static bool answers(const struct ctl *ctl, const struct dumps *dumps, const struct target_access *p,
		    struct question *q)
{
	const struct dump *d = q->waiting ? test_dump(dumps, &q->test) : NULL;

	if (d) {
		text_set(q->test.message, sizeof(q->test.message), "%s dump in %s/%s%s%s",
			 d->state_text, p->shown, d->name,
			 d->error[0] ? "; errors of the capture: " : "", d->error);
		print_verdict(ctl, &q->test, is_as_asked(ctl, d) && !d->error[0]);
		return true;
	}
	if (q->lost && !q->waiting && report_new(ctl, dumps, p, q) > 0)
		return true;
	text_add(q->looked, sizeof(q->looked), "%s%s", q->looked[0] ? ", " : "", p->name);
	return false;
}

static int read_target(const struct ctl *ctl, const struct config_target *target, bool write,
		       struct target_access *access, struct dumps *dumps)
{
	int rc = target_access_open(ctl, target, write ? ACCESS_WRITE : ACCESS_READ, access);

	*dumps = (struct dumps){ 0 };
	return rc == 0 ? dumps_read(access, dumps) : rc;
}

static void close_target(struct target_access *access, struct dumps *dumps)
{
	dumps_free(dumps);
	target_access_close(access);
}

static bool lacks_files(const struct target_access *access, const struct dumps *dumps,
			const struct question *q)
{
	for (size_t i = 0; i < dumps->nr; i++) {
		if (is_new(dumps, &dumps->dump[i], q) && added_missing(access, &dumps->dump[i]))
			return true;
	}
	return false;
}

/* Open the target again for writing and make the files that new dumps lack, oldest first. */
static int read_completed(const struct ctl *ctl, const struct config_target *target,
			  const struct question *q, struct target_access *access,
			  struct dumps *dumps)
{
	int rc = read_target(ctl, target, false, access, dumps);

	if (rc < 0 || !lacks_files(access, dumps, q))
		return rc;
	close_target(access, dumps);
	rc = read_target(ctl, target, true, access, dumps);
	for (size_t i = rc == 0 ? dumps->nr : 0; i-- > 0;) {
		if (is_new(dumps, &dumps->dump[i], q) && added_missing(access, &dumps->dump[i]))
			added_make(ctl, access, &dumps->dump[i], q->end);
	}
	if (rc < 0)
		warn("make the kernel log of a dump");
	close_target(access, dumps);
	return read_target(ctl, target, false, access, dumps);
}

static bool look_at(struct ctl *ctl, const struct config_target *target, struct question *q)
{
	struct target_access access;
	struct dumps dumps;
	bool found = false;
	int rc = read_completed(ctl, target, q, &access, &dumps);

	if (rc == 0) {
		found = answers(ctl, &dumps, &access, q);
	} else {
		warn("look for a dump of the last boot");
		q->silent++;
	}
	close_target(&access, &dumps);
	return found;
}

/* No target has the dump. One that could not be read may have it, so the next start looks again. */
static void report_nothing(const struct ctl *ctl, struct question *q)
{
	if (q->waiting && q->silent == 0) {
		text_set(q->test.message, sizeof(q->test.message),
			 "no dump on %s; see the console output of that boot", q->looked);
		print_verdict(ctl, &q->test, false);
	} else if (q->lost && !q->quiet && !q->waiting && q->silent == 0) {
		lost_boot_report(ctl, &q->last, q->looked);
	}
}

/* Dumps of /boot were moved; one that could not be is still there. */
static bool look_at_boot(struct ctl *ctl, const struct config_target *boot, struct question *q)
{
	struct ctl there = boot_dumps_ctl(ctl);

	return look_at(&there, &here, q) || look_at(ctl, boot, q);
}

static bool look_at_any(struct ctl *ctl, const struct config_target *t, struct question *q)
{
	if (boot_dumps_of(ctl, t))
		return look_at_boot(ctl, t, q);
	/* Dumps of a raw target are in path of this system by now. */
	return look_at(ctl, t->kind == CONFIG_TARGET_RAW ? &here : t, q);
}

static void look(struct ctl *ctl, struct question *q)
{
	bool found = false;

	for (unsigned i = 0; i < ctl->config.nr_targets && !found; i++)
		found = look_at_any(ctl, &ctl->config.targets[i], q);
	if (!found)
		report_nothing(ctl, q);
}

/* A recovered dump is in path of this system. */
static bool recover(struct ctl *ctl, const struct config_target *raw)
{
	char dir[CTL_PATH_MAX];
	struct target_access access;
	int rc = target_access_open(ctl, raw, ACCESS_READ, &access);

	if (rc == 0)
		rc = after_crash_raw(ctl, &access, dir);
	if (rc < 0)
		warn("recover the dump on the raw device");
	if (rc == 1)
		message_info("the dump on %s was saved as %s", access.device, dir);
	target_access_close(&access);
	return rc == 1;
}

void after_crash(struct ctl *ctl)
{
	struct question q = { .looked = "" };
	bool recovered = false;
	struct state_crash crash;

	q.lost = boot_record_last(ctl, &q.last) && q.last.end != BOOT_CLEAN;
	q.quiet = q.last.end == BOOT_OPEN;
	q.since = q.last.time;
	state_crash_read(ctl, &crash);
	q.reported = crash.time;
	q.end = added_end();
	for (unsigned i = 0; i < ctl->config.nr_targets; i++) {
		if (ctl->config.targets[i].kind == CONFIG_TARGET_RAW)
			recovered = recover(ctl, &ctl->config.targets[i]) || recovered;
	}
	q.lost = q.lost || recovered;
	boot_dumps_move(ctl);
	state_test_read(ctl, &q.test);
	q.waiting = strcmp(q.test.verdict, "waiting") == 0;
	/* This may mount or log in: only if there is something to look for. */
	if (q.waiting || recovered || (q.lost && q.last.armed))
		look(ctl, &q);
	else if (q.lost)
		report_nothing(ctl, &q);
	/* A server that is silent now may have the dump: the next start asks it again. */
	if (q.silent == 0)
		boot_record_last_done(ctl);
}
