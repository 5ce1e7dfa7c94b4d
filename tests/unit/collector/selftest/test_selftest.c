/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_selftest.c - collect_self_test(): passes for a program that works, names what is wrong */
#include "collect.h"

#include "base/dumpfile.h"
#include "check.h"
#include "temp_dir.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef int program_fn(int argc, char **argv);

struct said {
	int code;
	char line[600];
	size_t nr_lines;
};

/* The core that the Makefile made: build/COMPILER/selftest.core. */
static const char *core(void)
{
	static char path[PATH_MAX + 16];
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX);

	CHECK_OP(n, >, 0);
	path[n] = '\0';
	char *below = strstr(path, "/tests/unit/");
	CHECK(below != NULL);
	strcpy(below, "/selftest.core");
	return path;
}

/* The self-test with everything it prints. */
static struct said self_test(const char *path, program_fn *program)
{
	int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO);
	FILE *f = tmpfile();
	struct said s;
	char more[600];

	CHECK(f && out >= 0 && err >= 0);
	fflush(NULL);
	dup2(fileno(f), STDOUT_FILENO);
	dup2(fileno(f), STDERR_FILENO);
	s = (struct said){ .code = collect_self_test(path, program) };
	fflush(NULL);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close(out);
	close(err);
	rewind(f);
	for (; fgets(more, sizeof(more), f); s.nr_lines++)
		memcpy(s.line, more, sizeof(more));
	fclose(f);
	return s;
}

static void fails(program_fn *program, const char *words)
{
	struct said s = self_test(core(), program);

	if (!strstr(s.line, words))
		print_message("not said: %s\nbut: %s", words, s.line);
	CHECK_EQ(s.code, 1);
	CHECK_EQ(s.nr_lines, 1);
	CHECK(strstr(s.line, words));
}

static bool has(int argc, char **argv, const char *word)
{
	for (int i = 0; i < argc; i++)
		if (strcmp(argv[i], word) == 0)
			return true;
	return false;
}

/* Run it well, then change len bytes of the dump at off. */
static int spoil(int argc, char **argv, uint64_t off, const void *bytes, size_t len)
{
	int rc = collect_main(argc, argv), fd = open(argv[argc - 1], O_WRONLY);

	if (fd < 0 || pwrite(fd, bytes, len, (off_t)off) != (ssize_t)len)
		return 50;
	close(fd);
	return rc;
}

TEST(program_that_works)
{
	struct said s = self_test(core(), collect_main);

	CHECK_EQ(s.code, 0);
	CHECK_EQ(s.nr_lines, 1);
	CHECK(strstr(s.line, "passed"));
}

static int dies(int argc, char **argv)
{
	if (has(argc, argv, "--dump-dmesg"))
		return collect_main(argc, argv);
	signal(SIGSEGV, SIG_DFL);
	raise(SIGSEGV);
	return 0;
}

static int dies_as_makedumpfile(int argc, char **argv)
{
	if (strcmp(argv[0], "makedumpfile") != 0)
		return collect_main(argc, argv);
	signal(SIGILL, SIG_DFL);
	raise(SIGILL);
	return 0;
}

TEST(signal_is_named)
{
	fails(dies, "kdump-collect --compress=none -d 31 -f -q ");
	fails(dies, "killed by signal 11 (Segmentation fault)");
	fails(dies_as_makedumpfile, "makedumpfile --dump-dmesg");
	fails(dies_as_makedumpfile, "killed by signal 4");
}

static int no_zstd(int argc, char **argv)
{
	if (!has(argc, argv, "--compress=zlib"))
		return collect_main(argc, argv);
	fprintf(stderr, "zlib: no memory\nmore words\n");
	return 1;
}

static int does_nothing(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return 0;
}

TEST(exit_status_is_named)
{
	fails(no_zstd, "--compress=zlib -d 31");
	fails(no_zstd, "exit status 1: zlib: no memory");
	fails(does_nothing, "kdump-collect --dump-dmesg");
}

static int wrong_page(int argc, char **argv)
{
	struct stat sb;

	if (!has(argc, argv, "--compress=none"))
		return collect_main(argc, argv);
	collect_main(argc, argv);
	if (stat(argv[argc - 1], &sb) < 0)
		return 50;
	return spoil(argc, argv, (uint64_t)sb.st_size - 100, "\xa5", 1);
}

static int no_filter(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "31") == 0)
			argv[i] = strdup("23");
	return collect_main(argc, argv);
}

static int too_much_filter(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "0") == 0)
			argv[i] = strdup("31");
	return collect_main(argc, argv);
}

static int raw_instead(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--compress=zlib") == 0)
			argv[i] = strdup("--compress=none");
	return collect_main(argc, argv);
}

static int other_release(int argc, char **argv)
{
	if (has(argc, argv, "--dump-dmesg"))
		return collect_main(argc, argv);
	return spoil(argc, argv, offsetof(struct dump_header, uts.release), "9", 1);
}

static int other_notes(int argc, char **argv)
{
	if (has(argc, argv, "--dump-dmesg"))
		return collect_main(argc, argv);
	return spoil(argc, argv, 4096 + sizeof(struct dump_sub_header) + 40, "\xa5", 1);
}

static int other_log(int argc, char **argv)
{
	if (!has(argc, argv, "--dump-dmesg"))
		return collect_main(argc, argv);
	return spoil(argc, argv, 40, "#", 1);
}

TEST(wrong_dump_is_seen)
{
	fails(wrong_page, "other bytes than in the core");
	fails(no_filter, "kept, though level 31 leaves it out");
	fails(too_much_filter, "left out, though level 0 keeps it");
	fails(raw_instead, "another compressor than asked for");
	fails(other_release, "kernel release 9");
	fails(other_notes, "the notes are not the core's");
	fails(other_log, "the kernel log is wrong: line 1 is");
}

TEST(no_core)
{
	struct said s = self_test("/nonexistent/core", collect_main);

	CHECK_EQ(s.code, 1);
	CHECK(strstr(s.line, "/nonexistent/core"));
	CHECK(strstr(s.line, "No such file"));
	s = self_test("/proc/self/exe", collect_main);
	CHECK_EQ(s.code, 1);
	CHECK_EQ(s.nr_lines, 1);
}

TEST(nothing_is_left_behind)
{
	char dir[TEMP_DIR_MAX];

	setenv("TMPDIR", temp_dir(dir), 1);
	CHECK_EQ(self_test(core(), collect_main).code, 0);
	fails(wrong_page, "other bytes than in the core");
	CHECK_EQ(rmdir(dir), 0);
	fails(collect_main, "set TMPDIR to one that is writable");
	unsetenv("TMPDIR");
}

RUN(program_that_works, signal_is_named, exit_status_is_named, wrong_dump_is_seen, no_core,
    nothing_is_left_behind)
