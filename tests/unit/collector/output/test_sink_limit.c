/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_sink_limit.c - nothing gets past the limit, and everything else gets through */
#include "output/sink.h"

#include "base/err.h"
#include "check.h"
#include "temp_dir.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct sink *opened(const char *path, uint64_t limit)
{
	const struct sink_file_cfg cfg = { .path = path, .overwrite = true };
	struct sink *s;

	fail_clear();
	CHECK_EQ(sink_file_open(&cfg, &s), 0);
	CHECK_EQ(sink_limit_open(s, limit, &s), 0);
	CHECK(s->seekable && !s->write_once);
	return s;
}

TEST(up_to_the_last_byte)
{
	char buffer[TEMP_PATH_MAX];
	const char *path = temp_path("limit", buffer);
	struct sink *s = opened(path, 100);
	char buf[100] = "x";
	struct stat sb;

	CHECK_EQ(sink_write_at(s, 0, buf, 100), 0);
	CHECK_EQ(sink_write_at(s, 1, buf, 100), -ENOSPC);
	CHECK(strstr(fail_text(), "limit of 100 bytes") != NULL);
	CHECK_EQ(sink_write_at(s, 101, buf, 0), -ENOSPC);
	CHECK_EQ(sink_write_at(s, UINT64_MAX, buf, 2), -ENOSPC); /* no overflow */
	CHECK_EQ(sink_reserve(s, 50, 51), -ENOSPC);
	CHECK_EQ(sink_reserve(s, 50, 50), 0);
	CHECK_EQ(sink_write_at(s, 99, buf, 1), 0); /* what is small still works */
	CHECK_EQ(sink_sync(s), 0);
	CHECK_EQ(sink_commit(s), 0);
	sink_close(s);
	CHECK_EQ(stat(path, &sb), 0);
	CHECK_EQ(sb.st_size, 100);
	unlink(path);
	fail_clear();
}

TEST(discarded)
{
	char buffer[TEMP_PATH_MAX];
	const char *path = temp_path("limit", buffer);
	struct sink *s = opened(path, 100);
	char name[256];

	CHECK_EQ(sink_write_at(s, 0, "x", 1), 0);
	sink_discard(s);
	sink_close(s);
	snprintf(name, sizeof(name), "%s-incomplete", path);
	CHECK(access(path, F_OK) < 0 && access(name, F_OK) < 0);
}

RUN(up_to_the_last_byte, discarded)
