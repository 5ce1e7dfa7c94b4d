/* SPDX-License-Identifier: GPL-2.0-or-later */
/* added.c - make files that the capture could not save, from the saved core; check the dump */
#include "systemd/dumps/added.h"

#include "base/clock.h"
#include "base/beneath.h"
#include "base/err.h"
#include "base/io.h"
#include "base/run.h"
#include "base/util.h"
#include "systemd/dumps/dump_status.h"
#include "systemd/message.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECONDS_ALL   120
#define SECONDS_LEAST 5 /* with less time an attempt is pointless */
#define PATH_SIZE     160
#define NAME_SIZE     80
#define BY_HAND_MAX   256

static bool report_missing(const struct dump *d)
{
	return !d->has_report;
}

static bool log_missing(const struct dump *d)
{
	return !d->log[0];
}

static bool not_verified(const struct dump *d)
{
	return d->has_manifest && !d->verified[0];
}

/*
 * COLLECTOR OPTION CORE NAME makes it; with --json=BESIDE a second file, where there is one. Or of
 * all files of the directory: COLLECTOR OPTION --record DIRECTORY.
 */
static const struct kind {
	const char *name;
	const char *option;
	const char *beside; /* NULL: none */
	unsigned seconds;
	bool (*missing)(const struct dump *d);
	bool directory;
} kinds[] = {
	{ "vmcore-dmesg.txt", "--dump-dmesg", NULL, 60, log_missing, false },
	{ DUMP_REPORT_FILE, "--report", "vmcore-report.json", 60, report_missing, false },
	{ DUMP_VERIFIED_FILE, "--verify", NULL, 100, not_verified, true },
};

/* One attempt. */
struct attempt {
	const struct ctl *ctl;
	const struct dump *dump;
	const struct kind *kind;
	int dirfd; /* of the dump */
	unsigned seconds;
};

static bool is_missing(const struct kind *k, const struct dump *d)
{
	/* Of an encrypted core nothing can be made here. */
	bool readable = d->core[0] && !dump_is_sealed(d->core) && d->size > 0;

	return (readable || k->directory) && k->missing(d) && !dump_added_find(d, k->name);
}

bool added_missing(const struct target_access *p, const struct dump *d)
{
	for (unsigned i = 0; p->kind == ACCESS_DIR && i < ARRAY_SIZE(kinds); i++) {
		if (is_missing(&kinds[i], d))
			return true;
	}
	return false;
}

static struct json_object *file_json(const char *name, const char *core, const char *state,
				     const char *error)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "name", json_object_new_string(name));
	json_object_object_add(o, "from", json_object_new_string(core));
	json_object_object_add(o, "state", json_object_new_string(state));
	json_object_object_add(o, "time", json_object_new_int64(time(NULL)));
	json_object_object_add(o, "error", *error ? json_object_new_string(error) : NULL);
	return o;
}

/* Keep the entries of other files; this one's entry comes last. */
static struct json_object *mark_json(const struct attempt *a, enum dump_added_state state,
				     const char *error)
{
	struct json_object *o = json_object_new_object(), *files = json_object_new_array();
	const struct dump *d = a->dump;

	for (unsigned i = 0; i < d->nr_added; i++) {
		const struct dump_added *old = &d->added[i];

		if (strcmp(old->name, a->kind->name) != 0)
			json_object_array_add(files, file_json(old->name, d->core,
							       dump_added_state_name(old->state),
							       old->error));
	}
	json_object_array_add(files, file_json(a->kind->name, d->core, dump_added_state_name(state),
					       error));
	json_object_object_add(o, "version", json_object_new_int(1));
	json_object_object_add(o, "program", json_object_new_string("kdumpctl " KDUMP_VERSION));
	json_object_object_add(o, "files", files);
	return o;
}

/* Create a new file, mode 0600; remove what an earlier run left. */
static int create(int dirfd, const char *name)
{
	int fd;

	unlinkat(dirfd, name, 0);
	fd = open_beneath(dirfd, name, O_RDWR | O_CREAT | O_EXCL);
	return fd < 0 ? fail(fd, "create %s", name) : fd;
}

static int mark(const struct attempt *a, enum dump_added_state state, const char *error)
{
	static const char tmp[] = "." DUMP_ADDED_FILE ".part";
	struct json_object *o = mark_json(a, state, error);
	const char *text = json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY);
	int fd = create(a->dirfd, tmp), rc = fd < 0 ? fd : 0;

	if (rc == 0)
		rc = io_pwrite(fd, text, strlen(text), 0);
	if (rc == 0)
		rc = io_replace(fd, a->dirfd, tmp, DUMP_ADDED_FILE);
	if (fd >= 0)
		close(fd);
	if (rc < 0)
		unlinkat(a->dirfd, tmp, 0);
	json_object_put(o);
	return rc < 0 ? fail(rc, "%s", DUMP_ADDED_FILE) : 0;
}

/* Opens the core itself, never the target of a link. */
static int open_core(const struct attempt *a)
{
	int fd = open_beneath(a->dirfd, a->dump->core, O_RDONLY | O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return fail(fd, "open %s", a->dump->core);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return fail(-EINVAL, "%s is not a regular file", a->dump->core);
}

/* A name in the directory that is held open, even if its path changes. */
static void path_of(const struct attempt *a, const char *name, char out[PATH_SIZE])
{
	snprintf(out, PATH_SIZE, "/proc/%ld/fd/%d/%s", (long)getpid(), a->dirfd, name);
}

static void part_name(const char *name, char out[NAME_SIZE])
{
	snprintf(out, NAME_SIZE, ".%.60s.part", name);
}

static int run_collector(const struct attempt *a, int core)
{
	char part[NAME_SIZE], out[PATH_SIZE], beside[PATH_SIZE], json[PATH_SIZE + 8];
	const char *const argv[] = { a->ctl->collector,
				     a->kind->option,
				     "/proc/self/fd/0",
				     out,
				     a->kind->beside ? json : NULL,
				     NULL };

	part_name(a->kind->name, part);
	path_of(a, part, out);
	if (a->kind->beside) {
		part_name(a->kind->beside, part);
		path_of(a, part, beside);
		snprintf(json, sizeof(json), "--json=%s", beside);
	}
	message_busy(a->seconds + 60);
	return run_must(&(struct run_cfg){
		.argv = argv, .timeout_ms = a->seconds * 1000, .in = RUN_FD(core) });
}

/* replace: a file of that name that is there already goes. */
static int publish(const struct attempt *a, const char *name, bool replace)
{
	char part[NAME_SIZE];
	struct stat st;
	int fd, rc = 0;

	part_name(name, part);
	fd = open_beneath(a->dirfd, part, O_RDONLY);
	if (fd < 0)
		return fail(fd, "open %s", part);
	if (fstat(fd, &st) < 0 || fchmod(fd, 0600) < 0)
		rc = fail(-errno, "%s", part);
	else if (st.st_size == 0)
		rc = fail(-ENODATA, "it would be empty");
	else
		rc = replace ? io_replace(fd, a->dirfd, part, name)
			     : io_publish_new(fd, a->dirfd, part, name);
	close(fd);
	return rc;
}

/*
 * What an earlier attempt left, or this one: the collector's output has another name until it is
 * whole. The collector creates the second file anew, too.
 */
static int remove_parts(const struct attempt *a)
{
	char part[NAME_SIZE], open[NAME_SIZE + 16];

	part_name(a->kind->name, part);
	snprintf(open, sizeof(open), "%s-incomplete", part);
	unlinkat(a->dirfd, part, 0);
	unlinkat(a->dirfd, open, 0);
	if (!a->kind->beside)
		return 0;
	part_name(a->kind->beside, part);
	return unlinkat(a->dirfd, part, 0) < 0 && errno != ENOENT ? fail(-errno, "remove %s", part)
								  : 0;
}

static int make(const struct attempt *a)
{
	int core = open_core(a), rc = core < 0 ? core : remove_parts(a);

	if (rc == 0)
		rc = run_collector(a, core);
	if (core >= 0)
		close(core);
	if (rc == 0 && a->kind->beside)
		rc = publish(a, a->kind->beside, true);
	if (rc == 0)
		rc = publish(a, a->kind->name, false);
	if (rc < 0 && core >= 0) {
		struct err_saved saved;

		err_save(&saved, rc);
		(void)remove_parts(a);
		err_restore(&saved);
	}
	return rc;
}

/* "kdump-collect --dump-dmesg vmcore vmcore-dmesg.txt", for a person in the dump's directory. */
static const char *by_hand(const struct attempt *a, char out[BY_HAND_MAX])
{
	if (a->kind->directory)
		snprintf(out, BY_HAND_MAX, "kdump-collect --verify --record .");
	else
		snprintf(out, BY_HAND_MAX, "kdump-collect %s %s %s", a->kind->option, a->dump->core,
			 a->kind->name);
	return out;
}

/* 0: the record is written, whatever it says. It ends with 1 for damage, 3 for a part of a dump. */
static int verify(const struct attempt *a, int *status)
{
	char dir[PATH_SIZE], reason[RUN_LINE_MAX];
	const char *const argv[] = { a->ctl->collector, "--verify", "--record", dir, NULL };
	struct run_result result;
	int rc;

	path_of(a, "", dir);
	message_busy(a->seconds + 60);
	rc = run_program(&(struct run_cfg){ .argv = argv,
					    .out = RUN_KEEP,
					    .err = RUN_AS_OUT,
					    .timeout_ms = a->seconds * 1000 },
			 &result);
	*status = result.exit_code;
	/* What it leaves when it is killed; it is not tried again. */
	unlinkat(a->dirfd, "." DUMP_VERIFIED_FILE ".new", 0);
	if (rc == 0 && faccessat(a->dirfd, DUMP_VERIFIED_FILE, F_OK, 0) < 0)
		rc = fail(-EIO, "%s", run_reason(&result, reason));
	run_result_fini(&result);
	return rc;
}

static int make_or_verify(const struct attempt *a, const struct target_access *p)
{
	int status = 0, rc = a->kind->directory ? verify(a, &status) : make(a);

	if (rc < 0)
		return rc;
	if (!a->kind->directory)
		message_info("the capture saved no %s: made it from %s/%s/%s", a->kind->name,
			     p->shown, a->dump->name, a->dump->core);
	else if (status == 0 || status == 3)
		message_info("%s/%s: every file is as the capture wrote it", p->shown,
			     a->dump->name);
	else
		message_warn("%s/%s is damaged: files are not as the capture wrote them; "
			     "\"kdump-collect --verify %s/%s\" says which",
			     p->shown, a->dump->name, p->shown, a->dump->name);
	return 0;
}

static void try(const struct attempt *a, const struct target_access *p)
{
	const struct dump *d = a->dump;
	char error[ERR_MESSAGE_MAX] = "", command[BY_HAND_MAX];

	/* Without a record it would be tried at every start. */
	if (mark(a, DUMP_ADDED_TRIED, "") < 0) {
		message_warn("%s of %s/%s cannot be made: %s", a->kind->name, p->shown, d->name,
			     fail_text());
		fail_clear();
		return;
	}
	if (make_or_verify(a, p) < 0) {
		snprintf(error, sizeof(error), "%s", fail_text());
		message_warn(
			"%s cannot be made from %s/%s/%s: %s; no further attempt is made; by hand: "
			"%s",
			a->kind->name, p->shown, d->name, d->core, error, by_hand(a, command));
		fail_clear();
	}
	if (mark(a, error[0] ? DUMP_ADDED_FAILED : DUMP_ADDED_COMPLETE, error) < 0) {
		message_warn("%s/%s: %s", p->shown, d->name, fail_text());
		fail_clear();
	}
}

static int open_dump(const struct target_access *p, const struct dump *d)
{
	int parent = open(p->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd;

	if (parent < 0)
		return fail(-errno, "open %s", p->shown);
	fd = open_beneath(parent, d->name, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		fail(fd, "open %s/%s", p->shown, d->name);
	close(parent);
	return fd;
}

time_t added_end(void)
{
	return (time_t)(clock_ns() / CLOCK_NS_PER_S) + SECONDS_ALL;
}

void added_make(const struct ctl *ctl, const struct target_access *p, const struct dump *d,
		time_t end)
{
	struct attempt a = { .ctl = ctl, .dump = d, .dirfd = open_dump(p, d) };
	char command[BY_HAND_MAX];

	if (a.dirfd < 0) {
		message_warn("%s", fail_text());
		fail_clear();
		return;
	}
	for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
		time_t left = end - (time_t)(clock_ns() / CLOCK_NS_PER_S);

		if (!is_missing(&kinds[i], d))
			continue;
		a.kind = &kinds[i];
		if (left < SECONDS_LEAST) {
			message_warn("no time left to make %s of %s/%s; by hand: %s", a.kind->name,
				     p->shown, d->name, by_hand(&a, command));
			continue;
		}
		a.seconds = left < a.kind->seconds ? (unsigned)left : a.kind->seconds;
		try(&a, p);
	}
	close(a.dirfd);
}
