/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_split.c - a dump in several files: whole together or not at all, and joined again */
#include "save.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "base/log.h"
#include "check.h"
#include "codec/codec.h"
#include "fixture.h"
#include "save_case.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILES 3

static char dir[TEMP_DIR_MAX], name[FILES + 2][96];
static const char *const member[FILES] = { name[0], name[1], name[2] };
static const char *const whole = name[FILES], *const joined = name[FILES + 1];

static void open_machine(struct save_case *m)
{
	save_case_open(m);
	strcpy(dir, m->dir);
	for (unsigned i = 0; i < FILES + 2; i++)
		snprintf(name[i], sizeof(name[i]), "%s/%u", dir, i);
	m->cfg.member = member;
	m->cfg.nr_members = FILES;
	m->cfg.level = 17;
	m->cfg.codec = codec_at(0);
	m->cfg.codec_level = m->cfg.codec ? m->cfg.codec->default_level : 0;
}

static bool there(const char *path)
{
	return access(path, F_OK) == 0;
}

static const char *marked_name(unsigned i)
{
	static char path[sizeof(name)];

	snprintf(path, sizeof(path), "%s/%u-incomplete", dir, i);
	return path;
}

static void close_machine(struct save_case *m)
{
	for (unsigned i = 0; i < FILES + 2; i++) {
		unlink(name[i]);
		unlink(marked_name(i));
	}
	save_case_close(m);
}

static struct dump_header header_of(const char *file)
{
	struct dump_header h;
	int fd = open(file, O_RDONLY);

	CHECK(fd >= 0 && read(fd, &h, sizeof(h)) == sizeof(h));
	close(fd);
	return h;
}

static bool same_bytes(const char *a, const char *b)
{
	static char x[65536], y[65536];
	int fa = open(a, O_RDONLY), fb = open(b, O_RDONLY);
	ssize_t n;

	CHECK(fa >= 0 && fb >= 0);
	do {
		n = read(fa, x, sizeof(x));
		if (read(fb, y, sizeof(y)) != n || (n > 0 && memcmp(x, y, (size_t)n) != 0))
			n = -1;
	} while (n > 0);
	close(fa);
	close(fb);
	return n == 0;
}

/* Join parts in the order of numbers into the file joined. */
static int join(struct save_case *m, const char *numbers)
{
	const char *part[FILES];
	struct save_result r;
	struct save s;
	unsigned nr = 0;
	int rc;

	for (; numbers[nr]; nr++)
		part[nr] = name[numbers[nr] - '0'];
	CHECK_EQ(save_open(part, nr, NULL, NULL, &s), 0);
	rc = save_dump(&s,
		       &(struct save_cfg){ .dump = joined,
					   .as_stored = true,
					   .codec = m->cfg.codec,
					   .codec_level = m->cfg.codec_level,
					   .progress = &m->progress },
		       &r);
	CHECK_EQ(r.complete, nr == FILES);
	save_close(&s);
	return rc;
}

TEST(split_and_joined_it_is_the_same_dump)
{
	for (int threads = 0; threads < 8; threads += 7) {
		struct save_case m;

		open_machine(&m);
		m.cfg.nr_threads = threads;
		CHECK_EQ(save_dump(&m.s, &m.cfg, &m.r), 0);
		CHECK(m.r.complete && m.r.begun && m.r.counts.done == m.r.counts.keep);
		for (unsigned i = 1; i < FILES; i++) {
			struct dump_header a = header_of(name[0]), b = header_of(name[i]);

			CHECK_MEM(&a, &b, sizeof(a)); /* readers insist on it */
			CHECK(!(a.status & DUMP_INCOMPLETE));
		}
		m.cfg.nr_members = 0;
		m.cfg.dump = whole;
		CHECK_EQ(save_dump(&m.s, &m.cfg, &m.r), 0);
		CHECK_EQ(join(&m, "201"), 0);
		CHECK(same_bytes(whole, joined));
		close_machine(&m);
	}
}

/* Give what is in the file to whoever opens the FIFO that takes its place. */
static pid_t make_fifo(const char *path)
{
	char command[1024];
	pid_t pid;

	snprintf(command, sizeof(command), "mv %s %s.file && mkfifo %s", path, path, path);
	CHECK_EQ(system(command), 0);
	pid = fork();
	if (pid != 0)
		return pid;
	snprintf(command, sizeof(command), "cat %s.file >%s; rm %s.file", path, path, path);
	_exit(system(command) ? 1 : 0);
}

/* Each file of a split dump may come as a dump in one file may. */
TEST(joined_from_what_is_packed_and_from_pipes)
{
	char command[1024];
	struct save_case m;
	int status;
	pid_t pid;

	open_machine(&m);
	CHECK_EQ(save_dump(&m.s, &m.cfg, &m.r), 0);
	m.cfg.nr_members = 0;
	m.cfg.dump = whole;
	CHECK_EQ(save_dump(&m.s, &m.cfg, &m.r), 0);
	snprintf(command, sizeof(command), "gzip %s && mv %s.gz %s && xz %s && mv %s.xz %s",
		 name[0], name[0], name[0], name[2], name[2], name[2]);
	CHECK_EQ(system(command), 0);
	pid = make_fifo(name[1]);
	CHECK_EQ(join(&m, "210"), 0);
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	CHECK(same_bytes(whole, joined));
	close_machine(&m);
}

TEST(a_missing_file_makes_an_incomplete_dump)
{
	struct save_case m;

	open_machine(&m);
	CHECK_EQ(save_dump(&m.s, &m.cfg, &m.r), 0);
	CHECK_EQ(join(&m, "02"), 0);
	CHECK(!there(joined));
	CHECK(header_of(marked_name(FILES + 1)).status & DUMP_INCOMPLETE);
	close_machine(&m);
}

TEST(nothing_stays_if_one_cannot_be_made)
{
	struct save_case m;

	open_machine(&m);
	close(open(member[2], O_WRONLY | O_CREAT, 0600));
	CHECK_EQ(save_dump(&m.s, &m.cfg, &m.r), -EEXIST);
	CHECK(!m.r.begun && !there(member[0]) && !there(marked_name(0)));
	close_machine(&m);
}

/* The disk is full for the last file: what the others have is kept, and all say it is not all. */
TEST(one_that_fails_marks_all)
{
	struct rlimit old, limit;
	struct save_case m;
	int rc;

	CHECK_EQ(getrlimit(RLIMIT_FSIZE, &old), 0);
	signal(SIGXFSZ, SIG_IGN);
	open_machine(&m);
	m.cfg.codec = NULL;
	m.cfg.level = 0;
	limit = (struct rlimit){ 280000, old.rlim_max };
	CHECK_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
	rc = save_dump(&m.s, &m.cfg, &m.r);
	CHECK_EQ(setrlimit(RLIMIT_FSIZE, &old), 0);
	CHECK_EQ(rc, -EFBIG);
	CHECK(m.r.begun && !m.r.complete && m.r.counts.done > 0);
	CHECK_OP(m.r.counts.done, <, m.r.counts.keep);
	for (unsigned i = 0; i < FILES; i++) {
		CHECK(!there(name[i]));
		CHECK(header_of(marked_name(i)).status & DUMP_INCOMPLETE);
	}
	close_machine(&m);
}

static void take_the_name(void *arg)
{
	(void)arg;
	close(open(member[1], O_WRONLY | O_CREAT, 0600));
}

TEST(one_that_cannot_be_named_marks_all)
{
	struct save_case m;

	open_machine(&m);
	m.cfg.phase_done = take_the_name;
	CHECK_EQ(save_dump(&m.s, &m.cfg, &m.r), -EEXIST);
	CHECK(!m.r.complete && m.r.begun);
	CHECK(header_of(marked_name(1)).status & DUMP_INCOMPLETE);
	CHECK(header_of(marked_name(2)).status & DUMP_INCOMPLETE);
	CHECK(!there(member[0])); /* it had its name already */
	CHECK(header_of(marked_name(0)).status & DUMP_INCOMPLETE);
	close_machine(&m);
}

TEST(with_a_limit_it_marks_all_too)
{
	struct save_case m;

	open_machine(&m);
	m.cfg.size_limit = 1ull << 40;
	m.cfg.phase_done = take_the_name;
	CHECK_EQ(save_dump(&m.s, &m.cfg, &m.r), -EEXIST);
	CHECK(!there(member[0]));
	CHECK(header_of(marked_name(0)).status & DUMP_INCOMPLETE);
	close_machine(&m);
}

/* This one file cannot be synced, in place of the C library's answer; NULL: all can. */
static const char *bad_disk;

int fdatasync(int fd)
{
	struct stat a, b;

	if (bad_disk && fstat(fd, &a) == 0 && stat(bad_disk, &b) == 0 && a.st_ino == b.st_ino) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

/* Pages of one file of the split dump that can be read. */
static uint64_t pages_in(struct save_case *m, const char *part)
{
	struct save_cfg cfg = { .dump = joined, .as_stored = true, .progress = &m->progress };
	struct save_result r;
	struct save s;

	cfg.codec = m->cfg.codec;
	cfg.codec_level = m->cfg.codec_level;
	cfg.overwrite = true;
	CHECK_EQ(save_open(&part, 1, NULL, NULL, &s), 0);
	CHECK_EQ(save_dump(&s, &cfg, &r), 0);
	save_close(&s);
	unlink(joined);
	unlink(marked_name(FILES + 1));
	return r.counts.done - r.counts.missing;
}

/* The others have all their pages, those that are written last, too. */
TEST(one_that_cannot_be_synced_costs_the_others_nothing)
{
	uint64_t pages[FILES];
	struct save_case m;
	char first[512];

	open_machine(&m);
	CHECK_EQ(save_dump(&m.s, &m.cfg, &m.r), 0);
	for (unsigned i = 1; i < FILES; i++)
		pages[i] = pages_in(&m, name[i]);
	snprintf(first, sizeof(first), "%s", marked_name(0));
	bad_disk = first;
	m.cfg.overwrite = true;
	CHECK_EQ(save_dump(&m.s, &m.cfg, &m.r), -EIO);
	bad_disk = NULL;
	CHECK(strstr(fail_text(), name[0]) != NULL);
	CHECK(m.r.begun && !m.r.complete);
	for (unsigned i = 1; i < FILES; i++) {
		CHECK(header_of(marked_name(i)).status & DUMP_INCOMPLETE);
		CHECK_OP(pages[i], >, 0);
		CHECK_EQ(pages_in(&m, marked_name(i)), pages[i]);
	}
	close_machine(&m);
}

/* 40 MiB are 20 blocks of 2 MiB: each file must get one with pages. */
TEST(too_many_files)
{
	static char many[64][128];
	const char *names[64];
	struct save_case m;

	open_machine(&m);
	for (unsigned i = 0; i < 64; i++) {
		snprintf(many[i], sizeof(many[i]), "%s/m%u", dir, i);
		names[i] = many[i];
	}
	m.cfg.member = names;
	m.cfg.nr_members = 64;
	CHECK_EQ(save_dump(&m.s, &m.cfg, &m.r), -EINVAL);
	CHECK(strstr(fail_text(), "too few for 64 files") != NULL);
	close_machine(&m);
}

/* The free space of every file system, in place of the C library's answer. */
static uint64_t space_free = UINT64_MAX >> 1;

int statvfs(const char *path, struct statvfs *out)
{
	(void)path;
	*out = (struct statvfs){ .f_frsize = 1, .f_bavail = space_free };
	return 0;
}

static unsigned warnings;

static void count_warning(void *arg, enum log_kind kind, const char *line)
{
	(void)arg;
	warnings += kind == LOG_ERROR && strstr(line, "likely to be cut short") != NULL;
}

/* Each file alone would fit where all of them together do not; one warning for one disk. */
TEST(the_space_is_checked_for_all_files_together)
{
	struct save_case m;
	uint64_t size;

	open_machine(&m);
	log_watch(count_warning, NULL);
	CHECK_EQ(save_dump(&m.s, &m.cfg, &m.r), 0);
	CHECK_EQ(warnings, 0);
	size = m.r.bytes_written;
	m.cfg.overwrite = true;
	space_free = size / 2;
	CHECK_EQ(save_dump(&m.s, &m.cfg, &m.r), 0);
	CHECK_EQ(warnings, 1);
	space_free = 8 * size; /* descriptors have space for all pages in each file */
	CHECK_EQ(save_dump(&m.s, &m.cfg, &m.r), 0);
	CHECK_EQ(warnings, 1);
	log_watch(NULL, NULL);
	close_machine(&m);
}

RUN(the_space_is_checked_for_all_files_together, split_and_joined_it_is_the_same_dump,
    joined_from_what_is_packed_and_from_pipes, a_missing_file_makes_an_incomplete_dump,
    nothing_stays_if_one_cannot_be_made, one_that_fails_marks_all,
    one_that_cannot_be_named_marks_all, with_a_limit_it_marks_all_too,
    one_that_cannot_be_synced_costs_the_others_nothing, too_many_files)
