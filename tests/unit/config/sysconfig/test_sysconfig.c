/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_sysconfig.c - shell assignments without a shell, and what they come to */
#include "config/sysconfig/sysconfig.h"

#include "base/err.h"
#include "check.h"
#include "temp_dir.h"
#include "config/sysconfig/shell.h"
#include "config/sysconfig/sysconfig_table.h"
#include "config_case.h"

#include <unistd.h>

/* After text, variable A has this value, and these are the complaints. */
static void gives(const char *text, const char *value, const char *complaints)
{
	struct config_report report;
	struct shell_vars vars;
	const struct shell_var *var;

	CHECK_EQ(config_report_init(&report, "k"), 0);
	CHECK_EQ(shell_vars_read(text, strlen(text), &report, &vars), 0);
	var = shell_vars_find(&vars, "A");
	if (value ? !var || strcmp(var->value, value) != 0 : !!var)
		print_message("# %s: got %s, want %s\n", text, var ? var->value : "none",
			      value ? value : "none");
	CHECK(value ? var && strcmp(var->value, value) == 0 : !var);
	if (strcmp(said(&report), complaints) != 0)
		print_message("# %s\n#  got: %s\n# want: %s\n", text, said(&report), complaints);
	CHECK_STR(said(&report), complaints);
	shell_vars_free(&vars);
	config_report_fini(&report);
}

static const char *const good_texts[] = {
	"A=",
	"A=b",
	"A=b # c",
	"A=b#c",
	"A='b c'",
	"A=\"b c\"",
	"A=b' c'\"d\"e",
	"A=b\\ c",
	"A=\"b\\\"c\\\\d\\ne\"",
	"A='b\\c'",
	"A=b\\\nc",
	"A=\"b\\\nc\"",
	"# x\n\n  A=b  \n",
	"B=c\nA=x${B}y",
	"B=c\nA=$B.d",
	"B='c  d'\nA=$B",
	"B=c\nA='$B'",
	"B=c\nA=\"$B d\"",
	"B=c\nA=\"\\$B\"",
	"A=b\nA=c",
	"A=b; B=c",
	"A=b B=c",
	"export A=b",
	"A=b\nA+=c",
	"A+=c",
	"A=$",
	"A=\"a$\"",
	"A=\"5$ b\"",
	"A=*.[ch]",
	"A=a=b",
	"A=\"#b\"",
	"A=b\tB=d",
	"A=a~b",
	"A=\"it's\"",
	"A=''",
	"A=\"\"b''",
	"A=1\\\n",
};

/* The shell itself says what each of these means. */
TEST(values_are_those_of_a_shell)
{
	char path[TEMP_PATH_MAX];

	for (unsigned i = 0; i < sizeof(good_texts) / sizeof(good_texts[0]); i++) {
		char command[512], value[256] = "";
		FILE *script = fopen(temp_path("sysconfig.sh", path), "w"), *shell;

		CHECK(script);
		fprintf(script, "%s\nprintf '%%s' \"$A\"\n", good_texts[i]);
		fclose(script);
		snprintf(command, sizeof(command), "cd / && bash %s", path);
		shell = popen(command, "r");
		CHECK(shell);
		if (!fgets(value, sizeof(value), shell))
			value[0] = '\0';
		CHECK_EQ(pclose(shell), 0);
		gives(good_texts[i], value, "");
	}
	unlink(path);
}

TEST(line_ends)
{
	gives("A=b\r\nB=c\r\n", "b", "");
	gives("A='b\nc'", "b c", "");
	gives("A=\"b\r\nc\"", "b c", "");
	gives("A=b", "b", "");
}

#define A_COMMAND                                                                            \
	"error: this would be a command, and nothing here is run; write NAME=VALUE without " \
	"blanks around '='"

TEST(nothing_is_run)
{
	gives("A=`id`", NULL,
	      "1:3: error: '`' would run a command, and nothing here is run; write the value");
	gives("A=\"x`id`\"", NULL,
	      "1:5: error: '`' would run a command, and nothing here is run; write the value");
	gives("A=$(id)", NULL,
	      "1:3: error: '$(' would run a command, and nothing here is run; write the value");
	gives("A=\"$((1+1))\"", NULL,
	      "1:4: error: '$(' would run a command, and nothing here is run; write the value");
	gives("rm -rf /\nA=b", "b", "1:1: " A_COMMAND);
	gives("A = b", NULL, "1:1: " A_COMMAND);
	gives("if true; then\n  A=b\nfi", "b", "1:1: " A_COMMAND "\n3:1: " A_COMMAND);
	gives(". /etc/x", NULL, "1:1: " A_COMMAND);
	gives("[ -n \"$B\" ] && A=b", NULL, "1:1: " A_COMMAND);
	gives("A=b id", "b", "1:5: " A_COMMAND);
	gives("A=b|id", NULL,
	      "1:4: error: '|' is a shell's, and no shell reads this; put the value in quotes");
	gives("A=(b c)", NULL,
	      "1:3: error: '(' is a shell's, and no shell reads this; put the value in quotes");
	gives("A=b>c", NULL,
	      "1:4: error: '>' is a shell's, and no shell reads this; put the value in quotes");
}

TEST(expansions_beyond_plain_names)
{
	static const char only[] = "error: only $NAME and ${NAME} are understood; write the value "
				   "itself";
	char want[128];

	snprintf(want, sizeof(want), "1:3: %s", only);
	gives("A=${B:-c}", NULL, want);
	gives("A=${}", NULL, want);
	gives("A=${B", NULL, want);
	gives("A=$1", NULL, "1:3: error: '$1' has no meaning here; write '\\$' for a dollar sign");
	gives("A=\"$?\"", NULL,
	      "1:4: error: '$?' has no meaning here; write '\\$' for a dollar sign");
	gives("A=$'b'", NULL,
	      "1:3: error: '$'' is not understood; write the value in plain quotes");
	gives("A=~/b", NULL, "1:3: error: '~' is not understood; write the full path");
	gives("A=x$NONE.y", "x.y",
	      "1:4: warning: NONE has no value before this line; here it is "
	      "empty");
}

TEST(quotes_that_stay_open)
{
	gives("B=c\nA='b", NULL,
	      "2:3: error: this quote is never closed; write another ' at the end");
	gives("A=\"b\nC=d\n", NULL,
	      "1:3: error: this quote is never closed; write another \" at the end");
	gives("A=\"b\\", NULL,
	      "1:3: error: this quote is never closed; write another \" at the end");
}

TEST(memory_is_bounded)
{
	char *text = malloc(60000);
	size_t n = 0;

	/* Doubled 20 times it would be a megabyte. */
	n += (size_t)sprintf(text, "A=0123456789abcdef\n");
	for (int i = 0; i < 20; i++)
		n += (size_t)sprintf(text + n, "A=$A$A\n");
	{
		struct config_report r;
		struct shell_vars v;

		CHECK_EQ(config_report_init(&r, "k"), 0);
		CHECK_EQ(shell_vars_read(text, n, &r, &v), 0);
		CHECK_EQ(strlen(shell_vars_find(&v, "A")->value), SHELL_VALUE_MAX);
		CHECK_EQ(r.nr_errors, 10);
		shell_vars_free(&v);

		n = 0;
		for (int i = 0; i < SHELL_VARS_MAX + 1; i++)
			n += (size_t)sprintf(text + n, "A%d=\n", i);
		CHECK_EQ(shell_vars_read(text, n, &r, &v), 0);
		CHECK_EQ(v.nr, SHELL_VARS_MAX);
		shell_vars_free(&v);
		config_report_fini(&r);
	}
	free(text);
}

TEST(nul_ends_it_aloud)
{
	struct config_report r;
	struct shell_vars v;

	CHECK_EQ(config_report_init(&r, "k"), 0);
	CHECK_EQ(shell_vars_read("A=b\0B=c", 7, &r, &v), 0);
	CHECK_STR(said(&r), "1:4: error: a NUL byte; remove it: nothing behind it is read");
	CHECK_EQ(shell_vars_find(&v, "B"), NULL);
	shell_vars_free(&v);
	config_report_fini(&r);
}

static void load(const char *text, struct sysconfig *s)
{
	CHECK_EQ(sysconfig_parse("k", text, strlen(text), s), 0);
	CHECK_STR(said(&s->report), "");
}

TEST(usual_values)
{
	struct sysconfig s;

	load("", &s);
	CHECK(s.use_kdump && s.cpus == 0 && !s.all_cpus);
	CHECK(!s.kernel_version && !s.command_line && !s.command_line_append && !s.kexec_args);
	CHECK_EQ(sysconfig_get(&s, "KEXEC_ARGS"), NULL);
	sysconfig_free(&s);
	CHECK_EQ(sysconfig_load("/nowhere/kdump", &s), -ENOENT);
	CHECK(s.use_kdump);
	CHECK_EQ(sysconfig_get(&s, "KEXEC_ARGS"), NULL);
	sysconfig_free(&s);
	fail_clear();
}

TEST(file_of_fedora)
{
	struct sysconfig s;

	load("KDUMP_KERNELVER=\"6.1.0\"\nKDUMP_COMMANDLINE=\"\"\n"
	     "KDUMP_COMMANDLINE_REMOVE=\"hugepages quiet\"\n"
	     "KDUMP_COMMANDLINE_APPEND=\"irqpoll nr_cpus=1\"\nKEXEC_ARGS=\"-s\"\n"
	     "KDUMP_IMG=\"vmlinuz\"\nKDUMP_STDLOGLVL=4\nVMCORE_CREATION_NOTIFICATION=\"no\"\n",
	     &s);
	CHECK_STR(s.kernel_version, "6.1.0");
	CHECK_EQ(s.command_line, NULL);
	CHECK_STR(s.command_line_remove, "hugepages quiet");
	CHECK_STR(s.command_line_append, "irqpoll nr_cpus=1");
	CHECK_STR(s.kexec_args, "-s");
	CHECK_STR(s.image_name, "vmlinuz");
	sysconfig_notes(&s);
	CHECK_STR(
		said(&s.report),
		"7:1: warning: KDUMP_STDLOGLVL has no effect: verbosity is not set here; "
		"'kdumpctl --quiet' prints warnings only\n"
		"8:1: warning: VMCORE_CREATION_NOTIFICATION has no effect: only 'kdumpctl status' "
		"shows the last test; remove it");
	sysconfig_free(&s);
}

TEST(wrong_values_are_warnings)
{
	static const char text[] = "USE_KDUMP=maybe\nKDUMP_CPUS=-1\nKDUMP_COMANDLINE=x\nMINE=y\n";
	struct sysconfig s;

	CHECK_EQ(sysconfig_parse("k", text, strlen(text), &s), 0);
	CHECK_STR(
		said(&s.report),
		"1:1: warning: USE_KDUMP: 'maybe' has no effect; write yes or no\n"
		"2:1: warning: KDUMP_CPUS: '-1' has no effect; write a number\n"
		"3:1: warning: unknown variable KDUMP_COMANDLINE; write KDUMP_COMMANDLINE if that "
		"is what you mean");
	CHECK(s.use_kdump);
	CHECK_STR(sysconfig_get(&s, "MINE"), "y");
	sysconfig_free(&s);
	CHECK_EQ(sysconfig_parse("k", "reboot", 6, &s), -EINVAL);
	sysconfig_free(&s);
	fail_clear();
}

/* text becomes these lines of kdump.conf, which are good, with these complaints. */
static void becomes(const char *text, const char *conf, const char *complaints)
{
	static const char head[] = "# the settings of k, as keys of kdump.conf(5)\n";
	struct sysconfig s;
	struct config c;
	char *out;
	int rc;

	load(text, &s);
	rc = sysconfig_conf(&s, &out);
	sysconfig_notes(&s);
	config_report_sort(&s.report, 0);
	CHECK_EQ(rc, s.report.nr_errors ? -EINVAL : 0);
	if (strcmp(said(&s.report), complaints) != 0)
		print_message("# %s\n#  got: %s\n", text, said(&s.report));
	CHECK_STR(said(&s.report), complaints);
	if (conf) {
		CHECK(out && strncmp(out, head, strlen(head)) == 0);
		CHECK_STR(out + strlen(head), conf);
		good(out, &c);
		config_free(&c);
	} else {
		CHECK_EQ(out, NULL);
	}
	free(out);
	sysconfig_free(&s);
	fail_clear();
}

TEST(debian_becomes_kdump_conf)
{
	becomes("USE_KDUMP=1\nKEXEC_ARGS=-s", NULL, "");
	becomes("KDUMP_COREDIR=\"/var/crash\"\nMAKEDUMP_ARGS=\"-c -d 31\"\nKDUMP_NUM_DUMPS=3\n",
		"path /var/crash\ncore_collector makedumpfile -c -d 31\nkeep_dumps 3\n", "");
	becomes("KDUMP_COREDIR=/c\nSSH=\"a@b\"\nSSH_KEY=/k\nSSH_KDUMP_RETRY=16\nMAKEDUMP_ARGS=-c",
		"path /c\nssh a@b\nsshkey /k\nretry 15\ncore_collector makedumpfile -F -c\n", "");
	becomes("KDUMP_COREDIR=/c\nNFS=\"h:/e\"\nNFS_MOUNT_RETRY=4\nNFS_TIMEO=600",
		"path /\nnfs h:/e\nretry 3\n", "");
	becomes("KDUMP_COREDIR=/c\nNFS=\"h:/e\"\nSSH=a@b",
		"path /c\nnfs h:/e\nfallback_target ssh a@b\n",
		"2:1: warning: NFS: the directory KDUMP_COREDIR is looked for in the export too; "
		"create it there");
	becomes("FTP=h\nFTP_USER=u", NULL,
		"1:1: error: FTP: dumps are not sent by ftp; set SSH or NFS instead\n"
		"2:1: warning: FTP_USER has no effect: dumps are not sent by ftp; set SSH or NFS "
		"instead");
	becomes("HOSTTAG=ip\nKDUMP_DUMP_DMESG=0", NULL,
		"2:1: warning: KDUMP_DUMP_DMESG has no effect: the kernel log is always saved, and "
		"first; remove it");
	becomes("MAKEDUMP_ARGS=-l\nKDUMP_DUMPLEVEL=1", "core_collector makedumpfile -l\n",
		"2:1: warning: KDUMP_DUMPLEVEL: no effect beside MAKEDUMP_ARGS; leave one out");
	becomes("KDUMP_UPDATE_BOOTLOADER=no", "auto_reset_crashkernel no\n", "");
	becomes("KDUMP_FAIL_CMD=\"/sbin/reboot -f\"\nKDUMP_DUMP_DMESG=1\nHOSTTAG=hostname",
		"failure_action reboot\n",
		"3:1: warning: HOSTTAG has no effect: directories of dumps are named by address "
		"and time; remove it");
	becomes("KDUMP_FAIL_CMD='echo b >/proc/sysrq-trigger'", NULL,
		"1:1: warning: KDUMP_FAIL_CMD: only reboot, poweroff and halt are known; put "
		"other commands into a script in /etc/kdump/emergency.d");
	becomes("KDUMP_COMPRESSION=bzip2", NULL,
		"1:1: warning: KDUMP_COMPRESSION has no effect: dumps are compressed "
		"already; remove it");
	becomes("KDUMP_COREDIR='/a#b'", NULL,
		"1:1: error: KDUMP_COREDIR: this cannot be a line of kdump.conf; write it without "
		"'#' and outer quotes, and shorter");
}

#define L16  "0123456789abcdef"
#define L256 L16 L16 L16 L16 L16 L16 L16 L16 L16 L16 L16 L16 L16 L16 L16 L16

TEST(suse_becomes_kdump_conf)
{
	becomes("KDUMP_SAVEDIR=\"file:///d\"\nKDUMP_DUMPFORMAT=lzo\nKDUMP_DUMPLEVEL=1\n"
		"KDUMP_KEEP_OLD_DUMPS=5\nKDUMP_FREE_DISK_SIZE=64\nKDUMP_IMMEDIATE_REBOOT=true\n"
		"KDUMP_NETCONFIG=auto\nKDUMP_NET_TIMEOUT=30\nKDUMP_CONTINUE_ON_ERROR=false",
		"path /d\ncore_collector makedumpfile -l -d 1\nkeep_dumps 6\nmin_free 64M\n"
		"timeout network=30\nfailure_action shell\n",
		"");
	becomes("KDUMP_DUMPFORMAT=none\nKDUMP_DUMPLEVEL=31", "core_collector none\n", "");
	becomes("KDUMP_IMMEDIATE_REBOOT=false", NULL,
		"1:1: warning: KDUMP_IMMEDIATE_REBOOT has no effect: no shell waits behind a dump; "
		"write 'final_action' in kdump.conf");
	becomes("KDUMP_SYSCTL='kernel.panic_on_oops=1'", NULL, "");
	becomes("KDUMP_SYSCTL='kernel.hung_task_panic=1'", NULL,
		"1:1: warning: KDUMP_SYSCTL has no effect: settings of sysctl are not made here; "
		"write them into /etc/sysctl.d/90-kdump.conf");
	becomes("KDUMP_SSH_IDENTITY='/a /b'", "sshkey /a\n",
		"1:1: warning: KDUMP_SSH_IDENTITY: one key goes into the image, the first; leave "
		"the rest out");
	becomes("KDUMP_SAVEDIR=/d\nKDUMP_KEEP_OLD_DUMPS=-1", "path /d\nkeep_dumps 1\n", "");
	becomes("KDUMP_SAVEDIR=nfs://h/e/x", "path /\nnfs h:/e/x\n", "");
	becomes("KDUMP_SAVEDIR=nfs://[fe80::1]/e", "path /\nnfs [fe80::1]:/e\n", "");
	becomes("KDUMP_SAVEDIR=ssh://u@h/d\nKDUMP_DUMPFORMAT=compressed",
		"path /d\nssh u@h\ncore_collector makedumpfile -F -c -d 31\n", "");
	becomes("KDUMP_SAVEDIR=nfs://h/" L256 L256, "path /\nnfs h:/" L256 L256 "\n", "");
	becomes("KDUMP_SAVEDIR=ssh://u@" L256 "/d", NULL,
		"1:1: error: KDUMP_SAVEDIR: the URL is longer than any target can be; write a "
		"shorter one");
	becomes("KDUMP_SAVEDIR=sftp://h", "path /\nssh root@h\n", "");
	becomes("KDUMP_SAVEDIR=scp://u:p@h:22/d", "path /d\nssh u@h\n",
		"1:1: warning: KDUMP_SAVEDIR: the password is not used; run 'kdumpctl propagate' "
		"to log in by key\n"
		"1:1: error: KDUMP_SAVEDIR: write the port into root's ssh_config instead of the "
		"URL");
	becomes("KDUMP_SAVEDIR=cifs://h/d", NULL,
		"1:1: error: KDUMP_SAVEDIR: dumps are not sent this way; write file:, nfs: or "
		"ssh:");
	becomes("KDUMP_PRESCRIPT=/a/b\nKDUMP_POSTSCRIPT='echo x'\nKDUMP_REQUIRED_PROGRAMS='/a /b'",
		"kdump_pre /a/b\nextra_bins /a /b\n",
		"2:1: warning: KDUMP_POSTSCRIPT: shell code is not run; put it into a script, and "
		"write its full path here");
	becomes("KDUMP_HOST_KEY='*'", NULL,
		"1:1: warning: KDUMP_HOST_KEY has no effect: the host key is taken "
		"from root's known_hosts; run "
		"'kdumpctl propagate'");
}

RUN(

	values_are_those_of_a_shell, line_ends, nothing_is_run, expansions_beyond_plain_names,
	quotes_that_stay_open, memory_is_bounded, nul_ends_it_aloud, usual_values, file_of_fedora,
	wrong_values_are_warnings, debian_becomes_kdump_conf, suse_becomes_kdump_conf)
