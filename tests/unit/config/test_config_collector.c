/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_config_collector.c - core_collector as a command for each kind of target */
#include "config/core_collector.h"

#include "base/err.h"
#include "check.h"
#include "config_case.h"

/* The command for this kind of target, with its words joined by blanks. */
static void gives(const char *collector, enum config_target_kind kind, const char *words)
{
	struct config c = { .core_collector = collector };
	struct config_command command;
	char joined[256] = "";

	CHECK_EQ(config_collector(&c, kind, 4, &command), 0);
	for (unsigned i = 0; i < command.argc; i++)
		snprintf(joined + strlen(joined), sizeof(joined) - strlen(joined), "%s%s",
			 i ? " " : "", command.argv[i]);
	CHECK_EQ(command.argv[command.argc], NULL);
	CHECK_STR(joined, words);
	config_command_free(&command);
}

static struct config_command kinds(const char *collector, enum config_target_kind target)
{
	struct config c = { .core_collector = collector };
	struct config_command command, copy;

	CHECK_EQ(config_collector(&c, target, 1, &command), 0);
	copy = command;
	config_command_free(&command);
	return copy;
}

#define USUAL (HAVE_LZO ? "-l" : "-c") /* what this build can do */

TEST(default_command)
{
	char file[64], stream[64];

	snprintf(file, sizeof(file), "makedumpfile %s --message-level 7 -d 31", USUAL);
	snprintf(stream, sizeof(stream), "makedumpfile -F %s --message-level 7 -d 31", USUAL);
	gives(NULL, CONFIG_TARGET_PATH, file);
	gives(NULL, CONFIG_TARGET_NFS, file);
	gives(NULL, CONFIG_TARGET_SSH, stream);
	gives(NULL, CONFIG_TARGET_RAW, stream);
}

TEST(stream_exactly_where_the_target_needs_it)
{
	gives("makedumpfile -F -c", CONFIG_TARGET_FS, "makedumpfile -c");
	gives("makedumpfile -c -F", CONFIG_TARGET_SSH, "makedumpfile -F -c");
	gives("makedumpfile -cF -d 31", CONFIG_TARGET_FS, "makedumpfile -c -d 31");
	gives("makedumpfile -FF -F", CONFIG_TARGET_FS, "makedumpfile");
	gives("makedumpfile -FF", CONFIG_TARGET_RAW, "makedumpfile -F");
	gives("kdump-collect --flatten -z", CONFIG_TARGET_FS, "kdump-collect -z");
	gives("/sbin/makedumpfile -F", CONFIG_TARGET_SSH, "/sbin/makedumpfile -F");
	/* F is no option in these. */
	gives("makedumpfile -x F -d 1", CONFIG_TARGET_FS, "makedumpfile -x F -d 1");
	gives("makedumpfile -xF", CONFIG_TARGET_FS, "makedumpfile -xF");
	gives("makedumpfile -x -F", CONFIG_TARGET_FS, "makedumpfile -x -F");
	gives("makedumpfile --Foo", CONFIG_TARGET_FS, "makedumpfile --Foo");
	/* Others' options are others' business. */
	gives("cp -F", CONFIG_TARGET_FS, "cp -F");
	gives("cat", CONFIG_TARGET_SSH, "cat");
}

TEST(threads_for_a_makedumpfile_of_others)
{
	gives("/sbin/makedumpfile -d 31", CONFIG_TARGET_FS,
	      "/sbin/makedumpfile --num-threads=4 -d 31");
	gives("/sbin/makedumpfile -E", CONFIG_TARGET_FS, "/sbin/makedumpfile -E");
	gives("/sbin/makedumpfile", CONFIG_TARGET_SSH, "/sbin/makedumpfile -F");
	gives("makedumpfile", CONFIG_TARGET_FS, "makedumpfile");
	gives("dd", CONFIG_TARGET_FS, "dd");
}

TEST(words_and_blanks)
{
	gives("  a \t b  ", CONFIG_TARGET_FS, "a b");
	gives("a \"b c\"", CONFIG_TARGET_FS, "a \"b c\"");
	gives("a", CONFIG_TARGET_FS, "a");
	gives("", CONFIG_TARGET_FS, "");
}

TEST(kinds_of_collectors)
{
	CHECK_EQ(kinds("makedumpfile -c", CONFIG_TARGET_FS).kind, CONFIG_COLLECTOR_OWN);
	CHECK_EQ(kinds("kdump-collect", CONFIG_TARGET_FS).kind, CONFIG_COLLECTOR_OWN);
	CHECK_EQ(kinds("/sbin/makedumpfile", CONFIG_TARGET_FS).kind, CONFIG_COLLECTOR_EXTERNAL);
	CHECK_EQ(kinds("makedumpfile2", CONFIG_TARGET_FS).kind, CONFIG_COLLECTOR_EXTERNAL);
	CHECK_EQ(kinds("none", CONFIG_TARGET_FS).kind, CONFIG_COLLECTOR_NONE);
	CHECK_EQ(kinds("none", CONFIG_TARGET_SSH).kind, CONFIG_COLLECTOR_NONE);
	CHECK_EQ(kinds("none -x", CONFIG_TARGET_FS).kind, CONFIG_COLLECTOR_EXTERNAL);
	CHECK_EQ(kinds("scp -q", CONFIG_TARGET_SSH).kind, CONFIG_COLLECTOR_SCP);
	CHECK_EQ(kinds("/usr/bin/scp", CONFIG_TARGET_SSH).kind, CONFIG_COLLECTOR_SCP);
	CHECK_EQ(kinds("scp", CONFIG_TARGET_FS).kind, CONFIG_COLLECTOR_EXTERNAL);
	CHECK(!kinds("scp", CONFIG_TARGET_SSH).streams);
	CHECK(kinds("cat", CONFIG_TARGET_SSH).streams);
	CHECK(kinds("cat", CONFIG_TARGET_RAW).streams);
	CHECK(!kinds("cp", CONFIG_TARGET_VIRTIOFS).streams);
}

TEST(the_log_alone)
{
	struct config c;

	good("nfs a:/b\ncore_collector none", &c);
	CHECK(config_wants_log_alone(&c));
	config_free(&c);
	good("path /a", &c);
	CHECK(!config_wants_log_alone(&c));
	config_free(&c);
	complains("raw /dev/x\ncore_collector none",
		  "2:16: error: core_collector: none saves the kernel log alone, and a raw device "
		  "takes a core alone; write another target");
}

TEST(a_file_for_a_stream_says_so)
{
	complains("ssh a@b\ncore_collector makedumpfile -c -d 31",
		  "2:16: error: core_collector: to ssh makedumpfile must write a stream; write "
		  "'makedumpfile -F -c -d 31'");
	complains("raw /dev/vdb\ncore_collector makedumpfile",
		  "2:16: error: core_collector: to raw makedumpfile must write a stream; write "
		  "'makedumpfile -F'");
	complains("raw /dev/vdb\ncore_collector makedumpfile -lF", "");
	complains("ssh a@b\ncore_collector scp", "");
	complains("ssh a@b", "");
	complains("ext4 UUID=1\nfallback_target ssh a@b\ncore_collector makedumpfile -c", "");
	complains("raw /dev/vdb\ncore_collector dd",
		  "2:16: warning: core_collector: what this writes to the raw device cannot be "
		  "recovered by the next start; write makedumpfile -F if it should");
}

RUN(default_command, stream_exactly_where_the_target_needs_it, threads_for_a_makedumpfile_of_others,
    words_and_blanks, kinds_of_collectors, the_log_alone, a_file_for_a_stream_says_so)
