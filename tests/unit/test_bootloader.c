/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_bootloader.c - crashkernel= in GRUB's defaults, boot entries, through grubby and rpm-ostree
 */
#include "systemd/bootloader.h"

#include "base/err.h"
#include "check.h"
#include "temp_root.h"

static const struct bootloader_change set_128 = { .value = "128M" };
static const struct bootloader_change gone = { 0 };

typedef int text_fn(const char *, const struct bootloader_change *, char **);

static void becomes(text_fn *fn, const char *in, const struct bootloader_change *c,
		    const char *expected)
{
	char *out = NULL;

	CHECK_EQ(fn(in, c, &out), 0);
	CHECK_STR(out, expected);
	free(out);
}

TEST(cmdline)
{
	becomes(boottext_cmdline, "ro quiet", &set_128, "ro quiet crashkernel=128M");
	becomes(boottext_cmdline, "crashkernel=1G,high a crashkernel=72M,low", &set_128,
		"a crashkernel=128M");
	becomes(boottext_cmdline, "a crashkernel=256M", &gone, "a");
	becomes(boottext_cmdline, "a=\"b c\"", &set_128, "a=\"b c\" crashkernel=128M");
	becomes(boottext_cmdline, "fadump=on a",
		&(struct bootloader_change){ .value = "1G", .fadump = "nocma" },
		"a crashkernel=1G fadump=nocma");
	becomes(boottext_cmdline, "fadump=on a",
		&(struct bootloader_change){ .value = "1G", .fadump = "off" }, "a crashkernel=1G");
}

TEST(entry)
{
	becomes(boottext_entry, "title X\nlinux /vmlinuz-1\noptions root=/dev/sda1 ro\n", &set_128,
		"title X\nlinux /vmlinuz-1\noptions root=/dev/sda1 ro crashkernel=128M\n");
	becomes(boottext_entry, "options $kernelopts crashkernel=1G", &set_128,
		"options $kernelopts crashkernel=128M");
	becomes(boottext_entry, "options a crashkernel=1M\noptions b crashkernel=2M\n", &set_128,
		"options a crashkernel=128M\noptions b\n");
	becomes(boottext_entry, "title X\n", &set_128, "title X\noptions crashkernel=128M\n");
	becomes(boottext_entry, "title X\noptionsfoo y\n", &gone, "title X\noptionsfoo y\n");
}

TEST(grub_default)
{
	becomes(boottext_grub_default,
		"GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX=\"rhgb crashkernel=256M\"\n", &set_128,
		"GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX=\"rhgb crashkernel=128M\"\n");
	becomes(boottext_grub_default,
		"GRUB_CMDLINE_LINUX_DEFAULT='quiet crashkernel=1G' # why\nGRUB_CMDLINE_LINUX=\n",
		&gone, "GRUB_CMDLINE_LINUX_DEFAULT='quiet' # why\nGRUB_CMDLINE_LINUX=\"\"\n");
	becomes(boottext_grub_default, "# nothing\n", &set_128,
		"# nothing\nGRUB_CMDLINE_LINUX=\"crashkernel=128M\"\n");
	becomes(boottext_grub_default, "GRUB_CMDLINE_LINUX=\"open\nA=1\n", &gone,
		"GRUB_CMDLINE_LINUX=\"open\"\nA=1\n");
}

/* Debian: our file, update-grub; the administrator's own crashkernel= goes. */
TEST(grub)
{
	const struct bootloader *b;
	struct bootloader_change c = { .root = temp_root, .kernel = "ALL", .value = "2G-:192M" };
	char *value;

	root_new();
	root_path();
	root_program("update-grub", "echo ran >> $root/updated");
	root_put("/etc/default/grub", "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet crashkernel=999M\"\n");
	CHECK_EQ(bootloader_find(temp_root, &b), 0);
	CHECK_STR(b->name, "GRUB");
	CHECK_EQ(b->get(temp_root, "ALL", &value), 0);
	CHECK_STR(value, "999M");
	free(value);
	CHECK_EQ(b->set(&c), 0);
	CHECK_STR(root_text("/etc/default/grub"), "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n");
	CHECK(strstr(root_text("/etc/default/grub.d/kdump.cfg"), " crashkernel=2G-:192M\"\n"));
	CHECK_STR(root_text("/updated"), "ran\n");
	CHECK_EQ(b->get(temp_root, "ALL", &value), 0);
	CHECK_STR(value, "2G-:192M");
	free(value);
	c.value = NULL;
	CHECK_EQ(b->set(&c), 0);
	CHECK(!files_exist(temp_root, "/etc/default/grub.d/kdump.cfg"));
	root_program("update-grub", "echo no such disk >&2; exit 3");
	fail_clear();
	CHECK_EQ(b->set(&c), -EIO);
	CHECK(strstr(fail_text(), "no such disk") != NULL);
	fail_clear();
	root_drop();
}

TEST(bls)
{
	const struct bootloader *b;
	struct bootloader_change c = { .root = temp_root,
				       .kernel = "/boot/vmlinuz-2",
				       .value = "192M" };
	char *value;

	root_new();
	root_path();
	root_put("/boot/loader/entries/a.conf", "linux /vmlinuz-1\noptions ro crashkernel=1M\n");
	root_put("/boot/loader/entries/b.conf", "linux /vmlinuz-2\noptions ro\n");
	root_put("/etc/kernel/cmdline", "ro quiet\n");
	CHECK_EQ(bootloader_find(temp_root, &b), 0);
	CHECK_STR(b->name, "boot entries");
	CHECK_EQ(b->set(&c), 0);
	CHECK_STR(root_text("/boot/loader/entries/a.conf"),
		  "linux /vmlinuz-1\noptions ro crashkernel=1M\n");
	CHECK_STR(root_text("/boot/loader/entries/b.conf"),
		  "linux /vmlinuz-2\noptions ro crashkernel=192M\n");
	CHECK_EQ(b->get(temp_root, "/boot/vmlinuz-1", &value), 0);
	CHECK_STR(value, "1M");
	free(value);
	c.kernel = "ALL";
	CHECK_EQ(b->set(&c), 0);
	CHECK_STR(root_text("/boot/loader/entries/a.conf"),
		  "linux /vmlinuz-1\noptions ro crashkernel=192M\n");
	CHECK_STR(root_text("/etc/kernel/cmdline"), "ro quiet crashkernel=192M\n");
	c.kernel = "/boot/vmlinuz-9";
	fail_clear();
	CHECK_EQ(b->set(&c), -ENOENT);
	fail_clear();
	root_drop();
}

TEST(grubby)
{
	const struct bootloader *b;
	struct bootloader_change c = { .root = temp_root,
				       .kernel = "/boot/vmlinuz-2",
				       .value = "192M" };
	char *value;

	root_new();
	root_path();
	root_program("grubby", "echo \"$*\" >> $root/calls\n"
			       "echo 'args=\"ro crashkernel=256M rhgb\"'");
	root_put("/etc/default/grub", "GRUB_CMDLINE_LINUX=\"rhgb\"\n");
	CHECK_EQ(bootloader_find(temp_root, &b), 0);
	CHECK_STR(b->name, "grubby");
	CHECK_EQ(b->get(temp_root, "ALL", &value), 0);
	CHECK_STR(value, "256M");
	free(value);
	CHECK_EQ(b->set(&c), 0);
	CHECK_STR(root_text("/calls"), "--info DEFAULT\n"
				       "--update-kernel=/boot/vmlinuz-2 --args=crashkernel=192M\n");
	CHECK_STR(root_text("/etc/default/grub"), "GRUB_CMDLINE_LINUX=\"rhgb\"\n");
	c.kernel = "ALL";
	CHECK_EQ(b->set(&c), 0);
	CHECK_STR(root_text("/etc/default/grub"), "GRUB_CMDLINE_LINUX=\"rhgb crashkernel=192M\"\n");
	root_drop();
}

TEST(ostree)
{
	const struct bootloader *b;
	struct bootloader_change c = { .root = temp_root, .kernel = "ALL", .value = "192M" };
	char *value;

	root_new();
	root_path();
	root_put("/run/ostree-booted", "");
	root_program("rpm-ostree", "echo \"$*\" >> $root/calls; echo 'ro crashkernel=256M'");
	CHECK_EQ(bootloader_find(temp_root, &b), 0);
	CHECK_STR(b->name, "rpm-ostree");
	CHECK_EQ(b->get(temp_root, "ALL", &value), 0);
	CHECK_STR(value, "256M");
	free(value);
	CHECK_EQ(b->set(&c), 0);
	CHECK_STR(root_text("/calls"), "kargs\nkargs --delete-if-present=crashkernel "
				       "--append=crashkernel=192M\n");
	root_drop();
}

TEST(unknown)
{
	const struct bootloader *b;

	root_new();
	root_path();
	fail_clear();
	CHECK_EQ(bootloader_find(temp_root, &b), -ENOTSUP);
	CHECK(strstr(fail_text(), "by hand") != NULL);
	fail_clear();
	root_drop();
}

RUN(cmdline, entry, grub_default, grub, bls, grubby, ostree, unknown)
