/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_config_program.c - kdump-config as scripts use it; the shipped file and the manual */
#include "config/cli/kdump_config.h"

#include "base/err.h"
#include "check.h"
#include "temp_dir.h"
#include "config/parse/keys.h"
#include "config/cli/manual.h"
#include "config_case.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

static char file[TEMP_PATH_MAX];
static char out[1 << 16], complaints[1 << 14];

static void put(const char *text)
{
	FILE *f = fopen(temp_path("program.conf", file), "w");

	CHECK(f);
	fputs(text, f);
	CHECK_EQ(fclose(f), 0);
}

static void slurp(FILE *f, char *to, size_t room)
{
	rewind(f);
	to[fread(to, 1, room - 1, f)] = '\0';
	fclose(f);
}

/* Standard output and error of one call, in out and complaints; returns its exit code. */
static int call(const char *line)
{
	FILE *to[2] = { tmpfile(), tmpfile() };
	int saved[2] = { dup(1), dup(2) }, rc, argc = 0;
	char copy[256], *argv[8] = { NULL };

	snprintf(copy, sizeof(copy), "kdump-config %s", line);
	for (char *w = strtok(copy, " "); w && argc < 7; w = strtok(NULL, " "))
		argv[argc++] = w;
	fflush(stdout);
	for (int i = 0; i < 2; i++)
		dup2(fileno(to[i]), i + 1);
	rc = config_main(argc, argv);
	fflush(stdout);
	for (int i = 0; i < 2; i++) {
		dup2(saved[i], i + 1);
		close(saved[i]);
	}
	slurp(to[0], out, sizeof(out));
	slurp(to[1], complaints, sizeof(complaints));
	fail_clear();
	return rc;
}

/* With FILE for the made-up configuration. */
static int call_file(const char *verb)
{
	char line[256];

	snprintf(line, sizeof(line), "%s %s", verb, file);
	return call(line);
}

/* --get-raw REGEX prints this. */
static void raw(const char *regex, const char *want)
{
	char line[256];

	snprintf(line, sizeof(line), "--get-raw %s %s", regex, file);
	CHECK_EQ(call(line), 0);
	CHECK_STR(out, want);
	CHECK_STR(complaints, "");
}

TEST(get_raw)
{
	put("path /a\nxext4 no\next4 UUID=\"1\" # b\nssh a@b\nnfs h:/e\nmine  1 2\nretry x\n");
	raw("ext[234]", "UUID=\"1\"\n");
	raw("ssh|nfs", "h:/e\n");
	raw("ssh\\|raw", "a@b\n");
	raw("ssh\\|nfs|zzz", "h:/e\n");
	raw("ext", "");
	raw("xt4", "");
	raw("a|b", "");
	raw("keep_dumps", "");
	raw("mine", "1 2\n");
	raw("retry", "x\n");
	CHECK_EQ(call("--get-raw path /nowhere/kdump.conf"), 0);
	CHECK_STR(out, "");
	CHECK_STR(complaints, "");
	CHECK_EQ(call_file("--get-raw ("), 2);
	CHECK(strstr(complaints, "kdump-config: '(' is not a regular expression"));
	CHECK_EQ(call("--get-raw path /"), 2);
}

TEST(check)
{
	char want[512];

	put("path /a\n");
	CHECK_EQ(call_file("--check"), 0);
	CHECK_STR(out, "");
	CHECK_STR(complaints, "");
	put("pth /a\nretry x\n");
	CHECK_EQ(call_file("--check"), 1);
	CHECK_STR(out, "");
	snprintf(want, sizeof(want),
		 "%s:1:1: error: unknown key 'pth'; write 'path' if that is what you mean\n"
		 "%s:2:7: error: retry: 'x' is not a number between 0 and 9999\n",
		 file, file);
	CHECK_STR(complaints, want);
	put("default halt\n");
	CHECK_EQ(call_file("--check"), 0);
	CHECK(strstr(complaints, "warning: 'default' is the old name"));
	CHECK_EQ(call("--check /nowhere"), 2);
	CHECK_STR(complaints, "kdump-config: read /nowhere: No such file or directory\n");
}

TEST(check_of_the_system)
{
	put("nfs a:/b\nkdump_pre /nowhere/hook\n");
	CHECK_EQ(call_file("--check"), 0);
	CHECK_EQ(call_file("--check --system"), 1);
	CHECK(strstr(complaints, ":2:11: error: kdump_pre: '/nowhere/hook' is not there"));
	/* Wrong as text: that first. */
	put("nfs a:/b\nkdump_pre hook\n");
	CHECK_EQ(call_file("--check --system"), 1);
	CHECK(strstr(complaints, "not a full path") && !strstr(complaints, "not there"));
}

TEST(get)
{
	put("path \"/a b\"\ndefault halt\nfallback_target nfs a:/b\nfallback_target ssh c@d\n");
	CHECK_EQ(call_file("--get path"), 0);
	CHECK_STR(out, "/a b\n");
	CHECK_EQ(call_file("--get fallback_target"), 0);
	CHECK_STR(out, "nfs a:/b\nssh c@d\n");
	CHECK_EQ(call_file("--get failure_action"), 0);
	CHECK_STR(out, "halt\n");
	CHECK_EQ(call_file("--get kdump_pre"), 0);
	CHECK_STR(out, "\n");
	CHECK_EQ(call_file("--get retry"), 0);
	CHECK_STR(out, "2\n");
	CHECK_EQ(call_file("--get core_collector"), 0);
	CHECK_STR(out, HAVE_LZO ? "makedumpfile -l --message-level 7 -d 31\n"
				: "makedumpfile -c --message-level 7 -d 31\n");
	put("path /a\npath /b\n");
	CHECK_EQ(call_file("--get path"), 1);
	CHECK_STR(out, "");
	CHECK_EQ(call_file("--get pth"), 2);
	CHECK_STR(complaints, "kdump-config: no such key: pth; did you mean 'path'?\n");
	CHECK_EQ(call_file("--get net"), 2);
}

/* What the shell makes of it is what was written. */
TEST(shell_evaluates_to_the_same)
{
	char command[512], line[256] = "";
	FILE *f;

	put("core_collector a'b $(touch /tmp/pwned) `id` \\ \"c\nkdump_pre /p\n");
	CHECK_EQ(call_file("--shell"), 0);
	CHECK(strstr(out, "KDUMP_PATH='/var/crash'\n"));
	CHECK(strstr(out, "KDUMP_PRE='/p'\n"));
	CHECK(strstr(out, "KDUMP_POST=''\n"));
	CHECK(!strstr(out, "KDUMP_DEFAULT") && !strstr(out, "KDUMP_NET="));
	snprintf(command, sizeof(command), "%s.sh", file);
	f = fopen(command, "w");
	CHECK(f);
	fprintf(f, "%sprintf '%%s' \"$KDUMP_CORE_COLLECTOR\"\n", out);
	fclose(f);
	snprintf(command, sizeof(command), "sh %s.sh; rm %s.sh", file, file);
	f = popen(command, "r");
	CHECK(f && fgets(line, sizeof(line), f));
	CHECK_EQ(pclose(f), 0);
	CHECK_STR(line, "a'b $(touch /tmp/pwned) `id` \\ \"c");
	CHECK_OP(access("/tmp/pwned", F_OK), <, 0);
	put("x y\n");
	CHECK_EQ(call_file("--shell"), 1);
	CHECK_STR(out, "");
}

TEST(convert)
{
	put("KDUMP_COREDIR=/c\nSSH=a@b\n");
	CHECK_EQ(call_file("--convert"), 0);
	CHECK(strstr(out, "\npath /c\nssh a@b\n"));
	put("KDUMP_COREDIR=`x`\n");
	CHECK_EQ(call_file("--convert"), 1);
	CHECK(strstr(complaints, ":1:15: error: '`' would run a command"));
	CHECK_EQ(call("--convert /nowhere"), 2);
	CHECK_STR(complaints, "kdump-config: read /nowhere: No such file or directory\n");
}

/* What a word of Debian's becomes, in a child: it becomes the kdumpctl that PATH has. */
static void becomes(const char *verb, const char *command)
{
	char *argv[] = { "kdump-config", strdup(verb), NULL };
	FILE *to = tmpfile();
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		dup2(fileno(to), 1);
		_exit(config_main(2, argv));
	}
	CHECK_EQ(waitpid(pid, &status, 0), pid);
	CHECK_EQ(status, 0);
	slurp(to, out, sizeof(out));
	out[strcspn(out, "\n")] = '\0';
	CHECK_STR(out, command);
	free(argv[1]);
}

TEST(debians_verbs)
{
	char dir[TEMP_DIR_MAX], program[64];
	char *path = strdup(getenv("PATH"));

	temp_dir(dir);
	snprintf(program, sizeof(program), "%s/kdumpctl", dir);
	CHECK_EQ(symlink("/bin/echo", program), 0);
	setenv("PATH", dir, 1);
	becomes("load", "start");
	becomes("unload", "stop");
	becomes("reload", "restart");
	becomes("status", "_debian-status");
	becomes("show", "_debian-show");
	becomes("condreload", "_debian-condreload");
	becomes("try-reload", "_debian-condreload");
	becomes("savecore", "_debian-savecore");
	becomes("symlinks", "_debian-symlinks");
	CHECK_EQ(unlink(program), 0);
	CHECK_EQ(rmdir(dir), 0);
	CHECK_EQ(call("load"), 1);
	CHECK(strstr(complaints, "kdumpctl: No such file or directory; is it installed?"));
	setenv("PATH", path, 1);
	free(path);
	CHECK_EQ(call("frobnicate"), 2);
	CHECK_EQ(call("load now"), 2);
	CHECK_EQ(call("symlinks 6.1 6.2"), 2);
	CHECK_EQ(call("help"), 0);
	CHECK(strstr(out, "usage: kdump-config"));
}

TEST(wrong_use)
{
	CHECK_EQ(call(""), 2);
	CHECK(strstr(complaints, "usage: kdump-config"));
	CHECK_EQ(call("--frob"), 2);
	CHECK_STR(complaints, "kdump-config: not known: --frob; --help shows how to use it\n");
	CHECK_EQ(call("--get"), 2);
	CHECK_STR(complaints,
		  "kdump-config: too few arguments after --get; --help shows how to use it\n");
	CHECK_EQ(call("--shell a b"), 2);
	CHECK_STR(complaints, "kdump-config: too many arguments: b; --help shows how to use it\n");
	CHECK_EQ(call("--help nokey"), 2);
}

TEST(help_names_every_key)
{
	const struct config_key *key;
	char line[128];

	CHECK_EQ(call("--help"), 0);
	CHECK_STR(complaints, "");
	for (unsigned i = 0; (key = config_key_at(i)); i++) {
		snprintf(line, sizeof(line), "\n  %s ", key->name);
		CHECK_EQ((key->kind == KIND_REFUSED), !strstr(out, line));
	}
	for (char *l = strtok(out, "\n"); l; l = strtok(NULL, "\n"))
		CHECK_OP(strlen(l), <=, 80);
	CHECK_EQ(call("--help timeout"), 0);
	CHECK_EQ(strncmp(out, "timeout PHASE=TIME...\n    Time limits", 37), 0);
	for (char *l = strtok(out, "\n"); l; l = strtok(NULL, "\n"))
		CHECK_OP(strlen(l), <=, 80);
	CHECK_EQ(call("--help net"), 0);
	CHECK(strstr(out, "not supported any more"));
}

static void read_whole(const char *name, char *to, size_t room)
{
	FILE *f = fopen(name, "r");

	CHECK(f);
	slurp(f, to, room);
	CHECK(to[0] && strlen(to) < room - 1);
}

/* The page holds what the table says: run kdump-config --roff after a change. */
static void holds(const char *page, const char *what)
{
	static char text[1 << 16];
	char line[64];

	read_whole(page, text, sizeof(text));
	snprintf(line, sizeof(line), "--roff %s", what);
	CHECK_EQ(call(line), 0);
	CHECK_OP(strlen(out), >, 1000);
	if (!strstr(text, out))
		fail_msg("%s does not hold what kdump-config %s prints", page, line);
}

TEST(manual_is_made_of_the_tables)
{
	holds("docs/kdump.conf.5", "keys");
	holds("docs/kdump.conf.5", "variables");
}

TEST(manual_names_every_verb)
{
	static const char *const verbs[] = { "check",	"system", "get",    "shell",
					     "convert", "help",	  "version" };
	static char text[1 << 15];
	char want[32];

	read_whole("docs/kdump-config.8", text, sizeof(text));
	for (unsigned i = 0; i < 7; i++) {
		snprintf(want, sizeof(want), "\\-\\-%s", verbs[i]);
		CHECK(strstr(text, want));
	}
}

/* A line of the shipped file that begins with a key and is commented out. */
static void check_example(const char *line)
{
	char key[64];
	struct config c;

	if (line[0] != '#' || line[1] < 'a' || line[1] > 'z')
		return;
	good(line + 1, &c);
	sscanf(line + 1, "%63s", key);
	CHECK(config_key_find(key));
	config_free(&c);
}

TEST(shipped_file_is_good_and_names_every_key)
{
	static char text[1 << 15], copy[1 << 15];
	const struct config_key *key;
	char want[64], want_comment[64];

	CHECK_EQ(call("--check config/kdump.conf"), 0);
	CHECK_STR(complaints, "");
	read_whole("config/kdump.conf", text, sizeof(text));
	for (unsigned i = 0; (key = config_key_at(i)); i++) {
		if (key->kind == KIND_REFUSED || key->kind == KIND_OLD_DEFAULT)
			continue;
		snprintf(want, sizeof(want), "\n%s ", key->name);
		snprintf(want_comment, sizeof(want_comment), "\n#%s ", key->name);
		if (!strstr(text, want) && !strstr(text, want_comment))
			fail_msg("config/kdump.conf does not mention %s", key->name);
	}
	strcpy(copy, text);
	for (char *line = strtok(copy, "\n"); line; line = strtok(NULL, "\n"))
		check_example(line);
}

/*
 * What the shipped file sets is what counts without it, so that deleting it changes
 * nothing; but for a build that lacks the compressor everybody else has.
 */
TEST(shipped_file_has_usual_values)
{
	CHECK_EQ(call("--shell config/kdump.conf"), 0);
	CHECK(strstr(out, "KDUMP_CORE_COLLECTOR='makedumpfile -l --message-level 7 -d 31'\n"));
	CHECK(strstr(out, "KDUMP_PATH='/var/crash'\n"));
	put(out);
	CHECK_EQ(call("--shell /dev/null"), 0);
	{
		static char shipped[1 << 14];

		read_whole(file, shipped, sizeof(shipped));
		CHECK(!HAVE_LZO || strcmp(out, shipped) == 0);
	}
	unlink(file);
}

RUN(get_raw, check, check_of_the_system, get, shell_evaluates_to_the_same, convert, debians_verbs,
    wrong_use, help_names_every_key, manual_is_made_of_the_tables, manual_names_every_verb,
    shipped_file_is_good_and_names_every_key, shipped_file_has_usual_values)
