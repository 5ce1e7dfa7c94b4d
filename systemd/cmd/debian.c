/* SPDX-License-Identifier: GPL-2.0-or-later */
/* debian.c - the commands of kdump-config in Debian's kdump-tools, for scripts that call it */
#include "systemd/ctl.h"

#include "base/err.h"
#include "config/sysconfig/sysconfig.h"
#include "systemd/files.h"
#include "systemd/check/findings.h"
#include "systemd/load/kernel_state.h"
#include "systemd/load/kdump_load.h"
#include "systemd/state.h"
#include "systemd/message.h"
#include "base/printable.h"
#include "systemd/load/kernel_paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define IOMEM_MAX (1u << 20)

static const char *readiness(const struct kernel_state *s)
{
	return s->crash_loaded ? "ready to kdump" : "Not ready to kdump";
}

/* On standard error: scripts parse standard output. */
static void print_why(const struct ctl *ctl, const struct kernel_state *s)
{
	struct findings f = { 0 };

	if (!s->crash_loaded && service_possible(ctl) < 0) {
		message_warn("%s", fail_text());
		fail_clear();
	}
	if (s->crash_loaded)
		findings_read(ctl, &f);
	for (unsigned i = 0; i < f.nr; i++)
		message_warn("armed, but %s", f.text[i]);
}

/* The exit code is always 0: the line is the answer. */
int cmd_debian_status(struct ctl *ctl, int argc, char **argv)
{
	struct kernel_state s;

	if (argc > 1)
		return ctl_usage("%s takes no arguments", argv[0]);
	kernel_state_read(ctl->root, &s);
	printf("current state   : %s\n", readiness(&s));
	fflush(stdout);
	print_why(ctl, &s);
	return CTL_OK;
}

/* Start of the first reservation in /proc/iomem, "0x..."; "" if none is visible. */
static void crash_address(const char *root, char out[32])
{
	char *text, *save = NULL;

	out[0] = '\0';
	if (files_read(root, "/proc/iomem", IOMEM_MAX, &text) < 0) {
		fail_clear();
		return;
	}
	for (char *l = strtok_r(text, "\n", &save); l && !*out; l = strtok_r(NULL, "\n", &save)) {
		if (strcasestr(l, "Crash kernel"))
			snprintf(out, 32, "0x%llx", strtoull(l, NULL, 16));
	}
	free(text);
}

static void print_target(const struct config *c)
{
	const struct config_target *t = &c->targets[0];

	if (t->kind == CONFIG_TARGET_SSH)
		printf("SSH:              %s\nSSH_KEY:          %s\n", t->where, c->sshkey);
	else if (t->kind == CONFIG_TARGET_NFS)
		print_safe(stdout, "NFS:              %s", t->where);
	else if (t->where)
		print_safe(stdout, "target:           %s", t->where);
}

/* Kernel and image that are loaded, else those that would be, if they exist. */
static void print_files(const struct ctl *ctl, const struct kernel_state *s,
			const struct state_armed *armed)
{
	struct kernel_paths w = { .kernel = "" };
	const char *kernel = armed->kernel, *image = armed->image;

	if (!s->crash_loaded || !*kernel) {
		if (kernel_paths_find(ctl, &w) < 0)
			fail_clear();
		kernel = w.kernel;
		image = files_exist(ctl->root, w.image) ? w.image : "";
	}
	printf("   %s\nkdump initrd: \n   %s\n", kernel, image);
}

/* Builds, loads and writes nothing. */
int cmd_debian_show(struct ctl *ctl, int argc, char **argv)
{
	struct state_armed armed;
	struct kernel_state s;
	char address[32];

	if (argc > 1)
		return ctl_usage("%s takes no arguments", argv[0]);
	if (ctl_load(ctl) < 0)
		return ctl_fail("show");
	kernel_state_read(ctl->root, &s);
	state_armed_read(ctl, &armed);
	crash_address(ctl->root, address);
	printf("DUMP_MODE:		kdump\n"
	       "USE_KDUMP:		%d\n"
	       "KDUMP_COREDIR:		%s\n"
	       "crashkernel addr: %s\n",
	       ctl->sysconfig.use_kdump, ctl->config.path, address);
	print_files(ctl, &s, &armed);
	print_target(&ctl->config);
	printf("current state:    %s\n\nkexec command:\n  ", readiness(&s));
	if (s.crash_loaded && armed.cmdline[0])
		printf("kexec -p%s --command-line=\"%s\" --initrd=%s %s\n",
		       strcmp(armed.how, "kexec_file_load") == 0 ? " -s" : "", armed.cmdline,
		       armed.image, armed.kernel);
	else
		puts("no kexec command recorded");
	fflush(stdout);
	print_why(ctl, &s);
	return CTL_OK;
}

/* Package hooks call this: a machine that is not armed stays so. */
int cmd_debian_condreload(struct ctl *ctl, int argc, char **argv)
{
	struct kernel_state s;

	if (argc > 1)
		return ctl_usage("%s takes no arguments", argv[0]);
	kernel_state_read(ctl->root, &s);
	return s.crash_loaded ? cmd_restart(ctl, argc, argv) : CTL_OK;
}

/*
 * The capture image saves by itself; on another system booted after a crash the user does it by
 * hand.
 */
int cmd_debian_savecore(struct ctl *ctl, int argc, char **argv)
{
	struct kernel_state s;

	if (argc > 1)
		return ctl_usage("%s takes no arguments", argv[0]);
	kernel_state_read(ctl->root, &s);
	if (s.capture)
		message_error("savecore: not saved; only the capture image saves by itself; run "
			      "\"kdump-collect -l -d 31 /proc/vmcore FILE\", then reboot");
	else
		message_error(
			"savecore: there is no /proc/vmcore: this kernel was not started by a "
			"crash; \"kdumpctl list\" shows saved dumps");
	return CTL_FAILED;
}

/* Nothing to create: kernel and image are found by release. */
int cmd_debian_symlinks(struct ctl *ctl, int argc, char **argv)
{
	char list[300];
	struct kernel_paths w;

	if (argc != 2)
		return ctl_usage("symlinks needs one kernel release");
	snprintf(ctl->kernel, sizeof(ctl->kernel), "%s", argv[1]);
	if (kernel_paths_find(ctl, &w) < 0) {
		fail_clear();
		kernel_paths_kernels(ctl->root, false, list, sizeof(list));
		message_error("symlinks: there is no kernel %s; there is: %s", argv[1], list);
		return CTL_FAILED;
	}
	message_info(
		"no links are needed: %s is found by its release, and its image is built before "
		"it is loaded",
		w.kernel);
	return CTL_OK;
}
