/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_sink_link.c - a link in place of the file to write */
#include "output/sink.h"

#include "base/err.h"
#include "check.h"
#include "temp_dir.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[TEMP_DIR_MAX];

static void enter(void)
{
	CHECK_EQ(chdir(temp_dir(dir)), 0);
	fail_clear();
}

static void leave(void)
{
	unlink("link");
	unlink("file");
	CHECK_EQ(chdir("/"), 0);
	CHECK_EQ(rmdir(dir), 0);
	fail_clear();
}

static bool is_link(const char *name)
{
	struct stat st;

	return lstat(name, &st) == 0 && S_ISLNK(st.st_mode);
}

/* With overwrite, too: the link is other programs' /dev/stdout. */
TEST(to_an_open_file_it_is_not_replaced)
{
	const struct sink_file_cfg cfg = { "link", true };
	struct sink *s;
	char to[64];
	int fd;

	enter();
	fd = open("file", O_WRONLY | O_CREAT, 0600);
	snprintf(to, sizeof(to), "/proc/self/fd/%d", fd);
	CHECK_EQ(symlink(to, "link"), 0);
	CHECK_EQ(sink_file_open(&cfg, &s), -EINVAL);
	CHECK_STR(fail_text(), "link is an open file; write - for standard output");
	CHECK(is_link("link"));
	CHECK_OP(access("link-incomplete", F_OK), <, 0);
	close(fd);
	leave();
}

/* What it leads to stays as it is. */
TEST(to_a_file_it_is_replaced_only_with_overwrite)
{
	struct sink_file_cfg cfg = { "link", false };
	struct sink *s;
	struct stat st;

	enter();
	close(open("file", O_WRONLY | O_CREAT, 0600));
	CHECK_EQ(symlink("file", "link"), 0);
	CHECK_EQ(sink_file_open(&cfg, &s), -EEXIST);
	cfg.overwrite = true;
	CHECK_EQ(sink_file_open(&cfg, &s), 0);
	CHECK_EQ(sink_write_at(s, 0, "x", 1), 0);
	CHECK(is_link("link"));
	CHECK_EQ(sink_commit(s), 0);
	sink_close(s);
	CHECK(!is_link("link"));
	CHECK_EQ(stat("file", &st), 0);
	CHECK_EQ(st.st_size, 0);
	leave();
}

RUN(to_an_open_file_it_is_not_replaced, to_a_file_it_is_replaced_only_with_overwrite)
