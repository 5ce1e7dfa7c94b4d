/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_save.c - a core through all stages: name and header agree, and useless files go */
#include "save.h"

#include "base/dumpfile.h"
#include "base/err.h"
#include "base/log.h"
#include "check.h"
#include "temp_dir.h"
#include "fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static char dir[64], path[128], part[160];

struct machine {
	struct fix *f;
	int fd;
	struct save s;
	const char *core; /* path */
	struct progress progress;
	struct save_cfg cfg;
	struct save_result r;
};

static void open_machine(struct machine *m)
{
	static char core[32];

	log_setup(0, false);
	temp_dir(dir);
	snprintf(path, sizeof(path), "%s/vmcore", dir);
	snprintf(part, sizeof(part), "%s-incomplete", path);
	*m = (struct machine){ .f = fix_new() };
	fix_machine(m->f, &(struct fix_opts){ .era = "6.1", .ram = 40 << 20 });
	fix_memmap(m->f, &(struct fix_memmap){ .vmemmap = true });
	m->fd = fix_core(m->f, core);
	m->core = core;
	CHECK_EQ(save_open(&m->core, 1, NULL, &m->s), 0);
	progress_init(&m->progress, NULL);
	m->cfg = (struct save_cfg){ .dump = path, .level = 31, .progress = &m->progress };
}

static void close_machine(struct machine *m)
{
	save_close(&m->s);
	close(m->fd);
	fix_free(m->f);
	unlink(path);
	unlink(part);
	CHECK_EQ(rmdir(dir), 0); /* nothing else was left there */
	fail_clear();
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
	struct machine m;

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
	struct machine m;

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
	struct machine m;

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
