/* SPDX-License-Identifier: GPL-2.0-or-later */
/* distro_run.c - run dracut or mkinitramfs, outside of the service's sandbox */
#include "systemd/distro/distro_run.h"

#include "base/err.h"
#include "base/util.h"
#include "systemd/program.h"
#include "systemd/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#define TOLD_MAX 12 /* lines of a failed program */

/* A command line in the making; words are not copied. */
struct command {
	const char **argv;
	size_t nr, room;
};

static void add(struct command *c, const char *word)
{
	if (c->nr + 1 < c->room)
		c->argv[c->nr++] = word;
}

static void add_all(struct command *c, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		add(c, words[i]);
}

/*
 * The service may not make device nodes or change its root; a program that copies half a
 * system does. systemd runs it for us as from a root shell. Nothing is needed elsewhere.
 */
static void add_way_out(struct command *c)
{
	static const char *const words[] = {
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

	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 && program_exists("systemd-run"))
		add_all(c, words);
}

/*
 * Options in dracut_args are for dracut. --mount and its value name a target, which was
 * looked at already.
 */
static void add_options(struct command *c, const char *const *words)
{
	for (size_t i = 0; words[i]; i++) {
		if (strcmp(words[i], "--mount") == 0 && words[i + 1])
			i++;
		else if (strncmp(words[i], "--mount=", 8) != 0)
			add(c, words[i]);
	}
}

/*
 * For this machine, for the target's devices and not for the root's. A unified kernel
 * image or microcode in front of the archive is nothing that a capture kernel wants.
 */
static void add_dracut(struct command *c, const struct ctl *ctl, char *const *nodes)
{
	static const char *const words[] = {
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

	add_all(c, words);
	for (size_t i = 0; nodes && nodes[i]; i++) {
		add(c, "--add-device");
		add(c, nodes[i]);
	}
	add_options(c, ctl->config.dracut_argv);
}

/* What it wrote, for who looks for the reason; the last line is in the failure's words. */
static void tell_all(char *text)
{
	char *save = NULL, *at = text;
	unsigned lines = 0;

	for (char *p = text; *p; p++)
		lines += *p == '\n';
	for (; lines > TOLD_MAX; lines--)
		at = strchr(at, '\n') + 1;
	for (char *line = strtok_r(at, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		message_warn("%s", line);
}

static int run(const struct command *c, const char *tool)
{
	const struct program_run run = { .argv = c->argv,
					 .seconds = DISTRO_SECONDS,
					 .keep_stderr = true };
	struct program_result r;
	int rc = program_run(&run, &r);

	if (rc == 0 && r.exit_code != 0) {
		tell_all(r.output);
		rc = fail(-EIO, "%s failed with exit code %d", tool, r.exit_code);
	}
	program_result_fini(&r);
	return rc;
}

int distro_run(const struct ctl *ctl, const char *tool, char *const *nodes, const char *image)
{
	bool dracut = strcmp(tool, "dracut") == 0;
	struct command c = { .room = 64 };
	mode_t before;
	int rc;

	for (size_t i = 0; nodes && nodes[i]; i++)
		c.room += 2;
	for (size_t i = 0; ctl->config.dracut_argv[i]; i++)
		c.room++;
	c.argv = calloc(c.room, sizeof(*c.argv));
	if (!c.argv)
		return fail(-ENOMEM, "start %s", tool);
	add_way_out(&c);
	if (dracut)
		add_dracut(&c, ctl, nodes);
	else
		add_all(&c, (const char *const[]){ "mkinitramfs", "-o", NULL });
	add(&c, image);
	add(&c, ctl->kernel);
	/* The hook of initramfs-tools does nothing in the images of others. */
	setenv("KDUMP_CAPTURE", "y", 1);
	message_busy(DISTRO_SECONDS);
	before = umask(077);
	rc = run(&c, tool);
	umask(before);
	free(c.argv);
	return rc;
}
