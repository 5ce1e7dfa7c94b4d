/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_run_collector.c - one collector run to its end, and what becomes of what it left
 *
 * Our own collector is run as /proc/self/exe, which is this very program: under that
 * name it does what the environment says (play_collector).
 */
#include "initramfs/capture/save/save_core.h"

#include "base/err.h"
#include "check.h"
#include "fake_target.h"
#include "initramfs/capture/console.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KDUMP "KDUMP   " /* how a dump of ours begins */

/* Another program; it gets SOURCE as $1, and DESTINATION as $2 where there is one. */
static int other(struct bench *b, const char *script)
{
	const char *const argv[] = { "sh", "-c", script, "sh", NULL };

	return core_attempt(&b->c, &b->t.base, &(struct core_way){ .argv = argv });
}

/* Ours: says is its summary, does a word of play_collector(). */
static int ours(struct bench *b, const char *does, const char *says)
{
	const char *const argv[] = { "makedumpfile", "-l", "-d", "31", NULL };

	setenv("PLAY_DOES", does, 1);
	setenv("PLAY_SAYS", says, 1);
	return core_attempt(&b->c, &b->t.base, &(struct core_way){ .argv = argv, .own = true });
}

static const char *value(int argc, char **argv, const char *option)
{
	for (int i = 1; i < argc; i++)
		if (strncmp(argv[i], option, strlen(option)) == 0)
			return argv[i] + strlen(option);
	return NULL;
}

static void put(const char *path, const char *text, size_t len)
{
	FILE *f = path ? fopen(path, "w") : stdout;

	if (!f || fwrite(text, 1, strlen(text), f) != strlen(text))
		_exit(98);
	for (size_t n = strlen(text); n < len; n++)
		fputc('x', f);
	fflush(f);
	if (path)
		fclose(f);
}

/*
 * flat: as on a stream, else the last operand is the destination. Words of PLAY_DOES: dump writes
 * one, kill dies as if memory had run out, and a number is what it exits with.
 */
static int play_collector(int argc, char **argv)
{
	const char *does = getenv("PLAY_DOES"), *json = value(argc, argv, "--json=");
	bool flat = value(argc, argv, "-F") != NULL;

	if (!json || !value(argc, argv, "--progress-fd="))
		return 97;
	put(json, getenv("PLAY_SAYS"), 0);
	if (strstr(does, "dump"))
		put(flat ? NULL : argv[argc - 1], KDUMP, 8192);
	if (strstr(does, "kill"))
		kill(getpid(), SIGKILL);
	return atoi(does);
}

TEST(a_whole_dump_by_another_program)
{
	struct bench b;

	fake_begin(&b, &fake_directory);
	CHECK_EQ(other(&b, "test \"$1\" = /proc/self/exe && echo dump >\"$2\""), 0);
	CHECK(b.t.end == FILE_DONE && b.c.status.core.state == PART_COMPLETE);
	CHECK_STR(b.c.status.core.name, "vmcore");
	CHECK_EQ(b.c.status.core.bytes, 5);
	CHECK_STR(b.c.status.collector, "");
	CHECK(strstr(b.c.status.command, "sh -c test"));
	fake_end(&b);
}

TEST(what_another_program_leaves)
{
	struct bench b;

	fake_begin(&b, &fake_directory);
	CHECK_EQ(other(&b, "head -c 5000 /dev/zero >\"$2\"; exit 7"), -EIO);
	CHECK_STR(fail_text(), "sh: ended with status 7");
	CHECK(b.t.end == FILE_PARTIAL && b.c.status.core.state == PART_PARTIAL);
	CHECK_STR(b.c.status.core.name, "vmcore-incomplete");
	fake_end(&b);

	fake_begin(&b, &fake_directory);
	CHECK_EQ(other(&b, "echo too little >\"$2\"; exit 7"), -EIO);
	CHECK(b.t.end == FILE_NOTHING && b.c.status.core.state == PART_NONE);
	CHECK_STR(b.c.status.core.name, "");
	fake_end(&b);
}

TEST(a_program_that_is_not_there)
{
	static const char *const argv[] = { "no-such-collector", NULL };
	struct bench b;

	fake_begin(&b, &fake_directory);
	CHECK_EQ(core_attempt(&b.c, &b.t.base, &(struct core_way){ .argv = argv }), -ENOENT);
	CHECK(strstr(fail_text(), "no-such-collector"));
	CHECK_EQ(b.t.end, FILE_NOTHING);
	fake_end(&b);
}

TEST(ours_goes_to_the_final_name_and_tells_of_itself)
{
	struct bench b;

	fake_begin(&b, &fake_directory);
	CHECK_EQ(ours(&b, "dump 0", "{\"error\":null,\"bytes\":{\"written\":8192}}"), 0);
	CHECK(b.t.end == FILE_DONE && b.c.status.core.state == PART_COMPLETE);
	CHECK_STR(b.c.status.command, "makedumpfile -l -d 31");
	CHECK_STR(b.c.status.collector, "{\"error\":null,\"bytes\":{\"written\":8192}}");
	CHECK_EQ(b.c.status.core.bytes, 8192);
	fake_end(&b);
}

TEST(ours_says_why_it_is_not_complete)
{
	struct bench b;

	fake_begin(&b, &fake_directory);
	CHECK_EQ(ours(&b, "3", "{\"error\":\"read of \\\"x\\\" failed\"}"), -EIO);
	CHECK_STR(fail_text(), "read of \"x\" failed");
	CHECK_EQ(b.t.end, FILE_PARTIAL); /* it knows, whether or not the file can be read */
	fake_end(&b);

	fake_begin(&b, &fake_directory);
	CHECK_EQ(ours(&b, "1", ""), -EIO);
	CHECK_STR(fail_text(), "makedumpfile: ended with status 1");
	CHECK_EQ(b.t.end, FILE_NOTHING);
	fake_end(&b);
}

TEST(a_full_disk_is_said_to_be_one)
{
	struct bench b;

	fake_begin(&b, &fake_directory);
	CHECK_EQ(ours(&b, "3", "{\"errno\":28,\"error\":\"write: kein Platz\"}"), -ENOSPC);
	CHECK_STR(fail_text(), "the target is full (the-place): write: kein Platz");
	fake_end(&b);

	fake_begin(&b, &fake_directory);
	b.t.space = 1 << 19;
	CHECK_EQ(other(&b, "exit 1"), -ENOSPC);
	CHECK_STR(fail_text(), "the target is full (the-place): sh: ended with status 1");
	fake_end(&b);
}

/* What a program says in its own language decides nothing. */
TEST(the_number_counts_and_not_the_words)
{
	struct bench b;

	fake_begin(&b, &fake_directory);
	CHECK_EQ(ours(&b, "3", "{\"errno\":5,\"error\":\"No space left: \\\"errno\\\":28\"}"),
		 -EIO);
	CHECK_STR(fail_text(), "No space left: \"errno\":28");
	fake_end(&b);
}

TEST(killed_for_memory)
{
	struct bench b;

	fake_begin(&b, &fake_stream);
	CHECK_EQ(ours(&b, "dump kill", "{}"), -ENOMEM);
	CHECK_EQ(b.t.end, FILE_NOTHING); /* no progress was told, so nothing is known to be there */
	fake_end(&b);

	fake_begin(&b, &fake_stream);
	CHECK_EQ(ours(&b, "dump kill", "{\"written\":8192}"), -ENOMEM);
	CHECK_EQ(b.t.end, FILE_PARTIAL);
	CHECK_STR(b.c.status.core.name, "vmcore-incomplete");
	CHECK_EQ(b.c.status.core.bytes, 8192);
	fake_end(&b);
}

TEST(a_stream_is_flat)
{
	struct bench b;

	fake_begin(&b, &fake_stream);
	CHECK_EQ(ours(&b, "dump 0", "{\"written\":8192}"), 0);
	CHECK_STR(b.c.status.core.name, "vmcore.flat");
	fake_end(&b);

	fake_begin(&b, &fake_stream);
	CHECK_EQ(other(&b, "test -z \"$2\" && echo all"), 0);
	CHECK_EQ(b.t.end, FILE_DONE);
	fake_end(&b);
}

/* Its bytes go past us: the manifest has the file, and promises nothing of it that nobody knows. */
TEST(another_program_has_no_checksum)
{
	const struct target_ops *const ops[] = { &fake_stream, &fake_directory };
	struct bench b;

	for (unsigned i = 0; i < 2; i++) {
		fake_begin(&b, ops[i]);
		CHECK_EQ(other(&b, i ? "echo dump >\"$2\"" : "echo dump"), 0);
		CHECK_EQ(b.c.nr_files, 1);
		CHECK_STR(b.c.file[0].name, b.c.status.core.name);
		CHECK(!b.c.file[0].sums);
		CHECK_EQ(b.c.file[0].bytes, i ? 5 : MANIFEST_SIZE_UNKNOWN);
		fake_end(&b);
	}
}

/* A disk that breaks was seen by the collector first; a stream that breaks, by who carries it. */
TEST(both_the_collector_and_closing_fail)
{
	struct bench b;

	fake_begin(&b, &fake_directory);
	b.t.close_says = -EROFS;
	CHECK_EQ(ours(&b, "3", "{\"error\":\"write: Input/output error\"}"), -EROFS);
	CHECK_STR(fail_text(), "write: Input/output error; then: sync: Read-only file system");
	CHECK_EQ(b.c.status.core.state, PART_PARTIAL);
	fake_end(&b);

	fake_begin(&b, &fake_stream);
	b.t.close_says = -ECONNRESET;
	CHECK_EQ(ours(&b, "3", "{\"error\":\"write: Broken pipe\"}"), -ECONNRESET);
	CHECK_STR(fail_text(), "sync: Connection reset by peer");
	fake_end(&b);

	fake_begin(&b, &fake_directory);
	b.t.close_says = -EIO;
	CHECK_EQ(ours(&b, "3", "{\"errno\":122,\"error\":\"write: quota\"}"), -ENOSPC);
	fake_end(&b);
}

TEST(closing_alone_fails)
{
	struct bench b;

	fake_begin(&b, &fake_directory);
	b.t.close_says = -EIO;
	CHECK_EQ(ours(&b, "dump 0", "{}"), -EIO);
	CHECK(b.t.end == FILE_DONE && b.c.status.core.state == PART_PARTIAL);
	CHECK_STR(b.c.status.core.name, "vmcore-incomplete");
	fake_end(&b);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		U10(a_whole_dump_by_another_program, what_another_program_leaves,
		    a_program_that_is_not_there, ours_goes_to_the_final_name_and_tells_of_itself,
		    ours_says_why_it_is_not_complete, a_full_disk_is_said_to_be_one,
		    killed_for_memory, a_stream_is_flat, both_the_collector_and_closing_fail,
		    closing_alone_fails),
		U2(the_number_counts_and_not_the_words, another_program_has_no_checksum),
	};

	if (strcmp(argv[0], "kdump-collect") == 0)
		return play_collector(argc, argv);
	if (console_open("", false) < 0)
		return 99;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
