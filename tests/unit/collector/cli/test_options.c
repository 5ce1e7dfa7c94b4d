/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_options.c - command lines: good ones, bad ones and what is said about them */
#include "options_case.h"

#include "base/log.h"
#include "cli/option_table.h"

#include <fcntl.h>
#include <unistd.h>

TEST(plain_line_has_makedumpfiles_defaults)
{
	struct options o;

	CHECK_EQ(parse("kdump-collect /proc/vmcore out", &o), 0);
	CHECK(o.mode == MODE_DUMP && o.level == 0 && o.codec == NULL && o.threads == -1);
	CHECK_STR(o.vmcore, "/proc/vmcore");
	CHECK_STR(o.dump, "out");
	CHECK_EQ(o.message_level, 7);
	CHECK(!o.flat && !o.force && !o.json && !options_stdout_taken(&o));
	CHECK(!o.invoked_as_makedumpfile);
}

TEST(lines_from_kdump_conf)
{
	struct options o;

	CHECK_EQ(parse("/sbin/makedumpfile -l --message-level 7 -d 31 /proc/vmcore v", &o), 0);
	CHECK(o.invoked_as_makedumpfile && o.level == 31 && o.codec == &codecs[1]);
	CHECK_EQ(parse("makedumpfile -F -c --message-level 1 -d 17 vmcore", &o), 0);
	CHECK(o.flat && options_stdout_taken(&o) && o.dump == NULL && o.message_level == 1);
	CHECK(o.codec == &codecs[0] && o.codec_level == 1);
	CHECK_EQ(parse("makedumpfile --check-params -l -d 31 vmcore dumpfile", &o), 0);
	CHECK(o.mode == MODE_CHECK_PARAMS && o.check_params);
	CHECK_EQ(parse("makedumpfile --dump-dmesg --partial-dmesg /proc/vmcore log", &o), 0);
	CHECK(o.mode == MODE_DMESG && o.partial_dmesg);
	CHECK_EQ(parse("makedumpfile -R out", &o), 0);
	CHECK(o.mode == MODE_REARRANGE && o.vmcore == NULL);
	CHECK_STR(o.dump, "out");
	CHECK_EQ(parse("makedumpfile -zd31 --num-threads 0 -f a b", &o), 0);
	CHECK(o.level == 31 && o.threads == 0 && o.force && o.codec == &codecs[2]);
}

TEST(options_may_follow_operands)
{
	struct options o;

	setenv("POSIXLY_CORRECT", "1", 1);
	CHECK_EQ(parse("kdump-collect in -d 3 out --force", &o), 0);
	unsetenv("POSIXLY_CORRECT");
	CHECK(o.level == 3 && o.force);
	CHECK_STR(o.dump, "out");
	CHECK_EQ(parse("kdump-collect -- -in -out", &o), 0);
	CHECK_STR(o.vmcore, "-in");
	CHECK_STR(o.dump, "-out");
}

TEST(compressors_and_their_levels)
{
	struct options o;

	CHECK_EQ(parse("kdump-collect --compress=zstd:-3 a b", &o), 0);
	CHECK(o.codec == &codecs[2] && o.codec_level == -3);
	CHECK_EQ(parse("kdump-collect --compress zlib a b", &o), 0);
	CHECK(o.codec == &codecs[0] && o.codec_level == 1);
	/* The last one wins, as in makedumpfile. */
	CHECK_EQ(parse("kdump-collect -c -l --compress=none a b", &o), 0);
	CHECK_EQ(o.codec, NULL);

	refused("kdump-collect -p a b", "-p: compressor 'snappy' is not built into this program; "
					"choose from zlib, lzo, zstd, none");
	refused("kdump-collect --compress=gzip a b",
		"--compress: compressor 'gzip' is not built into this program; "
		"choose from zlib, lzo, zstd, none");
	refused("kdump-collect --compress=zlib:13 a b",
		"--compress: '13' is not a level of zlib; give a number from 1 to 12");
	refused("kdump-collect --compress=zlib: a b",
		"--compress: '' is not a level of zlib; give a number from 1 to 12");
	refused("kdump-collect --compress=zlib:+3 a b",
		"--compress: '+3' is not a level of zlib; give a number from 1 to 12");
	refused("kdump-collect --compress=lzo:1 a b",
		"--compress: lzo has no levels; leave out ':1'");
	refused("kdump-collect --compress=none:1 a b",
		"--compress: none has no levels; leave out ':1'");
}

TEST(numbers_are_strict)
{
	refused("kdump-collect -d 32 a b", "-d: '32' is not a number between 0 and 31");
	refused("kdump-collect --level -1 a b", "--level: '-1' is not a number between 0 and 31");
	refused("kdump-collect -d 3l a b", "-d: '3l' is not a number between 0 and 31");
	refused("kdump-collect -d '' a b", "-d: '' is not a number between 0 and 31");
	refused("kdump-collect -d 0x1f a b", "-d: '0x1f' is not a number between 0 and 31");
	refused("kdump-collect -d 99999999999999999999 a b",
		"-d: '99999999999999999999' is not a number between 0 and 31");
	refused("kdump-collect --num-threads=-1 a b",
		"--num-threads: '-1' is not a number between 0 and 1024");
	refused("kdump-collect --threads=all a b",
		"--threads: 'all' is not a number between 0 and 1024");
	refused("kdump-collect --message-level 32 a b",
		"--message-level: '32' is not a number between 0 and 31");
}

TEST(odd_options)
{
	refused("kdump-collect --frob a b", "'--frob' is not an option, or short for several; "
					    "--help lists all");
	refused("kdump-collect -lQ a b", "-Q is not an option; --help lists all");
	refused("kdump-collect a b -d", "-d needs a value: N[,N]");
	refused("kdump-collect a b --level", "--level needs a value: N[,N]");
	refused("kdump-collect --force=1 a b", "--force takes no value; write it without '=1'");
	refused("kdump-collect --json= a b", "--json=: the file name is empty");
}

TEST(operands)
{
	struct options o;

	refused("kdump-collect", "no operands; give VMCORE DUMP");
	refused("kdump-collect a", "no output; give VMCORE DUMP");
	refused("makedumpfile -F a b", "'b' is one operand too many; give -F VMCORE");
	refused("kdump-collect -R a b", "'b' is one operand too many; give -R DUMP < STREAM");
	CHECK_EQ(parse("kdump-collect --report a b", &o), 0);
	CHECK(o.mode == MODE_REPORT && !options_stdout_taken(&o));
	CHECK_EQ(parse("kdump-collect --report --json=c a -", &o), 0);
	CHECK(o.mode == MODE_REPORT && !o.dump && !o.flat && options_stdout_taken(&o));
	CHECK_STR(o.json_path, "c");
	refused("kdump-collect --report a", "no output; give --report VMCORE FILE");
	refused("kdump-collect --report --json a b",
		"the report's JSON needs a file: write --json=FILE, or leave it out for one "
		"beside the text");
	refused("kdump-collect --dump-dmesg a", "no output; give --dump-dmesg VMCORE LOG");
	refused("kdump-collect a ''", "operand 2 is empty; is a shell variable unset?");
	refused("kdump-collect a a", "'a' is input and output; give the dump another name");

	CHECK_EQ(parse("kdump-collect --dry-run a", &o), 0);
	CHECK(o.dry_run && o.dump == NULL && !options_stdout_taken(&o));
	CHECK_EQ(parse("makedumpfile --mem-usage", &o), 0);
	CHECK(o.mem_usage && o.dry_run && o.level == 31);
	CHECK_STR(o.vmcore, "/proc/kcore");
	CHECK_EQ(parse("kdump-collect --mem-usage -d 0 a", &o), 0);
	CHECK(o.level == 0 && o.dump == NULL);
	CHECK_STR(o.vmcore, "a");
	refused("makedumpfile --mem-usage a b",
		"'b' is one operand too many; give --mem-usage [VMCORE]");
	refused("kdump-collect --mem-usage -F a", "--mem-usage only counts; leave out -F");
	CHECK_EQ(parse("kdump-collect --check-params -d 31", &o), 0);
	CHECK_EQ(parse("kdump-collect a -", &o), 0);
	CHECK(o.flat && o.dump == NULL && options_stdout_taken(&o));
	CHECK_EQ(parse("kdump-collect --dmesg a -", &o), 0);
	CHECK(!o.flat && o.dump == NULL && options_stdout_taken(&o));
}

/* What a script for SUSE's kdump runs where the target is no local directory. */
TEST(a_log_for_a_pipe)
{
	struct options o;

	CHECK_EQ(parse("makedumpfile --dump-dmesg -F a", &o), 0);
	CHECK(o.mode == MODE_DMESG && !o.flat && o.dump == NULL && options_stdout_taken(&o));
	CHECK_STR(o.vmcore, "a");
	CHECK_EQ(parse("kdump-collect --dump-dmesg -F a b", &o), 0);
	CHECK_EQ(o.nr_parts, 2);
	refused("makedumpfile --dump-dmesg -F a b",
		"'b' is one operand too many; give -F --dump-dmesg VMCORE");
}

/* A split dump goes wherever one in a file goes, and no output is taken for a part. */
TEST(parts_without_an_output)
{
	static const char *const lines[] = { "kdump-collect -F a b c",
					     "kdump-collect --mem-usage a b c",
					     "kdump-collect -g info a b c" };
	struct options o;

	for (unsigned i = 0; i < 3; i++) {
		CHECK_EQ(parse(lines[i], &o), 0);
		CHECK_EQ(o.nr_parts, 3);
		CHECK_STR(o.part[2], "c");
		CHECK(!o.dump);
	}
	CHECK_EQ(parse("kdump-collect -F a", &o), 0);
	CHECK_EQ(o.nr_parts, 1);
}

TEST(contradictions)
{
	refused("kdump-collect -R -F a", "-R reads a flattened stream and -F writes one: choose");
	refused("kdump-collect --dump-dmesg --dry-run a b",
		"--dry-run goes with making a dump, not with --dump-dmesg");
	refused("makedumpfile --dry-run -g a b", "--dry-run goes with making a dump, not with -g");
	refused("kdump-collect --partial-dmesg a b",
		"--partial-dmesg is about a log; add --dump-dmesg");
	refused("kdump-collect --json a -",
		"standard output can hold the dump or the JSON; write --json=FILE");
}

TEST(what_is_told)
{
	struct options o;

	CHECK_EQ(parse("kdump-collect -D --show-stats --message-level 4 a b", &o), 0);
	CHECK_EQ(o.message_level, LOG_ERROR | LOG_DEBUG | LOG_REPORT);
	CHECK_EQ(parse("kdump-collect --quiet a b", &o), 0);
	CHECK_EQ(o.message_level, LOG_ERROR);
	CHECK_EQ(parse("kdump-collect --json a b", &o), 0);
	CHECK(o.json && !o.json_path && options_stdout_taken(&o));
	CHECK_EQ(parse("kdump-collect --json=x -F a", &o), 0);
	CHECK_STR(o.json_path, "x");
	CHECK_EQ(parse("kdump-collect --help -d 99", &o), 0);
	CHECK_EQ(o.mode, MODE_HELP);
	CHECK_EQ(parse("kdump-collect -v", &o), 0);
	CHECK_EQ(o.mode, MODE_VERSION);
}

/* Every REFUSED row, in each spelling, is known by name; every IGNORED one is harmless. */
TEST(rest_of_makedumpfile)
{
	const struct option_row *row;
	char line[128], want[128];
	struct options o;

	for (unsigned i = 0; (row = option_at(i)); i++) {
		char name[32];

		if (row->name)
			snprintf(name, sizeof(name), "--%s", row->name);
		else
			snprintf(name, sizeof(name), "-%c", row->letter);
		snprintf(line, sizeof(line), "makedumpfile %s %s a b", name, row->arg ? "1" : "");
		if (row->group == GROUP_REFUSED) {
			snprintf(want, sizeof(want), "not planned: %s; %s", name, row->help);
			refused(line, want);
		} else if (row->group == GROUP_IGNORED) {
			CHECK_EQ(parse(line, &o), 0);
			CHECK_STR(o.dump, "b");
		}
	}
}

TEST(progress_goes_to_an_open_descriptor)
{
	struct options o;

	CHECK_EQ(parse("kdump-collect --progress-fd 2 a b", &o), 0);
	CHECK_EQ(o.progress_fd, 2);
	CHECK(!(o.message_level & LOG_PROGRESS));
	/* 0 is a descriptor like any other: the end of a socket, for example. */
	CHECK_EQ(dup2(open("/dev/null", O_WRONLY), 0), 0);
	CHECK_EQ(parse("kdump-collect --progress-fd 0 a b", &o), 0);
	CHECK_EQ(o.progress_fd, 0);
	CHECK(!(o.message_level & LOG_PROGRESS));
	CHECK_EQ(parse("kdump-collect a b", &o), 0);
	CHECK_EQ(o.progress_fd, -1);
	refused("kdump-collect --progress-fd 9999 a b",
		"--progress-fd: descriptor 9999 is not open for writing");
	CHECK_EQ(dup2(open("/dev/null", O_RDONLY), 0), 0);
	refused("kdump-collect --progress-fd 0 a b",
		"--progress-fd: descriptor 0 is not open for writing");
	CHECK_EQ(dup2(open("/dev/null", O_PATH), 0), 0);
	refused("kdump-collect --progress-fd 0 a b",
		"--progress-fd: descriptor 0 is not open for writing");
}

TEST(exit_codes)
{
	struct options o;

	CHECK_EQ(parse("kdump-collect a b", &o), 0);
	CHECK_EQ(exit_code(&o, EXIT_CODE_COMPLETE), 0);
	CHECK_EQ(exit_code(&o, EXIT_CODE_NOTHING), 1);
	CHECK_EQ(exit_code(&o, EXIT_CODE_USAGE), 2);
	CHECK_EQ(exit_code(&o, EXIT_CODE_PARTIAL), 3);
	/* The name counts even when the rest of the line is bad. */
	CHECK_EQ(parse("./makedumpfile --frob", &o), -EINVAL);
	CHECK_STR(options_program(&o), "makedumpfile");
	CHECK_EQ(exit_code(&o, EXIT_CODE_COMPLETE), 0);
	CHECK_EQ(exit_code(&o, EXIT_CODE_USAGE), 1);
	CHECK_EQ(exit_code(&o, EXIT_CODE_PARTIAL), 1);
}

static char *slurp(FILE *f)
{
	char *text = calloc(1, 1 << 16);

	rewind(f);
	CHECK(text && fread(text, 1, (1 << 16) - 1, f) > 0);
	fclose(f);
	return text;
}

/* A long name must not be found inside another: --dmesg in --dump-dmesg. */
static bool names(const char *text, const char *name)
{
	char want[40];

	snprintf(want, sizeof(want), "--%s", name);
	for (const char *at = text; (at = strstr(at, want)); at++) {
		char after = at[strlen(want)];

		if (!strchr("abcdefghijklmnopqrstuvwxyz-_", after) || !after)
			return true;
	}
	return false;
}

static void names_all(const char *text, const char *where, bool later_too)
{
	const struct option_row *row;
	char letter[8];

	for (unsigned i = 0; (row = option_at(i)); i++) {
		snprintf(letter, sizeof(letter), "-%c", row->letter);
		if (row->group == GROUP_REFUSED && !later_too)
			continue;
		if ((row->name && !names(text, row->name)) ||
		    (row->alias && !names(text, row->alias)) ||
		    (row->letter && !strstr(text, letter)))
			fail_msg("%s does not name %s %s", where, letter, row->name);
	}
}

/* roff writes '-' as '\-'. */
static void strip_backslashes(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (*text != '\\' || text[1] != '-')
			*to++ = *text;
	}
	*to = '\0';
}

TEST(help_and_man_page_name_every_option)
{
	FILE *help = tmpfile(), *man = fopen("docs/kdump-collect.8", "r");
	char *text;

	usage_print(help);
	text = slurp(help);
	names_all(text, "--help", false);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		CHECK_OP(strlen(line), <=, 80);
	free(text);

	CHECK(man);
	text = slurp(man);
	strip_backslashes(text);
	names_all(text, "the man page", true);
	free(text);
}

TEST(version_lists_compressors)
{
	FILE *f = tmpfile();
	char *text;

	version_print(f, false);
	text = slurp(f);
	CHECK(strncmp(text, "kdump-collect ", 14) == 0 && !strstr(text, "makedumpfile"));
	CHECK(strstr(text, "compressors: zlib (1..12) lzo zstd (-5..19) none\n"));
	free(text);
}

/* RUN() takes twelve. */
int main(void)
{
	const struct CMUnitTest tests[] = {
		U12(plain_line_has_makedumpfiles_defaults, lines_from_kdump_conf,
		    options_may_follow_operands, compressors_and_their_levels, numbers_are_strict,
		    odd_options, operands, contradictions, what_is_told, rest_of_makedumpfile,
		    exit_codes, help_and_man_page_name_every_option),
		U4(version_lists_compressors, progress_goes_to_an_open_descriptor, a_log_for_a_pipe,
		   parts_without_an_output),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
