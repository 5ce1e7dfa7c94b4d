/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_kernel_state.c - both sysfs layouts, lockdown, memory; why loading failed */
#include "systemd/load/kernel_state.h"

#include "base/err.h"
#include "check.h"
#include "systemd/load/kexec_load.h"
#include "temp_root.h"

static struct kernel_state now(void)
{
	struct kernel_state s;

	kernel_state_read(temp_root, &s);
	return s;
}

TEST(old_layout)
{
	root_new();
	root_put("/sys/kernel/kexec_crash_size", "134217728\n");
	root_put("/sys/kernel/kexec_crash_loaded", "1\n");
	CHECK(now().supported);
	CHECK(now().crash_loaded);
	CHECK_EQ(now().crash_size, 128 << 20);
	root_put("/sys/kernel/kexec_crash_loaded", "0\n");
	CHECK(!now().crash_loaded);
	root_drop();
}

/* The new files win; some kernels have both. */
TEST(new_layout)
{
	root_new();
	root_put("/sys/kernel/kexec_crash_size", "1\n");
	root_put("/sys/kernel/kexec_crash_loaded", "0\n");
	root_put("/sys/kernel/kexec/crash_size", "268435456\n");
	root_put("/sys/kernel/kexec/crash_loaded", "1\n");
	root_put("/sys/kernel/kexec/crash_cma_ranges",
		 "0x100000000-0x11fffffff\n0x200000000-0x200ffffff\n");
	CHECK(now().crash_loaded);
	CHECK_EQ(now().crash_size, 256 << 20);
	CHECK_EQ(now().crash_cma, (512 + 16) << 20);
	root_drop();
}

TEST(nothing_there)
{
	root_new();
	CHECK(!now().supported);
	CHECK(!now().crash_loaded);
	CHECK_EQ(now().crash_size, 0);
	CHECK(!now().load_disabled && !now().secure_boot && !now().hotplug);
	CHECK_EQ(now().lockdown, LOCKDOWN_NONE);
	CHECK_STR(fail_text(), "");
	root_drop();
}

TEST(restrictions)
{
	char path[256];
	FILE *f;

	root_new();
	root_put("/proc/sys/kernel/kexec_load_disabled", "1\n");
	root_put("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	root_put("/sys/devices/system/cpu/crash_hotplug", "1\n");
	root_put("/sys/devices/system/memory/crash_hotplug", "1\n");
	root_put("/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c", "");
	snprintf(path, sizeof(path),
		 "%s/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
		 temp_root);
	f = fopen(path, "w");
	fwrite("\6\0\0\0\1", 1, 5, f);
	fclose(f);
	CHECK(now().load_disabled && now().secure_boot && now().hotplug);
	CHECK_EQ(now().lockdown, LOCKDOWN_INTEGRITY);
	root_put("/sys/kernel/security/lockdown", "none integrity [confidentiality]\n");
	CHECK_EQ(now().lockdown, LOCKDOWN_CONFIDENTIALITY);
	root_put("/sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
	CHECK_EQ(now().lockdown, LOCKDOWN_NONE);
	root_drop();
}

TEST(memory)
{
	root_new();
	root_put("/proc/iomem", "00001000-0009fbff : System RAM\n"
				"00100000-3ffdffff : System RAM\n"
				"  2a000000-35ffffff : Crash kernel\n"
				"  3a000000-3a9fffff : Kernel code\n"
				"  3aa00000-3acfffff : Kernel rodata\n"
				"fee00000-fee00fff : Local APIC\n");
	CHECK_EQ(kernel_state_ram(temp_root), 0x9fc00 - 0x1000 + 0x3ffe0000 - 0x100000);
	CHECK_EQ(kernel_state_image(temp_root), 0xd00000);
	/* What somebody without rights sees. */
	root_put("/proc/iomem", "00000000-00000000 : System RAM\n");
	CHECK_EQ(kernel_state_ram(temp_root), 0);
	root_drop();
}

TEST(switches)
{
	struct panic_switch s[PANIC_SWITCHES];

	root_new();
	root_put("/proc/sys/kernel/panic_on_oops", "1\n");
	root_put("/proc/sys/kernel/hung_task_panic", "0\n");
	root_put("/proc/sys/kernel/sysrq", "176\n");
	kernel_state_switches(temp_root, s);
	for (unsigned i = 0; i < PANIC_SWITCHES; i++) {
		if (strcmp(s[i].name, "kernel.panic_on_oops") == 0)
			CHECK(s[i].on && s[i].value == 1);
		else if (strcmp(s[i].name, "kernel.hung_task_panic") == 0)
			CHECK(!s[i].on && s[i].value == 0);
		else if (strcmp(s[i].name, "kernel.sysrq") == 0)
			CHECK(!s[i].on && s[i].value == 176); /* 16 + 32 + 128: without 8 */
		else
			CHECK(!s[i].on && s[i].value == -1);
	}
	root_drop();
}

/* Each failure: the words that must be in its explanation. */
static const struct {
	int rc;
	struct kernel_state state;
	const char *message;
} explained[] = {
	{ -EPERM, { .supported = true, .load_disabled = true }, "kexec_load_disabled" },
	{ -EPERM, { .supported = false }, "CONFIG_KEXEC" },
	{ -ENOSYS, { .supported = true, .crash_size = 1 }, "CONFIG_KEXEC" },
	{ -EINVAL, { .supported = true }, "reset-crashkernel" },
	{ -EPERM,
	  { .supported = true, .crash_size = 1, .lockdown = LOCKDOWN_INTEGRITY },
	  "locked down (integrity) and takes only" },
	{ -EPERM,
	  { .supported = true,
	    .crash_size = 1,
	    .lockdown = LOCKDOWN_INTEGRITY,
	    .secure_boot = true },
	  "(integrity, by Secure Boot)" },
	{ -EPERM,
	  { .supported = true, .crash_size = 1, .lockdown = LOCKDOWN_CONFIDENTIALITY },
	  "enroll the key with mokutil" },
	{ -EPERM, { .supported = true, .crash_size = 1 }, "root" },
	{ -EKEYREJECTED,
	  { .supported = true, .crash_size = 1, .secure_boot = true },
	  "Secure Boot" },
	{ -ENOKEY, { .supported = true, .crash_size = 1 }, "not signed" },
	{ -EADDRNOTAVAIL, { .supported = true, .crash_size = 64 << 20 }, "64 MB" },
	{ -ENOMEM, { .supported = true, .crash_size = 64 << 20 }, "estimate" },
	{ -EBUSY, { .supported = true, .crash_size = 1 }, "try again" },
	{ -ENOEXEC, { .supported = true, .crash_size = 1 }, "KDUMP_KERNELVER" },
	{ -EIO, { .supported = true, .crash_size = 1 }, "Input/output error" },
};

TEST(explain)
{
	for (size_t i = 0; i < sizeof(explained) / sizeof(explained[0]); i++) {
		fail_clear();
		CHECK_EQ(load_explain(explained[i].rc, &explained[i].state), explained[i].rc);
		if (!strstr(fail_text(), explained[i].message))
			fail_msg("row %zu: %s", i, fail_text());
	}
	fail_clear();
}

/* With another root only the program is used; it is a stand-in here. */
TEST(by_program)
{
	struct load_request req = { .root = temp_root,
				    .kernel = "/boot/vmlinuz",
				    .initrd = "/boot/img",
				    .cmdline = "a=\"b c\" d",
				    .kexec_args = "-s --dt-no-old-root" };
	char expected[512];
	const char *how;

	root_new();
	root_path();
	root_put("/sys/kernel/kexec_crash_size", "134217728\n");
	root_put("/sys/kernel/kexec_crash_loaded", "1\n");
	root_put("/boot/vmlinuz", "kernel");
	root_program("kexec", "for a; do echo \"$a\"; done > $root/args");
	CHECK_EQ(load_capture(&req, &how), 0);
	CHECK_STR(how, "the program kexec");
	snprintf(expected, sizeof(expected),
		 "-p\n-s\n--dt-no-old-root\n--command-line=a=\"b c\" d\n--initrd=%s/boot/img\n"
		 "%s/boot/vmlinuz\n",
		 temp_root, temp_root);
	CHECK_STR(root_text("/args"), expected);
	CHECK_EQ(load_unload(temp_root), 0);
	CHECK_STR(root_text("/args"), "-p\n-u\n");
	root_program("kexec", "echo Could not find a free area >&2; exit 1");
	fail_clear();
	CHECK_EQ(load_capture(&req, &how), -EIO);
	CHECK(strstr(fail_text(), "Could not find a free area") != NULL);
	root_put("/proc/sys/kernel/kexec_load_disabled", "1\n");
	fail_clear();
	CHECK_EQ(load_capture(&req, &how), -EPERM);
	CHECK(strstr(fail_text(), "kexec_load_disabled") != NULL);
	fail_clear();
	root_drop();
}

RUN(old_layout, new_layout, nothing_there, restrictions, memory, switches, explain, by_program)
