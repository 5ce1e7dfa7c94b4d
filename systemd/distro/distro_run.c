/* SPDX-License-Identifier: GPL-2.0-or-later */
/* distro_run.c - run dracut or mkinitramfs, outside of the service's sandbox */
#include "systemd/distro/distro_run.h"

#include "base/err.h"
#include "base/run.h"
#include "base/util.h"
#include "systemd/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#define LOG_LINES_MAX 12 /* lines of a failed tool's output */
#define LOG_BYTES_MAX (64u << 10)

/* A command line under construction; arguments are borrowed. */
struct command {
	const char **argv;
	size_t nr, size;
};

static void add(struct command *c, const char *word)
{
	if (c->nr + 1 < c->size)
		c->argv[c->nr++] = word;
}

static void add_all(struct command *c, const char *const *options)
{
	for (size_t i = 0; options[i]; i++)
		add(c, options[i]);
}

/*
 * The service's sandbox forbids device nodes and chroot, which these tools need. So systemd runs
 * the tool outside the sandbox. Outside the service nothing is needed.
 */
static void add_way_out(struct command *c)
{
	static const char *const options[] = {
		"systemd-run",
		"--quiet",
		"--wait",
		"--pipe",
		"--collect",
		"--property=UMask=0077",
		"--property=RuntimeMaxSec=" DISTRO_SECONDS_TEXT,
		"--setenv=KDUMP_CAPTURE=y",
		"--",
		NULL,
	};

	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 && run_exists("systemd-run"))
		add_all(c, options);
}

/*
 * Options in dracut_args are for dracut. --mount and its value name a target, which was handled
 * already.
 */
static void add_options(struct command *c, const char *const *options)
{
	for (size_t i = 0; options[i]; i++) {
		if (strcmp(options[i], "--mount") == 0 && options[i + 1])
			i++;
		else if (strncmp(options[i], "--mount=", 8) != 0)
			add(c, options[i]);
	}
}

/*
 * For this machine and the target's devices, not the root's. No unified kernel image and no early
 * microcode: the capture kernel uses neither.
 */
static void add_dracut(struct command *c, const struct ctl *ctl, char *const *nodes)
{
	static const char *const options[] = {
		"dracut",
		"--force",
		"--quiet",
		"--hostonly",
		"--hostonly-cmdline",
		"--hostonly-mode=strict",
		"--no-hostonly-default-device",
		"--no-early-microcode",
		"--no-uefi",
		"--omit=plymouth resume",
		"--add=kdump-capture",
		NULL,
	};

	add_all(c, options);
	for (size_t i = 0; nodes && nodes[i]; i++) {
		add(c, "--add-device");
		add(c, nodes[i]);
	}
	add_options(c, ctl->config.dracut_argv);
}

/* Log what it wrote; its last line is in the error message. */
static void log_all(char *text)
{
	char *save = NULL, *at = text;
	unsigned lines = 0;

	for (char *p = text; *p; p++)
		lines += *p == '\n';
	for (; lines > LOG_LINES_MAX; lines--)
		at = strchr(at, '\n') + 1;
	for (char *line = strtok_r(at, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		message_warn("%s", line);
}

static int run(const struct command *c, const char *tool)
{
	const struct run_cfg run = { .argv = c->argv,
				     .timeout_ms = DISTRO_SECONDS * 1000,
				     .max = LOG_BYTES_MAX,
				     .keep_end = true,
				     .out = RUN_KEEP,
				     .err = RUN_AS_OUT };
	struct run_result r;
	int rc = run_program(&run, &r);

	if (rc == 0 && r.exit_code != 0) {
		log_all(r.out.data);
		rc = fail(-EIO, "%s failed with exit code %d", tool, r.exit_code);
	}
	run_result_fini(&r);
	return rc;
}

int distro_run(const struct ctl *ctl, const char *tool, char *const *nodes, const char *image)
{
	bool dracut = strcmp(tool, "dracut") == 0;
	struct command c = { .size = 64 };
	mode_t before;
	int rc;

	for (size_t i = 0; nodes && nodes[i]; i++)
		c.size += 2;
	for (size_t i = 0; ctl->config.dracut_argv[i]; i++)
		c.size++;
	c.argv = calloc(c.size, sizeof(*c.argv));
	if (!c.argv)
		return fail(-ENOMEM, "start %s", tool);
	add_way_out(&c);
	if (dracut)
		add_dracut(&c, ctl, nodes);
	else
		add_all(&c, (const char *const[]){ "mkinitramfs", "-o", NULL });
	add(&c, image);
	add(&c, ctl->kernel);
	/*
	 * Without it our hook of initramfs-tools does nothing, so that ordinary images stay as they
	 * are.
	 */
	setenv("KDUMP_CAPTURE", "y", 1);
	message_busy(DISTRO_SECONDS);
	before = umask(077);
	rc = run(&c, tool);
	umask(before);
	free(c.argv);
	return rc;
}
