/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * machine.c - the properties of a machine that its reservation depends on, and the panic switches
 */
#include "systemd/load/kernel_state.h"

#include "base/err.h"
#include "base/karg.h"
#include "base/util.h"
#include "systemd/files.h"

#include <assert.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* On the running kernel's command line. */
static bool cmdline_has(const char *root, const char *name, const char *value)
{
	char *text, found[16];
	bool is;

	if (files_read(root, "/proc/cmdline", 1 << 16, &text) < 0) {
		fail_clear();
		return false;
	}
	is = karg_find(text, name, found, sizeof(found)) && strcmp(found, value) == 0;
	free(text);
	return is;
}

/* Is the directory there and not empty? */
static bool dir_filled(const char *root, const char *path)
{
	char full[FILES_PATH_MAX];
	unsigned nr = 0;
	DIR *dir;

	if (files_path(root, path, full) < 0)
		return false;
	dir = opendir(full);
	while (dir && readdir(dir))
		nr++;
	if (dir)
		closedir(dir);
	return nr > 2;
}

/*
 * Memory encryption: AMD guests have /sys/devices/.../mem_encrypt, and the flags of cpuinfo show it
 * only if the kernel uses it.
 */
static bool encrypted(const char *root)
{
	return cmdline_has(root, "mem_encrypt", "on") || files_exist(root, "/dev/sev-guest") ||
	       files_exist(root, "/dev/tdx_guest");
}

void kernel_state_machine(const char *root, struct crashkernel_machine *out)
{
	static struct utsname uts;

	uname(&uts);
	*out = (struct crashkernel_machine){
		.machine = uts.machine,
		.page_size = (uint64_t)sysconf(_SC_PAGESIZE),
		.cpus = (unsigned)sysconf(_SC_NPROCESSORS_CONF),
		.encrypted = encrypted(root),
		.smmu = dir_filled(root, "/sys/class/iommu"),
		.mlx5 = dir_filled(root, "/sys/bus/pci/drivers/mlx5_core"),
		.fadump = cmdline_has(root, "fadump", "on"),
	};
}

static const struct {
	const char *name;
	const char *description;
} switches[] = {
	{ "kernel.panic_on_oops", "panic on an oops" },
	{ "kernel.softlockup_panic", "panic if a CPU does not schedule for 20 s" },
	{ "kernel.hardlockup_panic", "panic when a CPU takes no interrupts for 10 s" },
	{ "kernel.hung_task_panic", "panic when a task hangs in the kernel for 120 s" },
	{ "kernel.panic_on_rcu_stall", "panic when RCU stalls" },
	{ "kernel.unknown_nmi_panic", "panic on an unknown NMI: the button of the machine" },
	{ "kernel.panic_on_unrecovered_nmi", "panic on an NMI that reports a memory error" },
	{ "kernel.panic_on_io_nmi", "panic on an NMI that reports an I/O error" },
	{ "kernel.panic_on_warn", "panic on a kernel warning" },
	{ "vm.panic_on_oom", "panic when memory runs out" },
	{ "kernel.sysrq", "panic by the keyboard or /proc/sysrq-trigger" },
};

static_assert(ARRAY_SIZE(switches) == PANIC_SWITCHES, "PANIC_SWITCHES");

void kernel_state_switches(const char *root, struct panic_switch out[PANIC_SWITCHES])
{
	for (unsigned i = 0; i < PANIC_SWITCHES; i++) {
		char path[128] = "/proc/sys/";
		uint64_t v;

		snprintf(path, sizeof(path), "/proc/sys/%s", switches[i].name);
		*strchr(path, '.') = '/';
		out[i] = (struct panic_switch){ switches[i].name, switches[i].description, -1,
						false };
		if (files_read_number(root, path, &v) < 0) {
			fail_clear();
			continue;
		}
		out[i].value = (long)v;
		/* Bit 8 (debugging dumps) of sysrq permits "c". */
		out[i].on =
			strcmp(switches[i].name, "kernel.sysrq") == 0 ? v == 1 || (v & 8) : v != 0;
	}
}
