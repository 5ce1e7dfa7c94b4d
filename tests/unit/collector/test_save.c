/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_save.c - a core through all stages: name and header agree, and useless files go */
#include "save.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "base/log.h"
#include "check.h"
#include "fixture.h"
#include "save_case.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

static char path[128], part[160];

static void open_machine(struct save_case *m)
{
	save_case_open(m);
	snprintf(path, sizeof(path), "%s/vmcore", m->dir);
	snprintf(part, sizeof(part), "%s-incomplete", path);
	m->cfg.dump = path;
	m->cfg.level = 31;
}

static void close_machine(struct save_case *m)
{
	unlink(path);
	unlink(part);
	save_case_close(m);
}

/* The header of a file: is it marked as incomplete? */
static bool is_marked(const char *file)
{
	struct dump_header h;
	int fd = open(file, O_RDONLY);

	CHECK(fd >= 0 && read(fd, &h, sizeof(h)) == sizeof(h));
	close(fd);
	return h.status & DUMP_INCOMPLETE;
}

TEST(whole)
{
	struct save_case m;

	open_machine(&m);
	CHECK_EQ(save_dump(&m.s, &m.cfg, &m.r), 0);
	CHECK(m.r.complete && m.r.begun);
	CHECK(!is_marked(path));
	CHECK_OP(access(part, F_OK), <, 0);
	close_machine(&m);
}

static void take_the_name(void *arg)
{
	(void)arg;
	close(open(path, O_WRONLY | O_CREAT, 0600));
}

/* All is written and synced, but it cannot have its name: then its header says so, too. */
TEST(a_dump_that_cannot_be_named)
{
	struct save_case m;

	open_machine(&m);
	m.cfg.phase_done = take_the_name;
	CHECK_EQ(save_dump(&m.s, &m.cfg, &m.r), -EEXIST);
	CHECK(!m.r.complete && m.r.begun);
	CHECK(strstr(fail_text(), "cannot be named") != NULL);
	CHECK(is_marked(part));
	close_machine(&m);
}

/* A limit within what every reader needs: nothing is left that would kill one. */
TEST(a_useless_file_is_removed)
{
	const rlim_t limits[] = { 100, 5000, 9000 };
	struct rlimit old;
	struct save_case m;

	CHECK_EQ(getrlimit(RLIMIT_FSIZE, &old), 0);
	signal(SIGXFSZ, SIG_IGN);
	for (size_t i = 0; i < 3; i++) {
		struct rlimit limit = { limits[i], old.rlim_max };
		int rc;

		open_machine(&m);
		CHECK_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
		rc = save_dump(&m.s, &m.cfg, &m.r);
		CHECK_EQ(setrlimit(RLIMIT_FSIZE, &old), 0);
		CHECK_EQ(rc, -EFBIG);
		CHECK(!m.r.begun);
		CHECK(access(part, F_OK) < 0 && access(path, F_OK) < 0);
		close_machine(&m);
	}
}

/* A child that reads the pipe: its end is 1 if the last 16 bytes are an end mark, else 0. */
static pid_t read_pipe(void)
{
	static unsigned char buf[65536 + 16], mark[16];
	size_t have = 0;
	ssize_t n;
	pid_t pid;
	int fd;

	CHECK_EQ(mkfifo(path, 0600), 0);
	pid = fork();
	CHECK_OP(pid, >=, 0);
	if (pid > 0)
		return pid;
	memset(mark, 0xff, sizeof(mark));
	fd = open(path, O_RDONLY);
	while ((n = read(fd, buf + have, 65536)) > 0) {
		have += (size_t)n;
		if (have > 16)
			memmove(buf, buf + have - 16, 16);
		have = have < 16 ? have : 16;
	}
	_exit(memcmp(buf, mark, 16) == 0);
}

static int ended(pid_t reader)
{
	int status = 0;

	CHECK_EQ(waitpid(reader, &status, 0), reader);
	CHECK(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* What its reader has cannot be taken back: a second dump behind it would be read as a part. */
TEST(into_a_pipe_only_the_first_level_goes)
{
	const unsigned next[] = { 31 };
	struct save_case m;
	pid_t reader;

	open_machine(&m);
	signal(SIGPIPE, SIG_IGN);
	reader = read_pipe();
	m.cfg.level = 0;
	m.cfg.next_level = next;
	m.cfg.nr_next_levels = 1;
	m.cfg.size_limit = 280000;
	CHECK_EQ(save_dump(&m.s, &m.cfg, &m.r), -ENOSPC);
	CHECK(m.r.begun && !m.r.complete && m.r.level == 0);
	CHECK_EQ(ended(reader), 1); /* readers want the end of the stream */
	close_machine(&m);
}

/* An ELF core too: as many of its pages as fit, and the end of the stream. */
TEST(a_core_in_a_stream_up_to_a_limit)
{
	struct save_case m;
	uint64_t nr_before = 0;

	signal(SIGPIPE, SIG_IGN);
	for (uint64_t limit = 28000; limit < 44000; limit += 4096) {
		pid_t reader;

		open_machine(&m);
		reader = read_pipe();
		m.cfg.elf = true;
		m.cfg.size_limit = limit;
		CHECK_EQ(save_dump(&m.s, &m.cfg, &m.r), -ENOSPC);
		fail_clear();
		CHECK(m.r.begun && !m.r.complete);
		CHECK_OP(m.r.counts.done, >, nr_before);
		nr_before = m.r.counts.done;
		CHECK_EQ(ended(reader), 1);
		close_machine(&m);
	}
}

static unsigned warnings;

static void count_warning(void *arg, enum log_kind kind, const char *line)
{
	(void)arg;
	warnings += kind == LOG_ERROR && strstr(line, "likely to be cut short") != NULL;
}

/* Every file system is full, in place of the C library's answer. */
int statvfs(const char *dir, struct statvfs *out)
{
	(void)dir;
	*out = (struct statvfs){ .f_frsize = 1, .f_bavail = 1 };
	return 0;
}

/* How full the file system is in which the pipe has its name does not matter. */
TEST(the_space_is_checked_for_files_only)
{
	struct save_case m;

	for (int into_pipe = 0; into_pipe < 2; into_pipe++) {
		pid_t reader = 0;

		open_machine(&m);
		signal(SIGPIPE, SIG_IGN);
		if (into_pipe)
			reader = read_pipe();
		warnings = 0;
		log_watch(count_warning, NULL);
		CHECK_EQ(save_dump(&m.s, &m.cfg, &m.r), 0);
		log_watch(NULL, NULL);
		CHECK_EQ(warnings, !into_pipe);
		if (into_pipe)
			CHECK_EQ(ended(reader), 1);
		close_machine(&m);
	}
}

/* It lacks pages, and its header says so; the stream itself is whole. */
TEST(a_stream_of_an_incomplete_dump_has_its_end)
{
	struct save_case m;
	pid_t reader;

	open_machine(&m);
	signal(SIGPIPE, SIG_IGN);
	reader = read_pipe();
	m.s.src->damaged = true;
	CHECK_EQ(save_dump(&m.s, &m.cfg, &m.r), 0);
	CHECK(m.r.begun && !m.r.complete);
	CHECK_EQ(ended(reader), 1);
	close_machine(&m);
}

/* An important page with a place beyond the limit is no reason to leave out those below it. */
TEST(a_core_up_to_a_limit)
{
	struct save_case m;
	struct stat st;
	uint64_t whole;

	open_machine(&m);
	m.cfg.elf = true;
	m.cfg.level = 16; /* pages of zeros are written */
	CHECK_EQ(save_dump(&m.s, &m.cfg, &m.r), 0);
	CHECK_EQ(stat(path, &st), 0);
	whole = (uint64_t)st.st_size;
	m.cfg.overwrite = true;
	for (uint64_t limit = whole / 5; limit < whole; limit += whole / 5) {
		uint64_t beyond = (whole - limit + 4095) / 4096;

		m.cfg.size_limit = limit;
		CHECK_EQ(save_dump(&m.s, &m.cfg, &m.r), -ENOSPC);
		CHECK(m.r.begun && !m.r.complete && strstr(fail_text(), "beyond which are"));
		CHECK_EQ(m.r.counts.done, m.r.counts.keep);
		CHECK_EQ(m.r.counts.lost, beyond);
		CHECK_EQ(stat(part, &st), 0);
		CHECK_OP((uint64_t)st.st_size, <=, limit);
		fail_clear();
	}
	close_machine(&m);
}

/* All of this dump is in one batch: the pages of it that fit are there, and counted. */
TEST(a_dump_up_to_a_limit)
{
	struct save_case m;
	struct stat st;
	uint64_t whole, nr_before = 0;

	open_machine(&m);
	CHECK_EQ(save_dump(&m.s, &m.cfg, &m.r), 0);
	CHECK_EQ(stat(path, &st), 0);
	whole = (uint64_t)st.st_size;
	m.cfg.overwrite = true;
	for (uint64_t limit = whole - 5 * 4096; limit < whole; limit += 4096) {
		m.cfg.size_limit = limit;
		CHECK_EQ(save_dump(&m.s, &m.cfg, &m.r), -ENOSPC);
		CHECK(m.r.begun && !m.r.complete && is_marked(part));
		CHECK_OP(m.r.counts.done, >, nr_before);
		CHECK_OP(m.r.counts.done, <, m.r.counts.keep);
		CHECK_EQ(m.r.counts.lost, 0);
		nr_before = m.r.counts.done;
		CHECK_EQ(stat(part, &st), 0);
		CHECK_OP((uint64_t)st.st_size, <=, limit);
		CHECK_OP((uint64_t)st.st_size, >, limit - 4096);
		fail_clear();
	}
	close_machine(&m);
}

RUN(whole, a_dump_that_cannot_be_named, a_useless_file_is_removed,
    into_a_pipe_only_the_first_level_goes, a_core_in_a_stream_up_to_a_limit,
    a_stream_of_an_incomplete_dump_has_its_end, the_space_is_checked_for_files_only,
    a_core_up_to_a_limit, a_dump_up_to_a_limit)
