/* SPDX-License-Identifier: GPL-2.0-or-later */
/* aftermath.c - what the boot after a crash owes to people */
#include "systemd/aftermath.h"

#include "base/err.h"
#include "systemd/dumps.h"
#include "systemd/state.h"
#include "systemd/tell.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The clock of the capture kernel may be a little off, and file systems round. */
#define CLOCK_SLACK 120

static void warn(const char *what)
{
	tell_warn("%s: %s", what, fail_text());
	fail_clear();
}

void aftermath_words(const struct dump *d, const char *where, char *out, size_t room)
{
	char panic[500], date[32] = "an unknown time";
	time_t when = d->time;
	struct tm tm;

	if (when && localtime_r(&when, &tm))
		strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S", &tm);
	oops_text(&d->panic, panic, sizeof(panic));
	snprintf(out, room, "the system crashed at %s: %s; dump (%s, %" PRIu64 " MB): %s/%s", date,
		 panic, d->state_text, d->size >> 20, where, d->name);
}

/* Journal with fields, everybody's terminal, and "kdumpctl status" until the next one. */
static void report(const struct ctl *ctl, const struct dump *d, const struct place *p)
{
	struct state_crash crash = { .time = d->time };
	char dir[700], release[120], reason[260], function[160], state[80], size[64], pid[40];
	const char *const fields[] = { dir, release, reason, function, state, size, pid, NULL };

	aftermath_words(d, p->shown, crash.text, sizeof(crash.text));
	snprintf(crash.dir, sizeof(crash.dir), "%.3000s/%s", p->shown, d->name);
	snprintf(dir, sizeof(dir), "KDUMP_DIRECTORY=%.650s", crash.dir);
	snprintf(release, sizeof(release), "KDUMP_KERNEL=%s", d->release);
	snprintf(reason, sizeof(reason), "KDUMP_REASON=%s", d->panic.reason);
	snprintf(function, sizeof(function), "KDUMP_FUNCTION=%s", d->panic.function);
	snprintf(state, sizeof(state), "KDUMP_STATE=%s", d->state_text);
	snprintf(size, sizeof(size), "KDUMP_SIZE=%" PRIu64, d->size);
	snprintf(pid, sizeof(pid), "KDUMP_PID=%ld", d->panic.pid);
	tell_event(TELL_CRASHED, fields, crash.text);
	tell_wall(crash.text);
	if (state_crash_write(ctl, &crash) < 0)
		warn("remember the crash");
}

/* The dump a rehearsal should have made. */
static const struct dump *rehearsed(const struct dumps *dumps, const struct state_test *test)
{
	char name[128];
	const struct dump *d;

	snprintf(name, sizeof(name), "kdump-test-%s", test->id);
	d = dumps_find(dumps, name);
	for (size_t i = 0; !d && i < dumps->nr; i++) {
		/* An image of others does not name it so; no crash is saved in its own second. */
		if (!dumps->dump[i].test && dumps->dump[i].time > test->time)
			d = &dumps->dump[i];
	}
	return d;
}

static void tell_verdict(const struct ctl *ctl, struct state_test *test, bool success)
{
	snprintf(test->verdict, sizeof(test->verdict), success ? "success" : "fail");
	tell_event(TELL_TESTED, NULL, success ? "kdumpctl test: success" : "kdumpctl test: FAILED");
	tell_info("test: %s", test->words);
	if (state_test_write(ctl, test) < 0)
		warn("remember the verdict of the test");
}

/* What came since the last boot was armed, and was not told yet: how many. */
static size_t report_new(const struct ctl *ctl, const struct dumps *dumps, const struct place *p,
			 int64_t since)
{
	struct state_crash last;
	size_t nr = 0;

	state_crash_read(ctl, &last);
	for (size_t i = dumps->nr; i-- > 0;) {
		const struct dump *d = &dumps->dump[i];

		if (d->time < since - CLOCK_SLACK || d->time <= last.time || d->test)
			continue;
		report(ctl, d, p);
		nr++;
	}
	return nr;
}

/* What is asked of the targets, one after the other, until one has the answer. */
struct question {
	struct state_test test; /* that waits for its verdict, or has none to wait for */
	bool waiting;
	bool lost; /* the last boot was */
	int64_t since;
	unsigned silent;  /* targets that could not be looked at */
	char looked[512]; /* "A, B": the others, which had nothing */
};

static bool answers(const struct ctl *ctl, const struct dumps *dumps, const struct place *p,
		    struct question *q)
{
	const struct dump *d = q->waiting ? rehearsed(dumps, &q->test) : NULL;
	size_t n = strlen(q->looked);

	if (d) {
		snprintf(q->test.words, sizeof(q->test.words), "%s dump in %.120s/%.100s",
			 d->state_text, p->shown, d->name);
		tell_verdict(ctl, &q->test, d->state == DUMP_STATE_COMPLETE);
		return true;
	}
	if (q->lost && !q->waiting && report_new(ctl, dumps, p, q->since) > 0)
		return true;
	snprintf(q->looked + n, sizeof(q->looked) - n, "%s%.200s", n ? ", " : "", p->words);
	return false;
}

static bool look_at(struct ctl *ctl, const struct config_target *target, struct question *q)
{
	struct place place;
	struct dumps dumps = { 0 };
	bool found = false;
	int rc = place_open(ctl, target, PLACE_READ, &place);

	if (rc == 0)
		rc = dumps_read(&place, &dumps);
	if (rc == 0) {
		found = answers(ctl, &dumps, &place, q);
	} else {
		warn("look for a dump of the last boot");
		q->silent++;
	}
	dumps_free(&dumps);
	place_close(&place);
	return found;
}

/* No target has it. One that could not be asked may have it, and is asked again. */
static void tell_nothing(const struct ctl *ctl, struct question *q)
{
	if (q->waiting && q->silent == 0) {
		snprintf(q->test.words, sizeof(q->test.words),
			 "no dump on %.200s; see the console of that boot", q->looked);
		tell_verdict(ctl, &q->test, false);
	} else if (q->lost && !q->waiting && q->looked[0]) {
		tell_warn("the last boot did not end properly, and no dump of it is on %s",
			  q->looked);
	}
}

/* Dumps of a raw target lie in path of this system by now. */
static void look(struct ctl *ctl, struct question *q)
{
	static const struct config_target here = { .kind = CONFIG_TARGET_PATH };
	bool found = false;

	for (unsigned i = 0; i < ctl->config.nr_targets && !found; i++) {
		const struct config_target *t = &ctl->config.targets[i];

		found = look_at(ctl, t->kind == CONFIG_TARGET_RAW ? &here : t, q);
	}
	if (!found)
		tell_nothing(ctl, q);
}

/* A recovered dump lies in path of this system. */
static bool recover(struct ctl *ctl, const struct config_target *raw)
{
	char dir[CTL_PATH_MAX];
	struct place place;
	int rc = place_open(ctl, raw, PLACE_READ, &place);

	if (rc == 0)
		rc = aftermath_raw(ctl, &place, dir);
	if (rc < 0)
		warn("recover the dump on the raw device");
	if (rc == 1)
		tell_info("the dump on %s was saved as %s", place.device, dir);
	place_close(&place);
	return rc == 1;
}

void aftermath(struct ctl *ctl)
{
	struct question q = { .looked = "" };

	q.lost = state_last_boot(ctl, &q.since) == STATE_LAST_LOST;
	for (unsigned i = 0; i < ctl->config.nr_targets; i++) {
		if (ctl->config.targets[i].kind == CONFIG_TARGET_RAW)
			q.lost = recover(ctl, &ctl->config.targets[i]) || q.lost;
	}
	state_test_read(ctl, &q.test);
	q.waiting = strcmp(q.test.verdict, "waiting") == 0;
	/* Looking may mean to mount or to log in: only when there is a question. */
	if (q.lost || q.waiting)
		look(ctl, &q);
}
