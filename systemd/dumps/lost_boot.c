/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lost_boot.c - a boot that did not end properly and left no dump: its log from pstore, and why */
#include "systemd/dumps/lost_boot.h"

#include "base/err.h"
#include "base/text.h"
#include "base/util.h"
#include "systemd/date.h"
#include "systemd/dumps/pstore.h"
#include "systemd/files.h"
#include "systemd/message.h"
#include "systemd/state.h"
#include "triage/triage.h"

#include <dirent.h>
#include <inttypes.h>
#include <linux/watchdog.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void warn(const char *what)
{
	message_warn("%s: %s", what, fail_text());
	fail_clear();
}

/* What a watchdog's driver says of the last reset; drivers that do not know report 0. */
static const char *watchdog_cause(unsigned bits)
{
	static const struct {
		unsigned bit;
		const char *cause;
	} causes[] = {
		{ WDIOF_CARDRESET,
		  "the hardware watchdog reset the machine: it hung without a "
		  "panic; see kernel.hardlockup_panic and kernel.softlockup_panic" },
		{ WDIOF_OVERHEAT, "the watchdog reports that the machine was too hot" },
		{ WDIOF_FANFAULT, "the watchdog reports a fan that failed" },
		{ WDIOF_POWERUNDER, "the watchdog reports that the power failed" },
		{ WDIOF_POWEROVER, "the watchdog reports a voltage that was too high" },
	};

	for (unsigned i = 0; i < ARRAY_SIZE(causes); i++) {
		if (bits & causes[i].bit)
			return causes[i].cause;
	}
	return NULL;
}

void lost_boot_reason(const struct lost_boot *l, char *out, size_t size)
{
	const char *watchdog = watchdog_cause(l->watchdog);

	if (watchdog && !l->panicked)
		snprintf(out, size, "%s", watchdog);
	else if (!l->armed)
		text_set(out, size, "kdump was not armed%s%s%s", l->why_not[0] ? ": " : "",
			 l->why_not,
			 l->panic == 0 ? "; kernel.panic is 0, so after a panic the machine stays "
					 "down until somebody resets it"
				       : "");
	else if (l->panicked)
		snprintf(out, size,
			 "the kernel panicked while kdump was armed, so the capture kernel failed "
			 "or was cut short; try it with \"kdumpctl test --crash\"");
	else
		snprintf(out, size,
			 "kdump was armed and no panic is on record: the power failed, the machine "
			 "was reset from outside, or the capture kernel did not get far; try it "
			 "with \"kdumpctl test --crash\"");
}

/* All watchdogs' bits: one that knows is enough. */
static unsigned watchdog_bits(const char *root)
{
	char path[FILES_PATH_MAX], file[NAME_MAX + 64];
	unsigned bits = 0;
	struct dirent *e;
	uint64_t v;
	DIR *d;

	d = files_path(root, "/sys/class/watchdog", path) == 0 ? opendir(path) : NULL;
	while (d && (e = readdir(d))) {
		if (strncmp(e->d_name, "watchdog", 8) != 0)
			continue;
		snprintf(file, sizeof(file), "/sys/class/watchdog/%s/bootstatus", e->d_name);
		if (files_read_number(root, file, &v) == 0)
			bits |= (unsigned)v;
	}
	if (d)
		closedir(d);
	fail_clear();
	return bits;
}

static int64_t panic_timeout(const char *root)
{
	uint64_t v;

	if (files_read_number(root, "/proc/sys/kernel/panic", &v) == 0)
		return (int64_t)v;
	fail_clear();
	return -1;
}

/* The directory below LOST_BOOT_DIR, or "" if it could not be saved. */
static void save_log(const struct ctl *ctl, const struct pstore_log *log, char dir[CTL_PATH_MAX])
{
	char file[CTL_PATH_MAX + 40], date[40];
	time_t when = (time_t)log->time;
	struct tm tm;

	strftime(date, sizeof(date), "%Y-%m-%d-%H:%M:%S", localtime_r(&when, &tm));
	snprintf(dir, CTL_PATH_MAX, "%s/pstore-%s", LOST_BOOT_DIR, date);
	snprintf(file, sizeof(file), "%s/vmcore-dmesg-incomplete.txt", dir);
	if (files_mkdir(ctl->root, dir, 0700) == 0 &&
	    files_write(ctl->root, file, 0600, log->text) == 0)
		return;
	warn("save the kernel log that pstore kept");
	dir[0] = '\0';
}

/* "fatal exception in x (CPU 1, ...)": the log's own words for what happened. */
static void cause_of(const struct pstore_log *log, char *out, size_t size)
{
	struct triage_report r;

	out[0] = '\0';
	if (log->text && triage_parse(log->text, log->len, &r) == 0)
		triage_line_of(&r, out, size);
	fail_clear();
}

static void report_lost(const struct ctl *ctl, const struct state_lost *lost, const char *reason)
{
	char dir[CTL_PATH_MAX + 20], why[MESSAGE_MAX + sizeof("KDUMP_WHY=")];
	const char *const fields[] = { why, dir, NULL };

	snprintf(dir, sizeof(dir), "KDUMP_DIRECTORY=%s", lost->log);
	text_set(why, sizeof(why), "KDUMP_WHY=%s", reason);
	message_event(MESSAGE_LOST, fields, lost->text);
	message_wall(lost->text);
	if (state_lost_write(ctl, lost) < 0)
		warn("remember the crash without a dump");
}

void lost_boot_report(const struct ctl *ctl, const struct boot_record *last, const char *looked)
{
	struct lost_boot l = {
		.armed = last->armed,
		.why_not = last->why_not,
		.watchdog = watchdog_bits(ctl->root),
		.panic = panic_timeout(ctl->root),
	};
	struct state_lost lost = { .time = time(NULL) };
	char reason[MESSAGE_MAX], cause[500], since[DATE_SIZE];
	struct pstore_log log;
	int rc = pstore_find(ctl->root, last->time, &log);

	if (rc < 0)
		warn("look for a kernel log in pstore");
	if (rc == 1)
		save_log(ctl, &log, lost.log);
	l.panicked = rc == 1 && strcmp(log.kind, "Panic") == 0;
	cause_of(&log, cause, sizeof(cause));
	lost_boot_reason(&l, reason, sizeof(reason));
	date_text(last->time, since);
	text_set(lost.text, sizeof(lost.text),
		 "the boot of %s did not end properly, and there is no dump of it%s%s: "
		 "%s%s%s%s%s",
		 since, looked[0] ? " on " : "", looked, reason, cause[0] ? "; its log says: " : "",
		 cause, lost.log[0] ? "; log: " : "", lost.log);
	report_lost(ctl, &lost, reason);
	free(log.text);
}

bool lost_boot_logs(const struct ctl *ctl, struct target_access *out)
{
	static const struct config_target here = { .kind = CONFIG_TARGET_PATH };
	struct ctl there = *ctl; /* borrows all but the path */

	there.config.path = LOST_BOOT_DIR;
	if (!files_exist(ctl->root, LOST_BOOT_DIR))
		return false;
	if (target_access_open(&there, &here, ACCESS_MOUNTED, out) < 0) {
		fail_clear();
		return false;
	}
	text_set(out->name, sizeof(out->name), "logs from pstore, %s", out->shown);
	return true;
}
