/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capture_args.c - the command line of the capture kernel */
#include "systemd/load/capture_args.h"

#include "base/err.h"
#include "base/karg.h"
#include "base/util.h"
#include "systemd/bootargs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Never passed on: they name the crashed system's root, or make the capture kernel reserve memory,
 * wait for disks or panic.
 */
static const char never[] =
	"crashkernel panic_on_warn root rootflags rootfstype rdinit init BOOT_IMAGE initrd resume "
	"rd.lvm.lv rd.lvm.vg rd.luks.uuid rd.luks.name rd.dm.uuid rd.md.uuid fcoe netroot "
	"rd.iscsi.initiator iscsi_initiator fadump kdump_test_id disable_cpu_apicid";

/* clang-format off */
#define PANIC "panic=10 "
#define COMMON_APPEND \
	"novmcoredd hugetlb_cma=0 kfence.sample_interval=0 initramfs_options=size=90% " \
	"cgroup_disable=memory udev.children-max=2 " PANIC
#define COMMON_REMOVE \
	"hugepages hugepagesz default_hugepagesz slub_debug quiet log_buf_len swiotlb " \
	"hugetlb_cma ignition.firstboot "
/* clang-format on */

static const struct {
	const char *machine;
	const char *append;
	const char *remove;
} tables[] = {
	{ "x86_64",
	  COMMON_APPEND "irqpoll nr_cpus=1 reset_devices mce=off numa=off acpi_no_memhotplug "
			"transparent_hugepage=never nokaslr hest_disable cma=0 pcie_ports=compat",
	  COMMON_REMOVE "cma" },
	{ "aarch64", COMMON_APPEND "irqpoll nr_cpus=1 reset_devices swiotlb=noforce cma=0",
	  COMMON_REMOVE "cma" },
	{ "ppc64le",
	  COMMON_APPEND "irqpoll nr_cpus=16 noirqdistrib reset_devices numa=off ehea.use_mcs=0 "
			"kvm_cma_resv_ratio=0 transparent_hugepage=never",
	  COMMON_REMOVE },
	{ "s390x", COMMON_APPEND "nr_cpus=1 numa=off transparent_hugepage=never vmcp_cma=0 cma=0",
	  COMMON_REMOVE "cma vmcp_cma prot_virt zfcp.allow_lun_scan" },
};

const char *capture_args_append(const char *machine)
{
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		if (strcmp(tables[i].machine, machine) == 0)
			return tables[i].append;
	}
	return "";
}

static const char *table_remove(const char *machine)
{
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		if (strcmp(tables[i].machine, machine) == 0)
			return tables[i].remove;
	}
	return "";
}

/* Remove each name in a blank-separated list; of "name=value" only the name counts. */
static int remove_all(struct bootargs *args, const char *list)
{
	struct bootargs names = { 0 };
	int rc = bootargs_parse(list, &names);

	for (size_t i = 0; rc == 0 && i < names.nr; i++)
		bootargs_remove_same(args, names.word[i]);
	bootargs_fini(&names);
	return rc;
}

static int set_all(struct bootargs *args, const char *list)
{
	struct bootargs params = { 0 };
	int rc = bootargs_parse(list, &params);

	for (size_t i = 0; rc == 0 && i < params.nr; i++)
		rc = bootargs_set(args, params.word[i]);
	bootargs_fini(&params);
	return rc;
}

/*
 * Parameters that depend on this machine. disable_cpu_apicid: the crash may happen on another CPU
 * than the one the firmware started on; waking that one by INIT would reset the machine.
 * pretimeout: a warning NMI from the watchdog would be a second panic.
 */
static int set_computed(struct bootargs *args, const struct capture_args_cfg *cfg)
{
	long boot_cpu = cfg->cpuinfo ? capture_args_apicid(cfg->cpuinfo) : -1;
	char word[160];
	int rc = 0;

	if (boot_cpu >= 0 && strcmp(cfg->machine, "x86_64") == 0) {
		snprintf(word, sizeof(word), "disable_cpu_apicid=%ld", boot_cpu);
		rc = bootargs_set(args, word);
	}
	if (rc == 0 && cfg->watchdog && *cfg->watchdog) {
		bool hp = strcmp(cfg->watchdog, "hpwdt") == 0;

		snprintf(word, sizeof(word), hp ? "%.100s.kdumptimeout=0" : "%.100s.pretimeout=0",
			 cfg->watchdog);
		rc = bootargs_set(args, word);
	}
	if (cfg->all_cpus)
		bootargs_remove(args, "nr_cpus");
	if (rc == 0 && cfg->cpus) {
		snprintf(word, sizeof(word), "nr_cpus=%u", cfg->cpus);
		rc = bootargs_set(args, word);
	}
	if (rc == 0)
		rc = bootargs_set(args, "rd.systemd.gpt_auto=no");
	if (rc == 0 && cfg->test_id) {
		snprintf(word, sizeof(word), "kdump_test_id=%.100s", cfg->test_id);
		rc = bootargs_set(args, word);
	}
	if (cfg->graviton)
		bootargs_remove(args, "irqpoll");
	return rc;
}

/* An append with this parameter is a complete table: do not merge it with ours. */
static bool is_whole_table(const char *append)
{
	return karg_has(append, "reset_devices");
}

/* The built-in table, without what remove names. */
static int append_table(struct bootargs *args, const struct capture_args_cfg *cfg)
{
	const char *append = cfg->append ? cfg->append : "";
	struct bootargs params = { 0 };
	int rc = bootargs_parse(is_whole_table(append) ? PANIC : capture_args_append(cfg->machine),
				&params);

	if (rc == 0 && cfg->remove)
		rc = remove_all(&params, cfg->remove);
	for (size_t i = 0; rc == 0 && i < params.nr; i++)
		rc = bootargs_set(args, params.word[i]);
	bootargs_fini(&params);
	return rc < 0 ? rc : set_all(args, append);
}

static int build(const struct capture_args_cfg *cfg, struct bootargs *args)
{
	bool own = cfg->base && *cfg->base;
	int rc = bootargs_parse(own ? cfg->base : (cfg->running ? cfg->running : ""), args);

	if (rc < 0)
		return rc;
	bootargs_remove_empty(args);
	rc = remove_all(args, never);
	if (rc == 0)
		rc = remove_all(args, table_remove(cfg->machine));
	if (rc == 0 && cfg->remove)
		rc = remove_all(args, cfg->remove);
	if (rc == 0)
		rc = append_table(args, cfg);
	if (rc == 0)
		rc = set_computed(args, cfg);
	bootargs_unique(args);
	return rc;
}

int capture_args_build(const struct capture_args_cfg *cfg, char **out)
{
	struct bootargs args = { 0 };
	size_t max = cfg->max ? cfg->max : 2047;
	char *text = NULL;
	int rc = build(cfg, &args);

	if (rc == 0)
		rc = bootargs_text(&args, &text);
	if (rc == 0 && strlen(text) > max) {
		size_t len = strlen(text);

		free(text);
		rc = fail(-E2BIG,
			  "the capture kernel's command line has %zu bytes, the kernel takes %zu; "
			  "list parameters it does not need in KDUMP_COMMANDLINE_REMOVE",
			  len, max);
	} else if (rc == 0) {
		*out = text;
	}
	bootargs_fini(&args);
	return rc;
}

long capture_args_apicid(const char *cpuinfo)
{
	static const char key[] = "initial apicid";
	bool first = false;

	for (const char *line = cpuinfo; line && *line; line = strchr(line, '\n')) {
		const char *colon;

		line += *line == '\n';
		colon = strchr(line, ':');
		if (!colon)
			break;
		if (strncmp(line, "processor\t", 10) == 0)
			first = strtol(colon + 1, NULL, 10) == 0;
		if (first && strncmp(line, key, sizeof(key) - 1) == 0)
			return strtol(colon + 1, NULL, 10);
	}
	return -1;
}
