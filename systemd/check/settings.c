/* SPDX-License-Identifier: GPL-2.0-or-later */
/* settings.c - warn about settings that have no effect here */
#include "systemd/check/settings.h"

#include "base/err.h"
#include "systemd/load/capture_args_unused.h"
#include "systemd/files.h"
#include "systemd/load/sysctl_conf.h"
#include "systemd/message.h"
#include "systemd/load/kernel_paths.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#define OLD_SYSCTL	"/etc/kdump/sysctl.conf" /* kdump-tools applied it when it armed */
#define SYSCTL_MAX	(64 << 10)
#define SYSCTL_WARNINGS 20
#define RECORD_MAX	(16u << 20)

static void print_lines(const struct config_report *r, unsigned first)
{
	char line[REPORT_TEXT_MAX + CTL_PATH_MAX];

	for (unsigned i = first; config_report_line(r, i, line, sizeof(line)); i++)
		message_error("%s", line);
}

static void warn_of_variables(struct ctl *ctl)
{
	struct sysconfig *s = &ctl->sysconfig;
	unsigned printed = s->report.nr, nr;

	sysconfig_notes(s);
	if (!ctl->config_made && sysconfig_compare(s, CONFIG_FILE, &ctl->config, &nr) < 0)
		fail_clear();
	print_lines(&s->report, printed);
}

/* Two files with the same purpose: the owner of the ignored one may think that it is read. */
static void warn_of_other_file(const struct ctl *ctl)
{
	if (strcmp(ctl->sysconfig_file, SYSCONFIG_FILE) == 0 &&
	    files_exist(ctl->root, SYSCONFIG_FILE) && files_exist(ctl->root, SYSCONFIG_FILE_OTHER))
		message_warn("%s is ignored because %s exists; remove the one that you do not want",
			     SYSCONFIG_FILE_OTHER, SYSCONFIG_FILE);
}

static void trim(char **text)
{
	size_t n;

	*text += strspn(*text, " \t\r");
	for (n = strlen(*text); n && strchr(" \t\r", (*text)[n - 1]); n--)
		(*text)[n - 1] = '\0';
}

/* Parse "key = value". True: nothing applies this setting. */
static bool is_lost(const char *root, char *line, char **key, char **value)
{
	char path[FILES_PATH_MAX], *equals = strchr(line, '=');

	trim(&line);
	if (!equals || strchr("#;", *line))
		return false;
	*equals = '\0';
	*key = line + (*line == '-');
	*value = equals + 1;
	trim(key);
	trim(value);
	/* Arming sets the first; the capture kernel has no huge pages in any case. */
	if ((strcmp(*key, "kernel.panic_on_oops") == 0 && strcmp(*value, "1") == 0) ||
	    (strncmp(*key, "vm.nr_hugepages", 15) == 0 && strcmp(*value, "0") == 0))
		return false;
	return **key && !sysctl_conf_find(root, *key, path, sizeof(path));
}

static void warn_of_sysctl(const struct ctl *ctl)
{
	char *text, *line, *save = NULL, *key, *value;
	unsigned printed = 0;

	if (files_read(ctl->root, OLD_SYSCTL, SYSCTL_MAX, &text) < 0) {
		fail_clear();
		return;
	}
	for (line = strtok_r(text, "\n", &save); line && printed < SYSCTL_WARNINGS;
	     line = strtok_r(NULL, "\n", &save)) {
		if (!is_lost(ctl->root, line, &key, &value))
			continue;
		printed++;
		message_warn("%s is ignored: %s = %s has no effect; put that line into "
			     "/etc/sysctl.d/90-kdump.conf and run 'sysctl --system'",
			     OLD_SYSCTL, key, value);
	}
	free(text);
}

/*
 * Images of dracut or initramfs-tools, and the one that KDUMP_INITRD names, do read such
 * parameters.
 */
static bool is_image_of_ours(const struct ctl *ctl)
{
	struct kernel_paths at;
	char *record = NULL;
	bool ours = true;

	if (kernel_paths_find(ctl, &at) == 0) {
		ours = !at.prebuilt;
		if (ours && files_read(ctl->root, at.inputs, RECORD_MAX, &record) == 0)
			ours = strstr(record, " /init ");
	}
	fail_clear();
	free(record);
	return ours;
}

/* The name of this setting in the file that is used. */
static const char *name_of(const struct ctl *ctl, const char *name, const char *other)
{
	const char *value = sysconfig_get(&ctl->sysconfig, other);

	return value && *value ? other : name;
}

static void warn_of_unused(const struct ctl *ctl, const char *name, const char *line)
{
	char word[CAPTURE_WORD_MAX];
	struct utsname uts;
	const char *advice;

	uname(&uts);
	while (line && capture_unused_next(&line, uts.machine, word, &advice))
		message_warn("%s: %s: %s has no effect: %s", ctl->sysconfig_file, name, word,
			     advice);
}

void settings_warn(struct ctl *ctl)
{
	warn_of_other_file(ctl);
	warn_of_variables(ctl);
	warn_of_sysctl(ctl);
	if ((!ctl->sysconfig.command_line && !ctl->sysconfig.command_line_append) ||
	    !is_image_of_ours(ctl))
		return;
	warn_of_unused(ctl, name_of(ctl, "KDUMP_COMMANDLINE", "KDUMP_CMDLINE"),
		       ctl->sysconfig.command_line);
	warn_of_unused(ctl, name_of(ctl, "KDUMP_COMMANDLINE_APPEND", "KDUMP_CMDLINE_APPEND"),
		       ctl->sysconfig.command_line_append);
}
