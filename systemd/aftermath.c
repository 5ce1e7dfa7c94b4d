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
		 panic, dump_state_name(d->state), d->size >> 20, where, d->name);
}

/* Journal with fields, everybody's terminal, and "kdumpctl status" until the next one. */
static void report(const struct ctl *ctl, const struct dump *d, const struct place *p)
{
	struct state_crash crash = { .time = d->time };
	char dir[700], release[120], reason[260], function[160], state[64], size[64], pid[40];
	const char *const fields[] = { dir, release, reason, function, state, size, pid, NULL };

	aftermath_words(d, p->shown, crash.text, sizeof(crash.text));
	snprintf(crash.dir, sizeof(crash.dir), "%.3000s/%s", p->shown, d->name);
	snprintf(dir, sizeof(dir), "KDUMP_DIRECTORY=%.650s", crash.dir);
	snprintf(release, sizeof(release), "KDUMP_KERNEL=%s", d->release);
	snprintf(reason, sizeof(reason), "KDUMP_REASON=%s", d->panic.reason);
	snprintf(function, sizeof(function), "KDUMP_FUNCTION=%s", d->panic.function);
	snprintf(state, sizeof(state), "KDUMP_STATE=%s", dump_state_name(d->state));
	snprintf(size, sizeof(size), "KDUMP_SIZE=%" PRIu64, d->size);
	snprintf(pid, sizeof(pid), "KDUMP_PID=%ld", d->panic.pid);
	tell_event(TELL_CRASHED, fields, crash.text);
	tell_wall(crash.text);
	if (state_crash_write(ctl, &crash) < 0)
		warn("remember the crash");
}

/* A rehearsal: the dump it should have made is there, or it is not. */
static bool judge(const struct ctl *ctl, const struct dumps *dumps, const struct place *p)
{
	struct state_test test;
	char name[128];
	const struct dump *d;

	state_test_read(ctl, &test);
	if (strcmp(test.verdict, "waiting") != 0)
		return false;
	snprintf(name, sizeof(name), "kdump-test-%s", test.id);
	d = dumps_find(dumps, name);
	for (size_t i = 0; !d && i < dumps->nr; i++) {
		/* An image of others does not name it so; no crash is saved in its own second. */
		if (!dumps->dump[i].test && dumps->dump[i].time > test.time)
			d = &dumps->dump[i];
	}
	snprintf(test.verdict, sizeof(test.verdict), "%s",
		 d && d->state == DUMP_STATE_COMPLETE ? "success" : "fail");
	if (d)
		snprintf(test.words, sizeof(test.words), "%s dump in %.150s/%.100s",
			 dump_state_name(d->state), p->shown, d->name);
	else
		snprintf(test.words, sizeof(test.words),
			 "no dump on %.200s; see the console of "
			 "that boot",
			 p->words);
	tell_event(TELL_TESTED, NULL,
		   strcmp(test.verdict, "success") == 0 ? "kdumpctl test: success"
							: "kdumpctl test: FAILED");
	tell_info("test: %s", test.words);
	if (state_test_write(ctl, &test) < 0)
		warn("remember the verdict of the test");
	return true;
}

/* What came since the last boot was armed, and was not told yet. */
static void look_for_new(const struct ctl *ctl, const struct dumps *dumps, const struct place *p,
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
	if (nr == 0)
		tell_warn("the last boot did not end properly, and no dump of it is on %s",
			  p->words);
}

static void look(struct ctl *ctl, const struct config_target *target, bool lost, int64_t since)
{
	struct place place;
	struct dumps dumps = { 0 };
	bool judged;
	int rc = place_open(ctl, target, false, &place);

	if (rc == 0)
		rc = dumps_read(&place, &dumps);
	if (rc == 0) {
		judged = judge(ctl, &dumps, &place);
		if (lost && !judged)
			look_for_new(ctl, &dumps, &place, since);
	} else {
		warn("look for a dump of the last boot");
	}
	dumps_free(&dumps);
	place_close(&place);
}

/* A recovered dump lies in path of this system. */
static bool recover(struct ctl *ctl, const struct config_target *raw)
{
	char dir[CTL_PATH_MAX];
	struct place place;
	int rc = place_open(ctl, raw, false, &place);

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
	const struct config_target *main_target = &ctl->config.targets[0];
	static const struct config_target here = { .kind = CONFIG_TARGET_PATH };
	struct state_test test;
	int64_t since;
	bool lost = state_last_boot(ctl, &since) == STATE_LAST_LOST;
	bool recovered = false;

	for (unsigned i = 0; i < ctl->config.nr_targets; i++) {
		if (ctl->config.targets[i].kind == CONFIG_TARGET_RAW)
			recovered = recover(ctl, &ctl->config.targets[i]) || recovered;
	}
	state_test_read(ctl, &test);
	/* Looking may mean to mount or to log in: only when there is a question. */
	if (lost || recovered || strcmp(test.verdict, "waiting") == 0)
		look(ctl, main_target->kind == CONFIG_TARGET_RAW ? &here : main_target,
		     lost || recovered, since);
}
