/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_trust.c - files, directories and links that are not root's alone are found on any way */
#include "config/check/trust.h"

#include "check.h"
#include "temp_root.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void own(const char *path, uid_t user, mode_t mode)
{
	char full[1024];

	snprintf(full, sizeof(full), "%s%s", temp_root, path);
	CHECK_EQ(lchown(full, user, user), 0);
	CHECK_EQ(mode ? chmod(full, mode) : 0, 0);
}

static void link_to(const char *target, const char *path)
{
	char full[1024];

	snprintf(full, sizeof(full), "%s%s", temp_root, path);
	CHECK_EQ(symlink(target, full), 0);
}

/* part: of the reason; NULL: the file is trusted. */
static void judged(const char *path, const char *part)
{
	char why[CONFIG_TRUST_MAX];
	int rc = config_trusted(temp_root, path, why);

	if (rc != (part ? -EPERM : 0) || (part && !strstr(why, part)))
		fail_msg("%s: %d, %s", path, rc, why);
}

TEST(every_part_of_the_way_counts)
{
	root_new();
	root_put("/a/b/file", "");
	link_to("b/file", "/a/near");
	link_to("/a/b", "/far");
	link_to("../a/./b/../b/file", "/a/dots");
	for (unsigned i = 0; i < 2; i++) {
		judged("/a/b/file", NULL);
		judged("/far/file", NULL);
		judged("/a/dots", NULL);
		judged("/a/near", NULL);
	}
	own("/a/b", 0, 0757);
	judged("/a/b/file", "other users may write to /a/b; run: chmod o-w /a/b");
	judged("/far/file", "other users may write to /a/b;");
	judged("/a/near", "other users may write to /a/b;");
	own("/a/b", 1234, 0755);
	judged("/a/dots", "/a/b belongs to user 1234, not to root; run: chown root /a/b");
	own("/a/b", 0, 0755);
	own("/far", 1234, 0);
	judged("/far/file", "/far belongs to user 1234");
	judged("/a/b/file", NULL);
	root_drop();
}

TEST(sticky_directories_and_the_group_root_are_fine)
{
	root_new();
	root_put("/tmp/file", "");
	own("/tmp", 0, 01777);
	own("/tmp/file", 0, 0664);
	judged("/tmp/file", NULL);
	own("/tmp/file", 1234, 0644);
	judged("/tmp/file", "/tmp/file belongs to user 1234");
	root_drop();
}

TEST(what_is_not_there_has_no_reason)
{
	char why[CONFIG_TRUST_MAX];

	root_new();
	link_to("loop", "/loop");
	CHECK_EQ(config_trusted(temp_root, "/none", why), -ENOENT);
	CHECK_STR(why, "");
	CHECK_EQ(config_trusted(temp_root, "/loop", why), -ELOOP);
	CHECK_STR(why, "");
	root_drop();
}

/* The reason has a command to copy, so neither path in it may be cut. */
TEST(a_long_path_is_named_whole)
{
	char path[720] = "", want[2 * sizeof(path) + 64];

	root_new();
	for (unsigned i = 0; i < 3; i++) {
		size_t len = strlen(path);

		path[len] = '/';
		memset(path + len + 1, 'a' + (int)i, 200);
		path[len + 201] = '\0';
	}
	strcat(path, "/file");
	root_put(path, "");
	own(path, 0, 0666);
	snprintf(want, sizeof(want), "other users may write to %s; run: chmod o-w %s", path, path);
	judged(path, want);
	root_drop();
}

RUN(every_part_of_the_way_counts, sticky_directories_and_the_group_root_are_fine,
    what_is_not_there_has_no_reason, a_long_path_is_named_whole)
