/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_config_check.c - what is right as text, but not on a system: a made-up one in /tmp */
#include "config/check/check.h"

#include "base/err.h"
#include "check.h"
#include "temp_dir.h"
#include "config_case.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static char root[64];

/* A file below the root with this mode, its directories too; returns its full name. */
static const char *put(const char *file, mode_t mode, const char *text)
{
	static char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s%s", root, file);
	for (char *slash = path + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
	f = fopen(path, "w");
	CHECK(f);
	fputs(text, f);
	fclose(f);
	CHECK_EQ(chmod(path, mode), 0);
	return path;
}

static int make_root(void **state)
{
	(void)state;
	temp_dir(root);
	put("/var/crash/.keep", 0600, "");
	/* Says what it was called with and, for -Q, no. */
	put("/collector", 0755,
	    "#!/bin/sh\n"
	    "case \"$*\" in *-Q*) echo 'kdump-collect: -Q is not an option' >&2; exit 2;; esac\n"
	    "echo \"$*\" > \"${0%/*}/called\"\n");
	return 0;
}

static int remove_root(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", root);
	return system(command);
}

/* text is good as text; the made-up system has these complaints about it. */
static void on_system(const char *text, const char *complaints)
{
	char collector[128];
	struct config_system sys = { .root = root, .collector = collector, .kernel = "1.2-k" };
	struct config c;
	int rc;

	snprintf(collector, sizeof(collector), "%s/collector", root);
	good(text, &c);
	rc = config_check_system(&c, &sys);
	if (strcmp(said(&c.report), complaints) != 0)
		print_message("# %s\n#  got: %s\n# want: %s\n", text, said(&c.report), complaints);
	CHECK_STR(said(&c.report), complaints);
	CHECK_EQ(rc, c.report.nr_errors ? -EINVAL : 0);
	config_free(&c);
	fail_clear();
}

TEST(empty_file_is_good)
{
	on_system("", "");
}

TEST(hooks)
{
	put("/hook", 0755, "#!/bin/sh\n");
	put("/plain", 0644, "");
	put("/with blank", 0755, "#!/bin/sh\n");
	on_system("kdump_pre /hook\nkdump_post /with blank", "");
	on_system("kdump_pre /none\nkdump_post /plain\nkdump_emergency /var",
		  "1:11: error: kdump_pre: '/none' is not there (No such file or directory); "
		  "create it, or remove the line\n"
		  "2:12: error: kdump_post: '/plain' may not be run; run: chmod +x /plain\n"
		  "3:17: error: kdump_emergency: '/var' is not a file; name the program itself");
	on_system("kdump_pre /hook -v",
		  "1:11: error: kdump_pre: a hook takes no arguments; put '/hook -v' into a script "
		  "and name that");
}

TEST(drop_ins_belong_to_root_alone)
{
	put("/etc/kdump/pre.d/10-a", 0755, "");
	put("/etc/kdump/pre.d/15-group-root", 0775, "");
	put("/etc/kdump/pre.d/20-b", 0757, "");
	put("/etc/kdump/pre.d/30-not-run", 0666, "");
	CHECK_EQ(chown(put("/etc/kdump/pre.d/40-c", 0755, ""), 1234, 0), 0);
	on_system("", "k: error: other users may write to /etc/kdump/pre.d/20-b; run: chmod o-w "
		      "/etc/kdump/pre.d/20-b\n"
		      "k: error: /etc/kdump/pre.d/40-c belongs to user 1234, not to root; run: "
		      "chown root /etc/kdump/pre.d/40-c");
	chmod(put("/etc/kdump/pre.d/20-b", 0755, ""), 0755);
	CHECK_EQ(chown(put("/etc/kdump/pre.d/40-c", 0755, ""), 0, 0), 0);
	on_system("", "");
}

TEST(programs_and_modules)
{
	put("/usr/bin/tool", 0755, "");
	put("/lib/modules/1.2-k/modules.dep", 0644,
	    "kernel/a/dm-mod.ko.xz:\nkernel/b/virtio_net.ko: kernel/b/x.ko\n");
	put("/lib/modules/1.2-k/modules.builtin", 0644, "kernel/fs/ext4.ko\n");
	on_system("extra_bins /usr/bin/tool\nextra_modules dm_mod virtio-net ext4", "");
	on_system("dracut_args --install tool", "");
	on_system("dracut_args --install toool",
		  "k: error: extra_bins: there is no program 'toool'; install it, or remove the "
		  "name");
	/* As dracut does it. */
	on_system("dracut_args --add-drivers \"ext4 nosuch\"",
		  "1:13: warning: dracut_args: kernel 1.2-k has no module 'nosuch'; the "
		  "image is made without it");
	on_system("extra_bins /usr/bin/tool /usr/bin/other\nextra_modules x nosuch",
		  "1:12: error: extra_bins: '/usr/bin/other' is not there (No such file or "
		  "directory); create it, or remove the line\n"
		  "2:15: error: extra_modules: kernel 1.2-k has no module 'x'; install it, or "
		  "remove the name\n"
		  "2:15: error: extra_modules: kernel 1.2-k has no module 'nosuch'; install it, or "
		  "remove the name");
}

static const char *in_root(const char *file)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s%s", root, file);
	return path;
}

static void make_key(const char *passphrase)
{
	char command[256];

	snprintf(command, sizeof(command), "rm -f %s/k; ssh-keygen -q -t ed25519 -N '%s' -f %s/k",
		 root, passphrase, root);
	CHECK_EQ(system(command), 0);
}

TEST(key)
{
	on_system("ssh a@b", "k: warning: sshkey: there is no key /root/.ssh/kdump_id_rsa; run: "
			     "kdumpctl propagate");
	on_system("ssh a@b\nsshkey /k",
		  "2:8: warning: sshkey: there is no key '/k', so /root/.ssh/kdump_id_rsa is used; "
		  "write its right name");
	on_system("sshkey /k", "");
	make_key("");
	on_system("ssh a@b\nsshkey /k", "");
	chmod(in_root("/k"), 0640);
	on_system("ssh a@b\nsshkey /k",
		  "2:8: error: sshkey: other users may read the key; run: chmod 600 /k");
	make_key("a passphrase");
	on_system("ssh a@b\nsshkey /k",
		  "2:8: error: sshkey: '/k' has a passphrase, which cannot be typed in after a "
		  "crash; make another: write its new name here, then run: kdumpctl propagate");
	put("/k", 0600, "-----BEGIN OPENSSH PRIVATE KEY-----\ngarbage\n");
	on_system("ssh a@b\nsshkey /k",
		  "2:8: error: sshkey: '/k' holds no private key that ssh can read; name one that "
		  "does, or remove it and run: kdumpctl propagate");
	on_system("ssh a@b\nsshkey /var",
		  "2:8: error: sshkey: '/var' is not a file; name the private key itself");
	make_key("");
}

/* A number for local use, which no driver has. */
static void make_node(const char *file, unsigned minor)
{
	put("/dev/file", 0600, "");
	unlink(in_root(file));
	CHECK_EQ(mknod(in_root(file), S_IFBLK | 0600, makedev(240, minor)), 0);
}

static void raw_refused(const char *what)
{
	char text[300];

	snprintf(text, sizeof(text),
		 "1:5: error: raw: %s, and a dump would destroy it; name a device that nothing "
		 "uses",
		 what);
	on_system("raw /dev/vda\nraw_overwrite yes", text);
}

/* A disk with a partition, each of them used in its own way. */
TEST(raw_device_in_use)
{
	make_node("/dev/vda", 0);
	make_node("/dev/vda1", 1);
	put("/sys/dev/block/240:0/dev", 0600, "240:0\n");
	put("/sys/dev/block/240:0/vda1/dev", 0600, "240:1\n");
	put("/sys/dev/block/240:0/vda1/partition", 0600, "1\n");
	put("/proc/self/mountinfo", 0600, "22 1 7:1 / / rw - ext4 /dev/vdx rw\n");
	on_system("raw /dev/vda\nraw_overwrite yes", "");
	put("/proc/self/mountinfo", 0600, "22 1 240:0 / /data rw - ext4 /dev/vda rw\n");
	raw_refused("/dev/vda is mounted on /data");
	put("/proc/self/mountinfo", 0600,
	    "21 1 0:30 / /proc rw - proc proc rw\n22 1 240:1 / / rw,x a:1 - ext4 /dev/root rw\n");
	raw_refused("/dev/vda1 is mounted on /");
	/* btrfs has numbers of its own. */
	put("/proc/self/mountinfo", 0600, "22 1 0:31 /@ / rw - btrfs /dev/vda1 rw\n");
	raw_refused("/dev/vda1 is mounted on /");
	put("/proc/self/mountinfo", 0600, "");
	put("/proc/swaps", 0600, "Filename\tType\n/dev/vda1  partition\t8\t0\t-2\n");
	raw_refused("/dev/vda1 is swap space in use");
	put("/proc/swaps", 0600, "Filename\tType\n");
	put("/sys/dev/block/240:0/vda1/holders/dm-0", 0600, "");
	raw_refused("/dev/vda1 is in use by dm-0");
	unlink(in_root("/sys/dev/block/240:0/vda1/holders/dm-0"));
	put("/sys/dev/block/240:0/holders/md0", 0600, "");
	raw_refused("/dev/vda is in use by md0");
	unlink(in_root("/sys/dev/block/240:0/holders/md0"));
	on_system("raw /dev/vda\nraw_overwrite yes", "");
}

TEST(devices_and_directories)
{
	put("/dev/disk/by-uuid/12-3", 0600, "");
	put("/dev/file", 0600, "");
	make_node("/dev/vdb", 16);
	on_system("ext4 UUID=12-3\nfallback_target raw /dev/vdb",
		  "2:21: warning: fallback_target: what is on /dev/vdb was not checked: No such "
		  "device or address");
	on_system("ext4 LABEL=a b", "");
	on_system("ext4 UUID=12-4",
		  "1:6: error: ext4: there is no device with UUID=12-4; 'lsblk -f' lists all");
	on_system("raw /dev/file\nfallback_target xfs /dev/none",
		  "1:5: error: raw: /dev/file is not a block device; 'lsblk -f' lists all\n"
		  "2:21: error: fallback_target: there is no device /dev/none (No such file or "
		  "directory); 'lsblk -f' lists all");
	on_system("dracut_args --mount '/dev/none /k xfs'",
		  "1:13: error: dracut_args: there is no device /dev/none (No such file or "
		  "directory); 'lsblk -f' lists all");
	on_system("path /none", "1:6: error: path: '/none' is not there (No such file or "
				"directory); run: mkdir -p /none");
	on_system("path /dev/file", "1:6: error: path: '/dev/file' is not a directory; name one");
	/* Elsewhere it is the target's. */
	on_system("path /none\nnfs a:/b", "");
}

static void called_with(const char *words)
{
	char path[128], line[256] = "";
	FILE *f;

	snprintf(path, sizeof(path), "%s/called", root);
	f = fopen(path, "r");
	CHECK(f && fgets(line, sizeof(line), f));
	fclose(f);
	CHECK_STR(line, words);
}

TEST(collector)
{
	char none[] = "/none/kdump-collect";
	struct config_system sys = { .root = root, .collector = none };
	struct config c;

	on_system("core_collector makedumpfile -l -d 31", "");
	called_with("--check-params -l -d 31 vmcore dump\n");
	on_system("ssh a@b\nsshkey /k\ncore_collector makedumpfile -c -F", "");
	called_with("--check-params -F -c vmcore\n");
	on_system("core_collector makedumpfile -Q",
		  "1:16: error: core_collector: refused: -Q is not an option");
	on_system("core_collector tool --x\npath /var/crash", "");
	on_system("core_collector /usr/bin/none",
		  "1:16: error: core_collector: there is no program '/usr/bin/none' to run; "
		  "install it, or write makedumpfile for the one built in");

	good("", &c);
	CHECK_EQ(config_check_system(&c, &sys), 0);
	CHECK_STR(said(&c.report), "k: warning: core_collector: could not be checked: "
				   "/none/kdump-collect is not installed; install it");
	config_free(&c);
}

TEST(fence_nodes_are_others)
{
	char name[256], text[300], want[600];

	CHECK_EQ(gethostname(name, sizeof(name)), 0);
	on_system("fence_kdump_nodes other.example 192.0.2.1 2001:db8::1", "");
	snprintf(text, sizeof(text), "fence_kdump_nodes other %s 127.0.0.1", name);
	snprintf(want, sizeof(want),
		 "1:19: error: fence_kdump_nodes: '%s' is this host; name only the other nodes\n"
		 "1:19: error: fence_kdump_nodes: '127.0.0.1' is this host; name only the "
		 "other nodes",
		 name);
	on_system(text, want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		U8(empty_file_is_good, hooks, drop_ins_belong_to_root_alone, programs_and_modules,
		   key, devices_and_directories, collector, fence_nodes_are_others),
		U1(raw_device_in_use),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_root, remove_root);
}
