/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_bootloader.c - what each kind of boot loader is told, and the files it reads
 */
#include "systemd/crashkernel/bootloader.h"

#include "base/err.h"
#include "base/util.h"
#include "check.h"
#include "temp_root.h"

static bool is_64(const char *value, const void *arg)
{
	(void)arg;
	return strcmp(value, "64M") == 0;
}

/* An empty root whose PATH begins with its bin/; the test puts a boot loader there. */
static void begin(void)
{
	root_new();
	root_path();
	fail_clear();
}

static void end(void)
{
	fail_clear();
	root_drop();
}

static const struct bootloader *found(const char *name)
{
	const struct bootloader *b = NULL;

	CHECK_EQ(bootloader_find(temp_root, &b), 0);
	CHECK_STR(b->name, name);
	return b;
}

static void holds(const struct bootloader *b, const char *kernel, const char *expected)
{
	char *value = NULL;

	CHECK_EQ(b->get(temp_root, kernel, &value), 0);
	CHECK_STR(value ? value : "nothing", expected);
	free(value);
}

/* crashkernel=value for a kernel, whatever it has. */
static int set(const struct bootloader *b, const char *kernel, const char *value)
{
	struct bootloader_change c = { .root = temp_root, .kernel = kernel, .value = value };

	fail_clear();
	return b->set(&c);
}

/* The same for those that have 64M. */
static int follow(const struct bootloader *b, const char *kernel, const char *value)
{
	struct bootloader_change c = {
		.root = temp_root, .kernel = kernel, .value = value, .only = is_64
	};

	fail_clear();
	return b->set(&c);
}

/* Debian: our file, update-grub; the administrator's own crashkernel= goes. */
TEST(grub)
{
	const struct bootloader *b;

	begin();
	root_program("update-grub", "echo ran >> $root/updated");
	root_put("/etc/default/grub", "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet crashkernel=999M\"\n");
	b = found("GRUB");
	holds(b, "ALL", "999M");
	CHECK_EQ(follow(b, "ALL", "2G-:192M"), 0);
	holds(b, "ALL", "999M");
	CHECK_EQ(set(b, "ALL", "2G-:192M"), 1);
	CHECK_STR(root_text("/etc/default/grub"), "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n");
	CHECK(strstr(root_text("/etc/default/grub.d/kdump.cfg"), " crashkernel=2G-:192M\"\n"));
	CHECK_STR(root_text("/updated"), "ran\n");
	holds(b, "ALL", "2G-:192M");
	CHECK_EQ(set(b, "ALL", "2G-:192M"), 0);
	CHECK_STR(root_text("/updated"), "ran\n");
	CHECK_EQ(set(b, "ALL", NULL), 1);
	CHECK(!files_exist(temp_root, "/etc/default/grub.d/kdump.cfg"));
	CHECK_EQ(set(b, "ALL", NULL), 0);
	end();
}

/* The file is another's: its owner, its mode and the link to it stay; so do its odd words. */
TEST(grub_kept)
{
	const struct bootloader *b;
	char path[128];
	struct stat st;

	begin();
	root_program("update-grub", "echo ran >> $root/updated");
	root_put("/srv/grub", "GRUB_CMDLINE_LINUX=\"ro\n crashkernel=9M\"\n");
	root_put("/etc/default/other", "");
	snprintf(path, sizeof(path), "%s/srv/grub", temp_root);
	CHECK_EQ(chmod(path, 0640), 0);
	CHECK_EQ(geteuid() == 0 ? chown(path, 7, 8) : 0, 0);
	snprintf(path, sizeof(path), "%s/etc/default/grub", temp_root);
	CHECK_EQ(symlink("../../srv/grub", path), 0);
	b = found("GRUB");
	CHECK_EQ(set(b, "ALL", "64M"), 1);
	CHECK_STR(root_text("/srv/grub"), "GRUB_CMDLINE_LINUX=\"ro\n\"\n");
	CHECK_EQ(lstat(path, &st), 0);
	CHECK(S_ISLNK(st.st_mode));
	snprintf(path, sizeof(path), "%s/srv/grub", temp_root);
	CHECK_EQ(stat(path, &st), 0);
	CHECK_EQ(st.st_mode & 07777, 0640);
	CHECK(geteuid() != 0 || (st.st_uid == 7 && st.st_gid == 8));
	/* Left alone, and all else too. */
	root_put("/srv/grub", "f() {\nGRUB_CMDLINE_LINUX=\"crashkernel=9M\"\n}\nf\n");
	root_put("/updated", "");
	CHECK_EQ(set(b, "ALL", "72M"), -EINVAL);
	CHECK(strstr(fail_text(), "/etc/default/grub is not changed; by hand, replace "
				  "any crashkernel= in GRUB_CMDLINE_LINUX and "
				  "GRUB_CMDLINE_LINUX_DEFAULT by crashkernel=72M"));
	CHECK_STR(root_text("/srv/grub"), "f() {\nGRUB_CMDLINE_LINUX=\"crashkernel=9M\"\n}\nf\n");
	CHECK(strstr(root_text("/etc/default/grub.d/kdump.cfg"), "crashkernel=64M"));
	CHECK_STR(root_text("/updated"), "");
	end();
}

/* A menu that was not made is made by the next try, though the file is there already. */
TEST(grub_menu_fails)
{
	const struct bootloader *b;

	begin();
	root_put("/etc/default/grub", "GRUB_TIMEOUT=5\n");
	root_put("/boot/grub/grub.cfg", "linux /vmlinuz ro crashkernel=64M,high\n");
	root_program("update-grub", "echo no such disk >&2; exit 3");
	b = found("GRUB");
	CHECK_EQ(set(b, "ALL", "64M"), -EIO);
	CHECK(strstr(fail_text(), "no such disk") != NULL);
	root_program("update-grub", "echo 'linux /vmlinuz ro crashkernel=64M' "
				    ">$root/boot/grub/grub.cfg");
	CHECK_EQ(set(b, "ALL", "64M"), 1);
	CHECK_STR(root_text("/boot/grub/grub.cfg"), "linux /vmlinuz ro crashkernel=64M\n");
	CHECK_EQ(set(b, "ALL", "64M"), 0);
	end();
}

TEST(bls)
{
	const struct bootloader *b;

	begin();
	root_put("/boot/loader/entries/a.conf", "linux /vmlinuz-1\noptions ro crashkernel=1M\n");
	root_put("/boot/loader/entries/b.conf", "linux /vmlinuz-2\noptions ro\n");
	root_put("/etc/kernel/cmdline", "ro quiet\n");
	b = found("boot entries");
	CHECK_EQ(set(b, "/boot/vmlinuz-2", "192M"), 1);
	CHECK_STR(root_text("/boot/loader/entries/a.conf"),
		  "linux /vmlinuz-1\noptions ro crashkernel=1M\n");
	CHECK_STR(root_text("/boot/loader/entries/b.conf"),
		  "linux /vmlinuz-2\noptions ro crashkernel=192M\n");
	holds(b, "/boot/vmlinuz-1", "1M");
	/* One entry has it, the other and the template have not. */
	CHECK_EQ(set(b, "ALL", "192M"), 1);
	CHECK_STR(root_text("/boot/loader/entries/a.conf"),
		  "linux /vmlinuz-1\noptions ro crashkernel=192M\n");
	CHECK_STR(root_text("/etc/kernel/cmdline"), "ro quiet crashkernel=192M\n");
	CHECK_EQ(set(b, "ALL", "192M"), 0);
	CHECK_EQ(set(b, "/boot/vmlinuz-9", "192M"), -ENOENT);
	end();
}

/* "ALL" is the first that has one: a new kernel's entry, or a rescue one, may have none. */
TEST(bls_of_many)
{
	const struct bootloader *b;
	char path[64];

	begin();
	for (unsigned i = 0; i < 8; i++) {
		snprintf(path, sizeof(path), "/boot/loader/entries/%u.conf", i);
		root_put(path, i == 5 ? "linux /vmlinuz-5\noptions ro crashkernel=64M\n"
				      : "linux /vmlinuz-x\noptions ro\n");
	}
	root_put("/boot/loader/entries/own.conf", "linux /vmlinuz-own\noptions crashkernel=9M\n");
	root_put("/boot/loader/entries/mid.conf",
		 "version 6.1.0\nlinux /0123/6.1.0/linux\noptions crashkernel=7M\n");
	b = found("boot entries");
	holds(b, "/boot/vmlinuz-x", "nothing");
	holds(b, "/boot/vmlinuz-6.1.0", "7M");
	/* Only the one with the value that is to be followed. */
	CHECK_EQ(follow(b, "ALL", "128M"), 1);
	holds(b, "/boot/vmlinuz-5", "128M");
	holds(b, "/boot/vmlinuz-own", "9M");
	holds(b, "/boot/vmlinuz-x", "nothing");
	CHECK_EQ(follow(b, "ALL", "128M"), 0);
	end();
}

/* Stands for grubby: one line of kernel and arguments an entry, in the file "entries". */
static const char grubby[] =
	"case $1 in\n"
	"--info) grep -q \"^$2 \\|ALL\" $root/entries || [ $2 = ALL ] || exit 1\n"
	"	while read -r k a; do [ $2 = ALL ] || [ $2 = $k ] || continue\n"
	"	printf 'index=0\\nkernel=\"%s\"\\nargs=\"%s\"\\ntitle=\"x\"\\n' $k \"$a\"\n"
	"	done <$root/entries ;;\n"
	"*) echo \"$*\" >>$root/calls ;;\n"
	"esac\n";

TEST(grubby)
{
	const struct bootloader *b;

	begin();
	root_program("grubby", grubby);
	root_put("/entries", "/boot/vmlinuz-3 ro\n/boot/vmlinuz-2 ro crashkernel=256M rhgb\n"
			     "/boot/vmlinuz-1 ro crashkernel=64M\n");
	root_put("/etc/default/grub", "GRUB_CMDLINE_LINUX=\"rhgb\"\n");
	b = found("grubby");
	holds(b, "ALL", "256M");
	holds(b, "/boot/vmlinuz-1", "64M");
	holds(b, "/boot/vmlinuz-3", "nothing");
	CHECK_EQ(set(b, "/boot/vmlinuz-2", "256M"), 0);
	CHECK_EQ(set(b, "/boot/vmlinuz-9", "256M"), -ENOENT);
	CHECK_STR(root_text("/calls"), "");
	CHECK_EQ(set(b, "/boot/vmlinuz-2", "192M"), 1);
	CHECK_STR(root_text("/calls"), "--update-kernel=/boot/vmlinuz-2 --args=crashkernel=192M\n");
	CHECK_STR(root_text("/etc/default/grub"), "GRUB_CMDLINE_LINUX=\"rhgb\"\n");
	/* The entry asked first has it: the others count too. */
	root_put("/calls", "");
	CHECK_EQ(set(b, "ALL", "256M"), 1);
	CHECK_STR(root_text("/calls"), "--update-kernel=ALL --args=crashkernel=256M\n");
	CHECK_STR(root_text("/etc/default/grub"), "GRUB_CMDLINE_LINUX=\"rhgb crashkernel=256M\"\n");
	root_put("/calls", "");
	CHECK_EQ(follow(b, "ALL", "192M"), 1);
	CHECK_STR(root_text("/calls"), "--update-kernel=/boot/vmlinuz-1 --args=crashkernel=192M\n");
	/* The entries are changed; of the file for later ones it is told what to write. */
	root_put("/calls", "");
	root_put("/etc/default/grub", "[ -e /x ] && GRUB_CMDLINE_LINUX=\"rhgb\"\n");
	CHECK_EQ(set(b, "ALL", "99M"), -EINVAL);
	CHECK(strstr(fail_text(), "by crashkernel=99M"));
	CHECK_STR(root_text("/calls"), "--update-kernel=ALL --args=crashkernel=99M\n");
	CHECK_STR(root_text("/etc/default/grub"), "[ -e /x ] && GRUB_CMDLINE_LINUX=\"rhgb\"\n");
	end();
}

TEST(grubby_fadump)
{
	struct bootloader_change c = {
		.root = temp_root, .kernel = "ALL", .value = "1G", .fadump = "on"
	};
	const struct bootloader *b;

	begin();
	root_program("grubby", grubby);
	root_program("zipl", "echo zipl >>$root/calls");
	root_put("/entries", "/boot/vmlinuz-1 ro crashkernel=1G\n");
	b = found("grubby");
	CHECK_EQ(b->set(&c), 1);
	CHECK_STR(root_text("/calls"),
		  "--update-kernel=ALL --args=crashkernel=1G fadump=on\nzipl\n");
	root_put("/calls", "");
	root_put("/entries", "/boot/vmlinuz-1 ro crashkernel=1G fadump=on\n");
	CHECK_EQ(b->set(&c), 0);
	c.fadump = "off";
	CHECK_EQ(b->set(&c), 1);
	CHECK_STR(root_text("/calls"),
		  "--update-kernel=ALL --remove-args=fadump --args=crashkernel=1G\nzipl\n");
	end();
}

TEST(ostree)
{
	struct bootloader_change c = { .root = temp_root, .kernel = "ALL", .value = "1G" };
	const struct bootloader *b;

	begin();
	root_put("/run/ostree-booted", "");
	root_program("rpm-ostree", "[ \"$*\" = kargs ] && echo 'ro crashkernel=256M' && exit\n"
				   "echo \"$*\" >> $root/calls");
	b = found("rpm-ostree");
	holds(b, "ALL", "256M");
	CHECK_EQ(set(b, "ALL", "256M"), 0);
	CHECK_EQ(follow(b, "ALL", "192M"), 0);
	CHECK_EQ(set(b, "ALL", "192M"), 1);
	CHECK_STR(root_text("/calls"),
		  "kargs --delete=crashkernel=256M --append=crashkernel=192M\n");
	/* Each of several values, and only those: as rpm-ostree wants it. */
	root_put("/calls", "");
	root_put("/kargs", "The kernel arguments are:\nro crashkernel=1G,high fadump=on "
			   "crashkernel=72M,low crashkernel=72M,low\n");
	root_program("rpm-ostree", "[ \"$*\" = kargs ] && exec cat $root/kargs\n"
				   "echo \"$*\" >> $root/calls");
	c.fadump = "off";
	CHECK_EQ(b->set(&c), 1);
	CHECK_STR(root_text("/calls"), "kargs --delete=crashkernel=1G,high --delete=fadump=on "
				       "--delete=crashkernel=72M,low --delete=crashkernel=72M,low "
				       "--append=crashkernel=1G\n");
	root_put("/calls", "");
	root_put("/kargs", "ro\n");
	c.fadump = "nocma";
	CHECK_EQ(b->set(&c), 1);
	CHECK_STR(root_text("/calls"), "kargs --append=crashkernel=1G --append=fadump=nocma\n");
	root_program("rpm-ostree", "exit 1");
	CHECK_EQ(set(b, "ALL", "192M"), -EIO);
	end();
}

TEST(unknown)
{
	const struct bootloader *b;

	begin();
	CHECK_EQ(bootloader_find(temp_root, &b), -ENOTSUP);
	CHECK(strstr(fail_text(), "by hand") != NULL);
	end();
}

/* Our file may hold more by now, and any file a byte that nobody sees. */
TEST(files_left_alone)
{
	static const char more[] = "GRUB_TIMEOUT=3\nGRUB_CMDLINE_LINUX_DEFAULT=\"x\"\n";
	static const char path[] = "/etc/default/grub.d/kdump.cfg";
	struct bootloader_change c = { .root = temp_root, .kernel = "ALL", .value = "128M" };
	char full[128];
	FILE *f;

	root_new();
	root_path();
	root_program("update-grub", "exit 0");
	root_put("/etc/default/grub", "GRUB_CMDLINE_LINUX=\"a fadump=on crashkernel=1M\"\n");
	c.fadump = "off";
	CHECK_EQ(bootloader_grub.set(&c), 1);
	CHECK_STR(root_text("/etc/default/grub"), "GRUB_CMDLINE_LINUX=\"a\"\n");
	c.value = "64M";
	CHECK_EQ(bootloader_grub.set(&c), 1);
	root_put(path, more);
	CHECK_EQ(bootloader_grub.set(&c), -EINVAL);
	CHECK(strstr(fail_text(), "add crashkernel=64M by hand") != NULL);
	c.value = c.fadump = NULL;
	CHECK_EQ(bootloader_grub.set(&c), -EINVAL);
	CHECK_STR(root_text(path), more);
	snprintf(full, sizeof(full), "%s/nul", temp_root);
	f = fopen(full, "w");
	CHECK(f && fwrite("a\0b", 1, 3, f) == 3 && fclose(f) == 0);
	CHECK_EQ(files_replace(temp_root, "/nul", "a"), -EINVAL);
	CHECK_EQ(files_replace(temp_root, "/etc", ""), -EINVAL);
	fail_clear();
	root_drop();
}

RUN(grub_kept, grub, grub_menu_fails, bls, bls_of_many, grubby, grubby_fadump, ostree, unknown,
    files_left_alone)
