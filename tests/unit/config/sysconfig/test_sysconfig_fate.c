/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_sysconfig_fate.c - nothing in a sysconfig file is dropped silently */
#include "config/sysconfig/sysconfig.h"

#include "base/err.h"
#include "check.h"
#include "config/sysconfig/sysconfig_table.h"
#include "config_case.h"

#include <stdlib.h>

static void load(const char *text, struct sysconfig *s)
{
	CHECK_EQ(sysconfig_parse("k", text, strlen(text), s), 0);
	CHECK_STR(said(&s->report), "");
}

/* A value that asks for something, for each kind of row; some need a word of their own. */
static const char *sample_of(const struct sysconfig_row *row)
{
	static const char *const own[][2] = {
		{ "USE_KDUMP", "0" },
		{ "KDUMP_SAVEDIR", "nfs://h/e" },
		{ "NFS", "h:/e" },
		{ "SSH", "a@b" },
		{ "KDUMP_DUMPFORMAT", "none" },
		{ "KDUMP_FAIL_CMD", "poweroff" },
		{ "KDUMP_CONTINUE_ON_ERROR", "false" },
		{ "KDUMP_UPDATE_BOOTLOADER", "false" },
		{ "KDUMP_PRESCRIPT", "/a" },
		{ "KDUMP_POSTSCRIPT", "/a" },
		{ "KDUMP_REQUIRED_PROGRAMS", "/a" },
		{ "KDUMP_DUMP_DMESG", "0" },
		{ "KDUMP_COPY_KERNEL", "no" },
	};

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		if (strcmp(row->name, own[i][0]) == 0)
			return own[i][1];
	}
	return row->kind == SYSCONFIG_NOTE ? "something" : "7";
}

/* Members as bytes, without what every reading has of its own. */
static bool same_members(const struct sysconfig *a, const struct sysconfig *b)
{
	return memcmp(a, b, offsetof(struct sysconfig, report)) == 0;
}

/* No setting is read and dropped: it changes a member, or the kdump.conf, or is warned of. */
TEST(every_variable_has_an_effect_or_a_warning)
{
	const struct sysconfig_row *row;

	for (unsigned i = 0; (row = sysconfig_row_at(i)); i++) {
		struct sysconfig s, none;
		char text[128], *conf = NULL;
		unsigned told;

		snprintf(text, sizeof(text), "%s='%s'\n", row->name, sample_of(row));
		CHECK_EQ(sysconfig_parse("k", "", 0, &none), 0);
		CHECK_EQ(sysconfig_parse("k", text, strlen(text), &s), 0);
		sysconfig_conf(&s, &conf);
		fail_clear();
		told = s.report.nr;
		sysconfig_notes(&s);
		if (same_members(&s, &none) && !conf && s.report.nr == 0)
			fail_msg("%s comes to nothing", text);
		CHECK_EQ(s.report.nr > told, row->kind == SYSCONFIG_NOTE);
		CHECK(row->help && strlen(row->help) > 2);
		free(conf);
		sysconfig_free(&s);
		sysconfig_free(&none);
	}
}

/* As the three distributions document them: each is in the table. */
TEST(every_documented_variable_is_known)
{
	static const char documented[] =
		"KDUMP_KERNELVER KDUMP_COMMANDLINE KDUMP_COMMANDLINE_REMOVE "
		"KDUMP_COMMANDLINE_APPEND "
		"FADUMP_COMMANDLINE_APPEND KEXEC_ARGS KDUMP_IMG KDUMP_IMG_EXT KDUMP_BOOTDIR "
		"KDUMP_STDLOGLVL KDUMP_SYSLOGLVL KDUMP_KMSGLOGLVL VMCORE_CREATION_NOTIFICATION "
		"KDUMP_CRASHKERNEL KDUMP_UPDATE_BOOTLOADER "
		"KDUMP_AUTO_RESIZE KDUMP_CPUS KDUMP_FADUMP "
		"KDUMP_FADUMP_SHELL KEXEC_OPTIONS MAKEDUMPFILE_OPTIONS KDUMP_IMMEDIATE_REBOOT "
		"KDUMP_TRANSFER KDUMP_SAVEDIR KDUMP_KEEP_OLD_DUMPS "
		"KDUMP_FREE_DISK_SIZE KDUMP_VERBOSE "
		"KDUMP_DUMPLEVEL KDUMP_DUMPFORMAT KDUMP_CONTINUE_ON_ERROR KDUMP_REQUIRED_PROGRAMS "
		"KDUMP_PRESCRIPT KDUMP_POSTSCRIPT KDUMP_NETCONFIG KDUMP_NET_TIMEOUT "
		"KDUMP_SMTP_SERVER KDUMP_SMTP_USER KDUMP_SMTP_PASSWORD KDUMP_NOTIFICATION_TO "
		"KDUMP_NOTIFICATION_CC KDUMP_HOST_KEY KDUMP_SSH_IDENTITY KDUMPTOOL_FLAGS "
		"KDUMP_COPY_KERNEL USE_KDUMP KDUMP_KERNEL KDUMP_INITRD "
		"KDUMP_COREDIR KDUMP_FAIL_CMD "
		"KDUMP_DUMP_DMESG KDUMP_NUM_DUMPS KDUMP_COMPRESSION MAKEDUMP_ARGS KDUMP_KEXEC_ARGS "
		"KDUMP_CMDLINE KDUMP_CMDLINE_APPEND HOSTTAG NFS NFS_TIMEO NFS_RETRANS "
		"NFS_MOUNT_RETRY FTP FTP_USER FTP_PASSWORD FTP_PORT SSH SSH_KEY SSH_KDUMP_RETRY "
		"KDUMP_SYSCTL";
	char *copy = strdup(documented);

	for (char *w = strtok(copy, " "); w; w = strtok(NULL, " ")) {
		const struct sysconfig_row *row = NULL;

		for (unsigned i = 0; (row = sysconfig_row_at(i)) && strcmp(row->name, w); i++)
			;
		if (!row)
			fail_msg("%s", w);
	}
	free(copy);
}

/* With this kdump.conf, these warnings come of the sysconfig file. */
static void differs(const char *sysconfig, const char *conf, const char *want)
{
	struct sysconfig s;
	struct config c;
	unsigned nr, lines = *want != '\0';

	load(sysconfig, &s);
	good(conf, &c);
	CHECK_EQ(sysconfig_compare(&s, "/etc/kdump.conf", &c, &nr), 0);
	if (strcmp(said(&s.report), want) != 0)
		print_message("# %s\n#  got: %s\n", sysconfig, said(&s.report));
	CHECK_STR(said(&s.report), want);
	for (const char *at = want; (at = strchr(at, '\n')); at++)
		lines++;
	CHECK_EQ(nr, lines);
	CHECK_EQ(s.report.nr_errors, 0);
	config_free(&c);
	sysconfig_free(&s);
}

#define COUNTS "; leave one of them out"

TEST(both_files_speak)
{
	differs("KDUMP_COREDIR=/var/crash\nSSH_KEY=/root/.ssh/kdump_id_rsa", "path /var/crash\n",
		"");
	differs("KDUMP_COREDIR=/c\nKDUMP_NUM_DUMPS=3\nMAKEDUMP_ARGS='-c -d 31'",
		"path /c\nkeep_dumps 3\ncore_collector  makedumpfile  -c -d 31\n", "");
	differs("KDUMP_COREDIR=/c\nKDUMP_NUM_DUMPS=3\nMAKEDUMP_ARGS='-c -d 31'", "path /d\n",
		"1:1: warning: KDUMP_COREDIR has no effect: it means 'path /c', but "
		"/etc/kdump.conf, which counts, has 'path /d'" COUNTS "\n"
		"2:1: warning: KDUMP_NUM_DUMPS has no effect: it means 'keep_dumps 3', but "
		"/etc/kdump.conf, which counts, has 'keep_dumps 0'" COUNTS "\n"
		"3:1: warning: MAKEDUMP_ARGS has no effect: it means 'core_collector makedumpfile "
		"-c -d 31', but /etc/kdump.conf, which counts, has 'core_collector makedumpfile "
#if HAVE_LZO
		"-l"
#else
		"-c"
#endif
		" --message-level 7 -d 31'" COUNTS);
	differs("SSH=a@b", "ssh a@b\n", "");
	differs("SSH=a@b\nMAKEDUMP_ARGS=-c", "ssh a@b\ncore_collector makedumpfile -F -c\n", "");
	differs("SSH=a@b", "nfs h:/e\n",
		"1:1: warning: SSH has no effect: it means 'ssh a@b', but "
		"/etc/kdump.conf, which counts, has "
		"'nfs h:/e'" COUNTS);
	differs("SSH=a@b", "path /x\n",
		"1:1: warning: SSH has no effect: it means 'ssh a@b', but "
		"/etc/kdump.conf, which counts, has no "
		"target" COUNTS);
	differs("KDUMP_SAVEDIR=nfs://h/e\nKDUMP_FREE_DISK_SIZE=64\nKDUMP_NET_TIMEOUT=30",
		"nfs h:/e\npath /\nmin_free 65536K\ntimeout network=30s device=3min\n", "");
	differs("KDUMP_NET_TIMEOUT=30", "timeout network=31\n",
		"1:1: warning: KDUMP_NET_TIMEOUT has no effect: it means 'timeout network=30', but "
		"/etc/kdump.conf, which counts, has 'timeout network=31'" COUNTS);
}

/* What would be an error if it counted is a warning where kdump.conf counts. */
TEST(what_cannot_be_carried_over_is_no_error_beside_a_kdump_conf)
{
	struct sysconfig s;
	struct config c;
	unsigned nr;

	load("FTP=h", &s);
	good("path /x\n", &c);
	CHECK_EQ(sysconfig_compare(&s, "/etc/kdump.conf", &c, &nr), 0);
	CHECK_STR(said(&s.report),
		  "1:1: warning: FTP: dumps are not sent by ftp; set SSH or NFS instead");
	config_free(&c);
	sysconfig_free(&s);
}

RUN(every_variable_has_an_effect_or_a_warning, every_documented_variable_is_known, both_files_speak,
    what_cannot_be_carried_over_is_no_error_beside_a_kdump_conf)
