/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump_info.c - one saved dump, described from its files */
#include "systemd/dumps/dump_info.h"

#include "base/text.h"
#include "base/util.h"
#include "systemd/dumps/dump_status.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define TEST_PREFIX "kdump-test-"

/* "PREFIX.202611211403", as Debian's kdump-tools names its files. */
static bool is_stamped(const char *file, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(file, prefix, n) == 0 && file[n] == '.' &&
	       strspn(file + n + 1, "0123456789") == 12 && !file[n + 13];
}

/* "dmesg.txt": openSUSE's kdump. */
static bool is_log(const char *file)
{
	return strcmp(file, "vmcore-dmesg.txt") == 0 ||
	       strcmp(file, "vmcore-dmesg-incomplete.txt") == 0 ||
	       strcmp(file, "vmcore-dmesg.txt.age") == 0 ||
	       strcmp(file, "vmcore-dmesg.txt.age-incomplete") == 0 ||
	       strcmp(file, "dmesg.txt") == 0 || is_stamped(file, "dmesg");
}

/* vmcore, vmcore.flat, and both with -incomplete before or after .flat; those of kdump-tools. */
static bool is_core(const char *file)
{
	if (is_stamped(file, "dump") || strcmp(file, "dump-incomplete") == 0)
		return true;
	return strncmp(file, "vmcore", 6) == 0 &&
	       (!file[6] || file[6] == '.' || strncmp(file + 6, "-incomplete", 11) == 0);
}

bool dump_is_sealed(const char *file)
{
	const char *end = strstr(file, ".age");

	return end && (!end[4] || strcmp(end + 4, "-incomplete") == 0);
}

static bool is_report(const char *file)
{
	return strcmp(file, DUMP_REPORT_FILE) == 0 || strcmp(file, DUMP_REPORT_FILE ".age") == 0;
}

bool dump_wants(const char *file, bool *tail)
{
	*tail = is_log(file) || is_report(file) || strcmp(file, DUMP_STATUS_FILE) == 0 ||
		strcmp(file, DUMP_ADDED_FILE) == 0 || strcmp(file, DUMP_VERIFIED_FILE) == 0 ||
		strcmp(file, DUMP_MANIFEST_FILE) == 0;
	return *tail || is_core(file);
}

/* YYYY-MM-DD-HH:MM:SS, or without seconds, or -HH-MM or all digits as other programs write it. */
int64_t dump_name_time(const char *name)
{
	static const char *const formats[] = { "%Y-%m-%d-%H:%M:%S", "%Y-%m-%d-%H:%M",
					       "%Y-%m-%d-%H-%M", "%Y%m%d%H%M" };

	for (const char *s = name; *s; s++) {
		if (s != name && s[-1] != '-')
			continue;
		for (unsigned i = 0; i < ARRAY_SIZE(formats); i++) {
			struct tm tm = { .tm_isdst = -1 };
			const char *end = strptime(s, formats[i], &tm);

			if (end && (!*end || *end == '-'))
				return mktime(&tm);
		}
	}
	return 0;
}

void dump_init(struct dump *d, const char *name)
{
	*d = (struct dump){ .time = dump_name_time(name), .level_asked = -1, .level_saved = -1 };
	snprintf(d->name, sizeof(d->name), "%s", name);
	d->test = strncmp(name, TEST_PREFIX, strlen(TEST_PREFIX)) == 0;
	d->panic.cpu = d->panic.pid = -1;
}

/* The crash itself, not the saving of the dump. */
static void take_info(struct dump *d, const struct core_info *info)
{
	d->info = *info;
	if (info->release[0])
		snprintf(d->release, sizeof(d->release), "%s", info->release);
	if (info->time)
		d->time = info->time;
}

void dump_more(struct dump *d, const void *data, size_t len)
{
	struct core_info info;

	core_info_read(data, len, &info);
	take_info(d, &info);
}

/* A sparse file that nothing was written to, or whose content the file system lost. */
static bool is_empty(const unsigned char *data, size_t len)
{
	size_t i = 0;

	while (i < len && data[i] == 0)
		i++;
	return i == len;
}

static void take_core(struct dump *d, const char *file, uint64_t size, const void *data, size_t len)
{
	bool whole = !strstr(file, "incomplete"), unread = len == 0 && dump_is_sealed(file);
	struct core_info info;

	/* A complete core counts before an incomplete one. */
	if (d->core[0] && !whole)
		return;
	snprintf(d->core, sizeof(d->core), "%s", file);
	d->size = size;
	core_info_read(data, len, &info);
	take_info(d, &info);
	if (size == 0)
		return;
	if (unread)
		info.incomplete = false;
	else if (is_empty(data, len))
		dump_error(d, "%s begins with zeros: its content is lost or was never written",
			   file);
	d->state = whole && !info.incomplete && (unread || !is_empty(data, len))
			   ? DUMP_STATE_COMPLETE
			   : DUMP_STATE_PARTIAL;
}

/* An encrypted one that was not opened has a size, and no bytes. */
static void take_sealed_log(struct dump *d, const char *file)
{
	if (!strstr(file, "incomplete"))
		snprintf(d->log, sizeof(d->log), "%s", file);
	d->sealed_log = true;
	if (d->state == DUMP_STATE_NOTHING)
		d->state = DUMP_STATE_LOG;
}

static void take_log(struct dump *d, const char *file, const char *data, size_t len)
{
	if (len > 0 && !strstr(file, "incomplete"))
		snprintf(d->log, sizeof(d->log), "%s", file);
	d->has_log = d->has_log || len > 0;
	/* Out of memory means no report, but the dump is still listed. */
	if (triage_parse(data, len, &d->panic) < 0)
		d->panic = (struct triage_report){ .pid = -1, .cpu = -1 };
	if (!d->release[0])
		core_release(d->panic.release, sizeof(d->panic.release), d->release);
	if (d->state == DUMP_STATE_NOTHING && len > 0)
		d->state = DUMP_STATE_LOG;
}

static void take_report(struct dump *d, const char *file, uint64_t size)
{
	d->has_report = size > 0;
	d->sealed_report = size > 0 && dump_is_sealed(file);
}

void dump_file(struct dump *d, const char *file, uint64_t size, int64_t mtime, const void *data,
	       size_t len)
{
	if (is_core(file))
		take_core(d, file, size, data, len);
	else if (is_log(file) && len == 0 && size > 0 && dump_is_sealed(file))
		take_sealed_log(d, file);
	else if (is_log(file))
		take_log(d, file, data, len);
	else if (is_report(file))
		take_report(d, file, size);
	else if (strcmp(file, DUMP_STATUS_FILE) == 0)
		dump_take_status(d, data, len);
	else if (strcmp(file, DUMP_ADDED_FILE) == 0)
		dump_take_added(d, data, len);
	else if (strcmp(file, DUMP_VERIFIED_FILE) == 0)
		dump_take_verified(d, data, len);
	else if (strcmp(file, DUMP_MANIFEST_FILE) == 0)
		d->has_manifest = size > 0;
	else
		return;
	if (d->time == 0)
		d->time = mtime;
}

bool dump_as_asked(const struct dump *d)
{
	bool other = d->level_saved >= 0 && d->level_asked != d->level_saved;

	return d->state == DUMP_STATE_COMPLETE && !other;
}

static const char *state_name(enum dump_state state)
{
	static const char *const names[] = {
		[DUMP_STATE_NOTHING] = "nothing",
		[DUMP_STATE_LOG] = "log only",
		[DUMP_STATE_PARTIAL] = "incomplete",
		[DUMP_STATE_COMPLETE] = "complete",
	};

	return names[state];
}

static void put_state(struct dump *d)
{
	const size_t size = sizeof(d->state_text);

	if (d->state != DUMP_STATE_COMPLETE || dump_as_asked(d))
		snprintf(d->state_text, size, "%s", state_name(d->state));
	else if (d->level_asked >= 0)
		snprintf(d->state_text, size, "complete at level %d instead of %d", d->level_saved,
			 d->level_asked);
	else
		snprintf(d->state_text, size, "complete at level %d, not core_collector's",
			 d->level_saved);
}

/* kdump-tools and openSUSE's kdump write no status, and name their files in their own way. */
static bool is_other_programs(const struct dump *d)
{
	return strncmp(d->core, "dump", 4) == 0 || strncmp(d->log, "dmesg", 5) == 0;
}

/* What was read from core and log comes first. */
static void use_status(struct dump *d)
{
	if (!d->panic.reason[0] && d->reported.reason[0]) {
		text_set(d->panic.reason, sizeof(d->panic.reason), "%s", d->reported.reason);
		text_set(d->panic.fingerprint, sizeof(d->panic.fingerprint), "%s",
			 d->reported.fingerprint);
		d->panic.fatal = d->reported.fatal;
	}
	if (!d->release[0])
		text_set(d->release, sizeof(d->release), "%s", d->reported.release);
	if (!d->info.time && d->reported.time)
		d->time = d->reported.time;
}

bool dump_end(struct dump *d)
{
	put_state(d);
	use_status(d);
	/*
	 * There may be other directories beside the dumps; without a core or log only our names are
	 * dumps.
	 */
	if (!d->core[0] && d->state == DUMP_STATE_NOTHING && !d->test)
		return false;
	if (!d->has_status && !is_other_programs(d))
		dump_error(d,
			   DUMP_STATUS_FILE " is missing: another program made this dump, or the "
					    "capture could not write it");
	return true;
}

void dump_panic_text(const struct dump *d, char *out, size_t size)
{
	bool known = d->has_log || d->panic.reason[0];
	const char *and = known ? "; " : "";

	out[0] = '\0';
	if (known)
		triage_line_of(&d->panic, out, size);
	if (d->has_log)
		return;
	if (d->sealed_log && d->seal_error[0])
		text_add(out, size, "%ssealed, and not opened: %s", and, d->seal_error);
	else if (d->sealed_log)
		text_add(out, size, "%ssealed, see \"kdumpctl show --identity FILE\"", and);
	else if (!known)
		text_add(out, size, "unknown, there is no kernel log");
}

void dump_state_text(const struct dump *d, char *out, size_t size)
{
	const char *how = d->state == DUMP_STATE_COMPLETE ? ", with errors: " : ": ";

	snprintf(out, size, "%s%s%s", d->state_text, d->error[0] ? how : "", d->error);
}
