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

RUN(whole, a_dump_that_cannot_be_named, a_useless_file_is_removed)
