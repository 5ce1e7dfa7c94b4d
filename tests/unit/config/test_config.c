/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_config.c - every key of kdump.conf but the targets: values, defaults, mistakes */
#include "config/config.h"

#include "base/err.h"
#include "check.h"
#include "config/parse/keys.h"
#include "config_case.h"

TEST(empty_file_has_usual_values)
{
	struct config c;

	good("", &c);
	CHECK_EQ(c.nr_targets, 1);
	CHECK_EQ(c.targets[0].kind, CONFIG_TARGET_PATH);
	CHECK_STR(c.path, "/var/crash");
	CHECK_EQ(c.core_collector, NULL);
	CHECK_STR(c.sshkey, "/root/.ssh/kdump_id_rsa");
	CHECK_EQ(c.failure_action, CONFIG_REBOOT);
	CHECK_EQ(c.final_action, CONFIG_REBOOT);
	CHECK(!c.kdump_pre && !c.kdump_post && !c.kdump_emergency && !c.dracut_args);
	CHECK(!c.extra_bins[0] && !c.extra_modules[0] && !c.dracut_argv[0]);
	CHECK(!c.fence_kdump_nodes[0] && !c.fence_kdump_args[0]);
	CHECK(!c.force_rebuild && !c.force_no_rebuild && c.auto_reset_crashkernel);
	CHECK(c.keep_dumps == 0 && c.min_free == 0 && c.retry == 2 && !c.raw_overwrite);
	CHECK_EQ(c.max_unfiltered, CONFIG_NO_LIMIT);
	CHECK_EQ(c.timeout[CONFIG_PHASE_DEVICE], 60);
	CHECK_EQ(c.timeout[CONFIG_PHASE_NETWORK], 90);
	CHECK_EQ(c.timeout[CONFIG_PHASE_MOUNT], 60);
	CHECK_EQ(c.timeout[CONFIG_PHASE_HOOK], 300);
	CHECK_EQ(c.timeout[CONFIG_PHASE_STALL], 300);
	CHECK_EQ(c.timeout[CONFIG_PHASE_TOTAL], 0);
	config_free(&c);
}

TEST(every_key_in_one_file)
{
	struct config c;

	good("path /dumps\n"
	     "core_collector makedumpfile -z -d 17\n"
	     "sshkey /root/.ssh/other\n"
	     "failure_action dump_to_rootfs\n"
	     "final_action poweroff\n"
	     "kdump_pre /a/pre\nkdump_post /a/post\nkdump_emergency /a/emergency\n"
	     "extra_bins /bin/a  /bin/b\n"
	     "extra_modules dm-mod virtio_net\n"
	     "dracut_args --add-drivers \"a b\" --omit-drivers 'c'\n"
	     "force_rebuild 1\nforce_no_rebuild 0\nauto_reset_crashkernel no\n"
	     "fence_kdump_nodes n1 10.0.0.2 fe80::1%eth0\n"
	     "fence_kdump_args -p 7410 -f auto\n"
	     "keep_dumps 3\nmin_free 64M\nmax_unfiltered 2G\nretry 0\nraw_overwrite yes\n"
	     "timeout device=5 hook=2min total=1h\n",
	     &c);
	CHECK_STR(c.path, "/dumps");
	CHECK_STR(c.core_collector, "makedumpfile -z -d 17");
	CHECK_STR(c.sshkey, "/root/.ssh/other");
	CHECK_EQ(c.failure_action, CONFIG_DUMP_TO_ROOTFS);
	CHECK_EQ(c.final_action, CONFIG_POWEROFF);
	CHECK_STR(c.kdump_pre, "/a/pre");
	CHECK_STR(c.kdump_post, "/a/post");
	CHECK_STR(c.kdump_emergency, "/a/emergency");
	CHECK_STR(c.extra_bins[1], "/bin/b");
	CHECK(!c.extra_bins[2]);
	CHECK_STR(c.extra_modules[0], "dm-mod");
	CHECK_STR(c.extra_modules[1], "virtio_net");
	CHECK_STR(c.extra_modules[3], "b");
	CHECK(!c.extra_modules[4]);
	CHECK_STR(c.dracut_args, "--add-drivers \"a b\" --omit-drivers 'c'");
	CHECK_STR(c.dracut_argv[1], "a b");
	CHECK_STR(c.dracut_argv[3], "c");
	CHECK(!c.dracut_argv[4]);
	CHECK(c.force_rebuild && !c.force_no_rebuild && !c.auto_reset_crashkernel);
	CHECK_STR(c.fence_kdump_nodes[2], "fe80::1%eth0");
	CHECK_STR(c.fence_kdump_args[3], "auto");
	CHECK_EQ(c.keep_dumps, 3);
	CHECK(c.min_free == 64 << 20 && c.max_unfiltered == 2ull << 30);
	CHECK(c.retry == 0 && c.raw_overwrite);
	CHECK_EQ(c.timeout[CONFIG_PHASE_DEVICE], 5);
	CHECK_EQ(c.timeout[CONFIG_PHASE_NETWORK], 90);
	CHECK_EQ(c.timeout[CONFIG_PHASE_HOOK], 120);
	CHECK_EQ(c.timeout[CONFIG_PHASE_TOTAL], 3600);
	CHECK_STR(config_written(&c, "path"), "/dumps");
	CHECK_EQ(config_written(&c, "nfs"), NULL);
	config_free(&c);
}

TEST(options_of_dracut)
{
	struct config c;

	good("dracut_args --install \"ls /bin/cp\" -I=rm --omit-drivers \"snd cfg80211 dm-mod\" "
	     "--force-drivers='a-b' --omit-drivers e\nextra_bins /x\n",
	     &c);
	CHECK_STR(c.extra_bins[0], "/x");
	CHECK_STR(c.extra_bins[1], "ls");
	CHECK_STR(c.extra_bins[2], "/bin/cp");
	CHECK_STR(c.extra_bins[3], "rm");
	CHECK(!c.extra_bins[4]);
	CHECK_STR(c.extra_modules[0], "a_b");
	CHECK(!c.extra_modules[1]);
	CHECK_STR(c.omit_modules[2], "dm_mod");
	CHECK_STR(c.omit_modules[3], "e");
	CHECK(!c.omit_modules[4]);
	config_free(&c);

	good("dracut_args --add-drivers", &c);
	CHECK(!c.extra_modules[0]);
	config_free(&c);

	read_conf("dracut_args -v --omit-drivers=\"a.* b\"",
		  "1:13: warning: '-v' has no effect, since the image is not made by dracut; what "
		  "has: --mount --add-drivers --force-drivers --omit-drivers --install\n"
		  "1:13: warning: 'a.*' is not the name of a module and is ignored; write each by "
		  "its name",
		  &c);
	CHECK_STR(c.omit_modules[0], "b");
	config_free(&c);
}

TEST(unknown_keys_get_an_answer)
{
	complains("pth /a", "1:1: error: unknown key 'pth'; write 'path' if that is what you mean");
	complains("Path /a",
		  "1:1: error: unknown key 'Path'; write 'path' if that is what you mean");
	complains("core-collector x", "1:1: error: unknown key 'core-collector'; "
				      "write 'core_collector' if that is what you mean");
	complains("kdump_pots /x", "1:1: error: unknown key 'kdump_pots'; "
				   "write 'kdump_post' if that is what you mean");
	complains("path=/a", "1:1: error: unknown key 'path=/a'; write 'path', a blank, and the "
			     "value");
	complains("path: /a",
		  "1:1: error: unknown key 'path:'; write 'path', a blank, and the value");
	complains("path = /a", "1:6: error: no '=' here; write 'path', a blank, and the value");
	complains("nfs : a:/b", "1:5: error: no ':' here; write 'nfs', a blank, and the value");
	complains("hash2#x y",
		  "1:1: error: unknown key 'hash2#x'; kdump.conf(5) lists all; remove the line");
	complains("override_resettable 1",
		  "1:1: error: unknown key 'override_resettable'; remove the line");
	complains("vfat /dev/sda1", "1:1: error: unknown key 'vfat'; files larger than 4 GiB do "
				    "not fit there; use ext4, xfs or btrfs");
	complains("nfs4 a:/b", "1:1: error: unknown key 'nfs4'; write 'nfs HOST:/EXPORT'; the "
			       "version is that of the live mount");
}

TEST(old_keys_are_refused_with_the_new_way)
{
	complains("net root@a",
		  "1:1: error: 'net' is not supported any more; write 'nfs HOST:/EXPORT' or "
		  "'ssh USER@HOST'");
	complains("options x y", "1:1: error: 'options' is not supported any more; put options of "
				 "modules into a file in /etc/modprobe.d");
	complains("link_delay 60", "1:1: error: 'link_delay' is not supported any more; write "
				   "'timeout network=SECONDS'");
	complains("disk_timeout 60", "1:1: error: 'disk_timeout' is not supported any more; write "
				     "'timeout device=SECONDS'");
	complains("debug_mem_level 3",
		  "1:1: error: 'debug_mem_level' is not supported any more; remove the line; "
		  "'kdumpctl estimate' shows how much memory is needed");
	complains("blacklist", "1:1: error: 'blacklist' is not supported any more; write "
			       "'dracut_args --omit-drivers MODULE'");
}

TEST(empty_values_and_duplicates)
{
	complains("sshkey", "1:7: error: 'sshkey' has no value; write sshkey FILE, or remove the "
			    "line");
	complains("path # /a", "1:6: error: 'path' has no value; write path DIRECTORY, or remove "
			       "the line");
	complains("path \"\"", "1:7: error: 'path' has no value; write path DIRECTORY, or remove "
			       "the line");
	complains("path /a\npath /a",
		  "2:1: error: 'path' was given on line 1 already; keep one of the two lines");
	complains("a b\nforce_rebuild 1\n\nforce_rebuild 0",
		  "1:1: error: unknown key 'a'; kdump.conf(5) lists all; remove the line\n"
		  "4:1: error: 'force_rebuild' was given on line 2 already; keep one of the two "
		  "lines");
}

TEST(actions)
{
	struct config c;

	complains("failure_action retry",
		  "1:16: error: failure_action: 'retry' is not an action; write "
		  "one of: reboot halt poweroff shell dump_to_rootfs");
	complains("final_action shell",
		  "1:14: error: final_action: 'shell' is not an action; write "
		  "one of: reboot halt poweroff");
	read_conf("default shell",
		  "1:1: warning: 'default' is the old name of failure_action; write "
		  "'failure_action shell'",
		  &c);
	CHECK_EQ(c.failure_action, CONFIG_SHELL);
	config_free(&c);
	complains("failure_action halt\ndefault shell",
		  "2:1: error: 'default' was given on line 1 already, as 'failure_action'; keep "
		  "one of the two lines\n"
		  "2:1: warning: 'default' is the old name of failure_action; write "
		  "'failure_action shell'");
}

TEST(switches)
{
	struct config c;

	complains("force_rebuild yes",
		  "1:15: error: force_rebuild: 'yes' is not understood; write 0 or 1");
	complains("raw_overwrite 1",
		  "1:15: error: raw_overwrite: '1' is not understood; write yes or "
		  "no");
	read_conf("auto_reset_crashkernel 0",
		  "1:24: warning: auto_reset_crashkernel: '0' is taken for yes; write yes or no",
		  &c);
	CHECK(c.auto_reset_crashkernel);
	config_free(&c);
	complains("force_no_rebuild 1\nforce_rebuild 1",
		  "1:18: error: force_rebuild and force_no_rebuild are both 1; set one to 0");
}

TEST(paths_and_files)
{
	struct config c;

	complains("path '/a'",
		  "1:6: error: path: quotes stay part of the name; write it without them");
	complains("path /a/../b",
		  "1:6: error: path: '/a/../b' has '..' in it; write the path it leads to");
	complains("path ..", "1:6: error: path: '..' has '..' in it; write the path it leads to");
	good("path /a..b/..c/d..", &c);
	config_free(&c);
	read_conf("path crash", "1:6: warning: path: 'crash' is taken for '/crash'; write it so",
		  &c);
	CHECK_STR(c.path, "/crash");
	config_free(&c);
	good("path crash\nssh a@b", &c);
	CHECK_STR(c.path, "crash");
	config_free(&c);
	read_conf("path crash\nssh a@b\nfallback_target nfs c:/d",
		  "1:6: warning: path: 'crash' is taken for '/crash'; write it so", &c);
	CHECK_STR(c.path, "/crash");
	config_free(&c);
	complains("kdump_pre pre.sh",
		  "1:11: error: kdump_pre: 'pre.sh' is not a full path; write one that begins with "
		  "'/'");
	complains("extra_bins /bin/a b/c /d",
		  "1:19: error: extra_bins: 'b/c' cannot be used; write its full path, which "
		  "begins with '/'");
	complains("extra_modules a.ko /lib/b -c",
		  "1:15: error: extra_modules: 'a.ko' cannot be used; write the name of a module, "
		  "without directory and '.ko'\n"
		  "1:20: error: extra_modules: '/lib/b' cannot be used; write the name of a "
		  "module, without directory and '.ko'\n"
		  "1:27: error: extra_modules: '-c' cannot be used; write the name of a module, "
		  "without directory and '.ko'");
	complains("fence_kdump_nodes a -b",
		  "1:21: error: fence_kdump_nodes: '-b' cannot be used; write a host name or an "
		  "address");
}

TEST(numbers_sizes_and_times)
{
	complains("keep_dumps -1", "1:12: error: keep_dumps: '-1' is not a number between 0 "
				   "and 9999");
	complains("retry 10000", "1:7: error: retry: '10000' is not a number between 0 and "
				 "9999");
	complains("min_free 5%",
		  "1:10: error: min_free: '5%' is not a size; write a number of bytes, "
		  "or one with K, M, G or T behind it, such as 512M");
	complains(
		"min_free unlimited",
		"1:10: error: min_free: 'unlimited' is not a size; write a number of bytes, or one "
		"with K, M, G or T behind it, such as 512M");
	complains("timeout disk=5",
		  "1:9: error: timeout: 'disk=5' names no phase; write PHASE=TIME with one of "
		  "device network mount hook stall total");
	complains("timeout hook", "1:9: error: timeout: 'hook' names no phase; write "
				  "PHASE=TIME with one of device network mount hook stall total");
	complains("timeout hook=1 stall=x hook=2",
		  "1:16: error: timeout: 'x' is not a time of a week at most; write one like "
		  "90s, 5min or 1h30min\n"
		  "1:24: error: timeout: 'hook' is there twice; remove one of them");
}

/* Lenient: the last word counts where there are two, and usual values where there is none. */
TEST(lenient_reading_takes_what_it_can)
{
	static const char text[] = "path /a\npath /b\nfoo\nfinal_action shell\nkeep_dumps x\n"
				   "ext4 UUID=1\nnfs a:/b\nextra_modules a b.ko c\nretry 5\n";
	struct config c;

	CHECK_EQ(config_parse("k", text, strlen(text), CONFIG_LENIENT, &c), 0);
	CHECK_EQ(c.report.nr_errors, 6);
	CHECK_STR(c.path, "/b");
	CHECK_EQ(c.final_action, CONFIG_REBOOT);
	CHECK(c.keep_dumps == 0 && c.retry == 5);
	CHECK_EQ(c.nr_targets, 2);
	CHECK_STR(c.targets[0].where, "UUID=1");
	CHECK_STR(c.targets[1].where, "a:/b");
	CHECK_STR(c.extra_modules[1], "c");
	config_free(&c);

	CHECK_EQ(config_load("/nowhere/kdump.conf", CONFIG_LENIENT, &c), 0);
	CHECK_STR(said(&c.report), "/nowhere/kdump.conf: error: cannot be read (No such file or "
				   "directory); defaults are used");
	CHECK_STR(c.path, "/var/crash");
	CHECK_STR(fail_text(), "");
	config_free(&c);
}

TEST(files_that_cannot_be_or_are_too_long)
{
	struct config c;
	char *text = malloc(70000);

	CHECK_EQ(config_load("/nowhere/kdump.conf", 0, &c), -ENOENT);
	CHECK_STR(fail_text(), "read /nowhere/kdump.conf: No such file or directory");
	config_free(&c);
	CHECK_EQ(config_load("/", CONFIG_LENIENT, &c), 0);
	config_free(&c);

	memset(text, '\n', 70000);
	memcpy(text, "path /x", 7);
	CHECK_EQ(config_parse("k", text, 70000, 0, &c), -EINVAL);
	CHECK_STR(said(&c.report),
		  "k: error: longer than 64 KiB, and not read beyond; is it the right file?");
	CHECK_STR(c.path, "/x");
	config_free(&c);
	free(text);
}

TEST(every_key_is_documented)
{
	const struct config_key *key;

	for (unsigned i = 0; (key = config_key_at(i)); i++) {
		CHECK_EQ(config_key_find(key->name), key);
		CHECK(key->help[0] && key->manual[0]);
		CHECK_EQ((key->shape == NULL), (key->kind == KIND_REFUSED));
	}
}

/* RUN() takes twelve. */
int main(void)
{
	const struct CMUnitTest tests[] = {
		U12(empty_file_has_usual_values, every_key_in_one_file, unknown_keys_get_an_answer,
		    old_keys_are_refused_with_the_new_way, empty_values_and_duplicates, actions,
		    switches, paths_and_files, numbers_sizes_and_times,
		    lenient_reading_takes_what_it_can, files_that_cannot_be_or_are_too_long,
		    every_key_is_documented),
		U1(options_of_dracut),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
