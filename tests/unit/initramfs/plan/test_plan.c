/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_plan.c - a plan survives its text; text that is not a plan is refused with words */
#include "initramfs/plan/plan.h"
#include "initramfs/plan/plan_fields.h"

#include "base/err.h"
#include "check.h"

#include <string.h>
#include <unistd.h>

#define FIRST "kdump-plan 1\n"

/* One of everything. */
static const char whole[] = FIRST "kernel 6.12.1-amd64\n"
				  "hostname web1\n"
				  "machine 0123456789abcdef0123456789abcdef\n"
				  "seed /etc/kdump/seed\n"
				  "watchdog iTCO_wdt\n"
				  "module /lib/modules/6.12.1-amd64/kernel/fs/ext4/ext4.ko.xz\n"
				  "module /lib/modules/6.12.1-amd64/kernel/drivers/net/x.ko\n"
				  "\toptions debug=1 mode=2\n"
				  "device plain sda3\n"
				  "\tid UUID=aaaa-bbbb\n"
				  "device plain sdb\n"
				  "\tid SERIAL=with blanks in it\n"
				  "device md md0\n"
				  "\tuuid 1234:5678\n"
				  "\tmetadata 1.2\n"
				  "\tmember 1\n"
				  "\tmember 0\n"
				  "device dm vg0-root\n"
				  "\tuuid LVM-abc\n"
				  "\textent 0 2048 2 4096\n"
				  "\textent 2048 18446744073709 0 0\n"
				  "target fs\n"
				  "\tsource UUID=cccc\n"
				  "\ttype ext4\n"
				  "\toptions noatime,data=ordered\n"
				  "\tpath var/crash\n"
				  "\tshown /srv/var/crash\n"
				  "\tkeep-one\n"
				  "\tdevice 3\n"
				  "target nfs\n"
				  "\tsource [2001:db8::1]:/export\n"
				  "\ttype nfs4\n"
				  "\tpath x\n"
				  "\taddress 2001:db8::1\n"
				  "\tport 2049\n"
				  "target ssh\n"
				  "\tsource root@host\n"
				  "\tpath /var/crash\n"
				  "\taddress 192.0.2.1\n"
				  "target raw\n"
				  "\tsource /dev/sdb\n"
				  "\tdevice 1\n"
				  "target fs\n"
				  "\tsource UUID=dddd\n"
				  "\ttype btrfs\n"
				  "\trootfs\n"
				  "\tdevice 0\n"
				  "\tdevice 1\n";

TEST(text_to_plan_to_text_is_the_same)
{
	struct plan p;
	char *text = NULL;
	size_t len = 0;

	CHECK_EQ(plan_parse(whole, sizeof(whole) - 1, &p), 0);
	CHECK_EQ(plan_write(&p, &text, &len), 0);
	CHECK_EQ(len, sizeof(whole) - 1);
	CHECK_STR(text, whole);
	free(text);
	plan_free(&p);
}

TEST(values_are_where_they_belong)
{
	struct plan p;

	CHECK_EQ(plan_parse(whole, sizeof(whole) - 1, &p), 0);
	CHECK_STR(p.kernel, "6.12.1-amd64");
	CHECK_STR(p.watchdog, "iTCO_wdt");
	CHECK(p.nr_modules == 2 && p.nr_devices == 4 && p.nr_targets == 5);
	CHECK_STR(p.modules[0].options, "");
	CHECK_STR(p.modules[1].options, "debug=1 mode=2");
	CHECK_STR(p.devices[1].id, "SERIAL=with blanks in it");
	CHECK(p.devices[2].kind == PLAN_MD && p.devices[2].nr_members == 2);
	CHECK_EQ(p.devices[2].members[0], 1);
	CHECK(p.devices[3].nr_extents == 2 && p.devices[3].extents[1].start == 2048);
	CHECK_EQ(p.devices[3].extents[1].len, 18446744073709);
	CHECK(p.targets[1].kind == PLAN_NFS && p.targets[1].port == 2049);
	CHECK(!p.targets[0].rootfs && p.targets[4].rootfs);
	CHECK(p.targets[0].keep_one && !p.targets[4].keep_one);
	CHECK_STR(p.targets[3].path, "");
	plan_free(&p);
}

/* Text behind the first line is refused, and the words say why. */
static void refused(const char *text, const char *words)
{
	struct plan p;
	char line[8192];

	fail_clear();
	snprintf(line, sizeof(line), FIRST "%s", text);
	CHECK_EQ(plan_parse(line, strlen(line), &p), -EINVAL);
	if (!strstr(fail_text(), words))
		print_message("#  got: %s\n# want: %s\n", fail_text(), words);
	CHECK(strstr(fail_text(), words));
	CHECK(p.nr_modules == 0 && p.kernel == NULL);
}

TEST(keys_must_be_known_and_in_place)
{
	refused("colour red\n", "line 2: key \"colour\" is not known here");
	refused("\tid UUID=x\n", "belongs to nothing");
	refused("device plain a\n\tsource x\n", "key \"source\" is not known here");
	refused("kernel a\nkernel b\n", "kernel: a second value");
	refused("kernel\n", "kernel: a value is missing");
	refused("device loop a\n", "\"loop\" is not a kind of device");
	refused("target ftp\n", "\"ftp\" is not a kind of target");
	refused("kernel a", "cut off");
	refused("kernel a\x01\n", "control character");
}

TEST(objects_must_be_usable)
{
	refused("module ext4.ko\n", "is not a path in the image");
	refused("module /lib/../ext4.ko\n", "is not a path in the image");
	refused("device plain a\n", "is not a way to find it");
	refused("device plain a\n\tid /dev/sda\n", "is not a way to find it");
	refused("device plain a\n\tid DEVPATH=../x\n", "is not a way to find it");
	refused("device plain a/b\n\tid UUID=1\n", "needs a plain name");
	refused("device dm a\n", "has no extent");
	refused("device dm a\n\textent 0 1 0 0\n", "not before it");
	refused("device md m\n\tmetadata 1.2\n\tmember 0\n", "not before it");
	refused("device plain a\n\tid UUID=1\ndevice md m\n\tmetadata 9\n\tmember 0\n",
		"known metadata");
}

TEST(extents_must_follow_each_other)
{
	const char *plain = "device plain a\n\tid UUID=1\ndevice dm b\n\textent %s\n";
	const char *bad[] = { "1 1 0 0", "0 0 0 0", "0 1 0 0\n\textent 2 1 0 0",
			      "0 18446744073709551615 0 0", "0 1 0 18446744073709551615" };
	char text[256];

	for (size_t i = 0; i < 5; i++) {
		snprintf(text, sizeof(text), plain, bad[i]);
		refused(text, "does not follow");
	}
	snprintf(text, sizeof(text), plain, "0 1 0");
	refused(text, "a number is missing");
	snprintf(text, sizeof(text), plain, "0 1 0 99999999999999999999999");
	refused(text, "is not a number");
	snprintf(text, sizeof(text), plain, "0 1 0 0 0");
	refused(text, "was not expected");
}

TEST(targets_must_be_usable)
{
	refused("target fs\n\ttype ext4\n", "has no source");
	refused("target fs\n\tsource a\n\ttype ext4\n", "wrong number of devices");
	refused("target fs\n\tsource a\n\ttype ext4\n\tdevice 0\n", "no device 0");
	refused("target nfs\n\tsource a\n\ttype nfs\n\tpath /abs\n", "a path below its root");
	refused("target ssh\n\tsource a\n\tpath a/../b\n", "\"..\" in path");
	refused("target ssh\n\tsource a\n\tport 65536\n", "too large");
	refused("target ssh\n\tsource a\n\trootfs yes\n", "was not expected");
}

TEST(no_plan_at_all)
{
	struct plan p;
	static char huge[PLAN_MAX_LINE + 64];

	CHECK_EQ(plan_parse("", 0, &p), -EINVAL);
	CHECK_EQ(plan_parse("kdump-plan 2\n", 13, &p), -EINVAL);
	memset(huge, 'x', sizeof(huge));
	CHECK_EQ(plan_parse(huge, sizeof(huge), &p), -EINVAL);
	CHECK_EQ(plan_parse(FIRST "kernel \0x\n", sizeof(FIRST) + 9, &p), -EINVAL);
	fail_clear();
	CHECK_EQ(plan_read("/nonexistent/plan", &p), -ENOENT);
	CHECK(strstr(fail_text(), "/nonexistent/plan"));
	plan_free(&p);
}

TEST(more_than_can_be_is_refused)
{
	static char text[PLAN_MAX_OBJECTS * 16 + 64];
	struct plan p;
	char *at = stpcpy(text, FIRST);

	for (int i = 0; i <= PLAN_MAX_OBJECTS; i++)
		at = stpcpy(at, "module /a.ko\n");
	CHECK_EQ(plan_parse(text, strlen(text), &p), -E2BIG);
	CHECK_EQ(plan_parse(text, strlen(text) - strlen("module /a.ko\n"), &p), 0);
	CHECK_EQ(p.nr_modules, PLAN_MAX_OBJECTS);
	plan_free(&p);
}

TEST(what_cannot_be_read_back_is_not_written)
{
	struct plan p;
	struct plan_module *m = NULL;
	char *text = NULL;
	size_t len;

	CHECK_EQ(plan_init(&p), 0);
	CHECK_EQ(plan_set(&p.hostname, "a\nmodule /evil.ko"), 0);
	CHECK_EQ(plan_write(&p, &text, &len), -EINVAL);
	CHECK_EQ(plan_set(&p.hostname, "a"), 0);
	CHECK_EQ(plan_add_module(&p, "relative.ko", &m), 0);
	fail_clear();
	CHECK_EQ(plan_write(&p, &text, &len), -EINVAL);
	CHECK(strstr(fail_text(), "is not a path in the image"));
	CHECK_EQ(text, NULL);
	plan_free(&p);
}

TEST(a_new_target_has_no_null)
{
	struct plan_target *t;
	struct plan p;

	CHECK_EQ(plan_init(&p), 0);
	CHECK_EQ(plan_add_target(&p, PLAN_FS, &t), 0);
	for (const struct field *f = target_fields; f->key; f++) {
		if (f->kind == FIELD_STRING)
			CHECK_STR(*(char **)((char *)t + f->at), "");
	}
	plan_free(&p);
}

TEST(a_file_is_read)
{
	char path[] = "/tmp/test_plan.XXXXXX";
	int fd = mkstemp(path);
	struct plan p;

	CHECK_OP(fd, >=, 0);
	CHECK_EQ(write(fd, whole, sizeof(whole) - 1), sizeof(whole) - 1);
	CHECK_EQ(plan_read(path, &p), 0);
	CHECK_EQ(p.nr_targets, 5);
	plan_free(&p);
	close(fd);
	unlink(path);
}

RUN(text_to_plan_to_text_is_the_same, values_are_where_they_belong, keys_must_be_known_and_in_place,
    objects_must_be_usable, extents_must_follow_each_other, targets_must_be_usable, no_plan_at_all,
    more_than_can_be_is_refused, what_cannot_be_read_back_is_not_written, a_new_target_has_no_null,
    a_file_is_read)
