/* SPDX-License-Identifier: GPL-2.0-or-later */
/* convert.c - what sysconfig files say about dumps, as the text of a kdump.conf */
#include "config/convert.h"

#include "base/err.h"
#include "config/shell.h"
#include "config/sysconfig_table.h"
#include "config/values.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_LAST 9999

const char *convert_value(const struct convert *v, const char *name)
{
	const char *value = sysconfig_get(v->s, name);

	return value && *value ? value : NULL;
}

void convert_complain(struct convert *v, enum config_severity severity, const char *name,
		      const char *words)
{
	const struct shell_var *var = shell_vars_find(v->s->vars, name);
	struct config_place place = var ? var->place : (struct config_place){ 0 };

	config_report_add(&v->s->report, severity, place, "%s: %s", name, words);
}

/* In a kdump.conf a '#' ends the value, a line end the line, and outer quotes go away. */
static bool is_expressible(const char *value)
{
	size_t len = strlen(value);

	for (const char *c = value; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f || *c == '#')
			return false;
	}
	return len < 2 || value[0] != '"' || value[len - 1] != '"';
}

void convert_line(struct convert *v, const char *name, const char *key, const char *fmt, ...)
{
	char value[2048];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(value, sizeof(value), fmt, ap);
	va_end(ap);
	if (len >= (int)sizeof(value) || !is_expressible(value)) {
		convert_complain(v, CONFIG_ERROR, name,
				 "this cannot be a line of kdump.conf; write it without '#' and "
				 "outer quotes, and shorter");
		return;
	}
	fprintf(v->out, "%s %s\n", key, value);
	v->nr_lines++;
}

void convert_target(struct convert *v, const char *name, const char *kind, const char *where)
{
	if (v->nr_targets == 0)
		v->streams = strcmp(kind, "ssh") == 0;
	if (v->nr_targets++ == 0)
		convert_line(v, name, kind, "%s", where);
	else
		convert_line(v, name, "fallback_target", "%s %s", kind, where);
}

/* False: not set, or no number, which was said. */
static bool number(struct convert *v, const char *name, unsigned *out)
{
	const char *value = convert_value(v, name);

	if (!value)
		return false;
	if (config_read_count(value, NUMBER_LAST, out))
		return true;
	convert_complain(v, CONFIG_WARNING, name, "no effect, since it is no number; write one");
	return false;
}

/* The shell code mounts the export on the directory: in the export it is the root. */
static void convert_path(struct convert *v)
{
	const char *dir = convert_value(v, "KDUMP_COREDIR");
	bool nfs = convert_value(v, "NFS"), ssh = convert_value(v, "SSH");

	if (nfs && !ssh)
		convert_line(v, "NFS", "path", "/");
	else if (dir)
		convert_line(v, "KDUMP_COREDIR", "path", "%s", dir);
	if (nfs && ssh)
		convert_complain(v, CONFIG_WARNING, "NFS",
				 "the directory KDUMP_COREDIR is looked for in the export too; "
				 "create it there");
}

static void convert_targets(struct convert *v)
{
	const char *nfs = convert_value(v, "NFS"), *ssh = convert_value(v, "SSH");

	convert_path(v);
	if (nfs)
		convert_target(v, "NFS", "nfs", nfs);
	if (ssh)
		convert_target(v, "SSH", "ssh", ssh);
	convert_savedir(v);
	if (convert_value(v, "FTP"))
		convert_complain(v, v->nr_targets ? CONFIG_WARNING : CONFIG_ERROR, "FTP",
				 "dumps are not sent by ftp; set SSH or NFS instead");
}

static void convert_key(struct convert *v)
{
	const char *list = convert_value(v, "KDUMP_SSH_IDENTITY");

	if (convert_value(v, "SSH_KEY"))
		convert_line(v, "SSH_KEY", "sshkey", "%s", convert_value(v, "SSH_KEY"));
	else if (list)
		convert_line(v, "KDUMP_SSH_IDENTITY", "sshkey", "%.*s", (int)strcspn(list, " \t"),
			     list);
}

/* Tries there, further attempts here. */
static void convert_retry(struct convert *v)
{
	const char *name = convert_value(v, "NFS") ? "NFS_MOUNT_RETRY" : "SSH_KDUMP_RETRY";
	unsigned tries;

	if (number(v, name, &tries))
		convert_line(v, name, "retry", "%u", tries > 0 ? tries - 1 : 0);
}

static const char *stream_option(const struct convert *v)
{
	return v->streams ? " -F" : "";
}

/* KDUMP_DUMPFORMAT and KDUMP_DUMPLEVEL, as options. */
static const char *format_option(struct convert *v, const char *format)
{
	static const struct {
		const char *format, *option;
	} formats[] = {
		{ "compressed", " -c" }, { "lzo", " -l" }, { "snappy", " -p" },
		{ "zstd", " -z" },	 { "raw", "" },
	};

	for (size_t i = 0; format && i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcasecmp(format, formats[i].format) == 0)
			return formats[i].option;
	}
	if (format)
		convert_complain(v, CONFIG_WARNING, "KDUMP_DUMPFORMAT",
				 "dumps are written in kdump format; write compressed, lzo, snappy "
				 "or zstd");
	return " -c";
}

static void convert_collector(struct convert *v)
{
	const char *args = convert_value(v, "MAKEDUMP_ARGS");
	const char *format = convert_value(v, "KDUMP_DUMPFORMAT");
	const char *level = convert_value(v, "KDUMP_DUMPLEVEL");
	const char *more = convert_value(v, "MAKEDUMPFILE_OPTIONS");

	if (args)
		convert_line(v, "MAKEDUMP_ARGS", "core_collector", "makedumpfile%s %s",
			     stream_option(v), args);
	else if (format || level || more)
		convert_line(v, format ? "KDUMP_DUMPFORMAT" : "KDUMP_DUMPLEVEL", "core_collector",
			     "makedumpfile%s%s -d %s%s%s", stream_option(v),
			     format_option(v, format), level ? level : "31", more ? " " : "",
			     more ? more : "");
}

/* The old dumps that stay, and the new one; -1 kept none of the old. */
static void convert_keep(struct convert *v)
{
	const char *old = convert_value(v, "KDUMP_KEEP_OLD_DUMPS");
	unsigned n;

	if (number(v, "KDUMP_NUM_DUMPS", &n) && n > 0)
		convert_line(v, "KDUMP_NUM_DUMPS", "keep_dumps", "%u", n);
	else if (old && strcmp(old, "-1") == 0)
		convert_line(v, "KDUMP_KEEP_OLD_DUMPS", "keep_dumps", "1");
	else if (number(v, "KDUMP_KEEP_OLD_DUMPS", &n) && n > 0)
		convert_line(v, "KDUMP_KEEP_OLD_DUMPS", "keep_dumps", "%u", n + 1);
	if (number(v, "KDUMP_FREE_DISK_SIZE", &n) && n > 0)
		convert_line(v, "KDUMP_FREE_DISK_SIZE", "min_free", "%uM", n);
	if (number(v, "KDUMP_NET_TIMEOUT", &n) && n > 0)
		convert_line(v, "KDUMP_NET_TIMEOUT", "timeout", "network=%u", n);
}

/* "reboot -f", "/sbin/poweroff": the first word without its directory. */
static void convert_failure(struct convert *v)
{
	static const char *const actions[] = { "reboot", "poweroff", "halt" };
	const char *command = convert_value(v, "KDUMP_FAIL_CMD");
	const char *go_on = convert_value(v, "KDUMP_CONTINUE_ON_ERROR");
	size_t len = command ? strcspn(command, " \t") : 0;

	for (size_t i = 0; command && i < sizeof(actions) / sizeof(actions[0]); i++) {
		size_t want = strlen(actions[i]);

		if (len < want || strncmp(command + len - want, actions[i], want) != 0 ||
		    (len > want && command[len - want - 1] != '/'))
			continue;
		convert_line(v, "KDUMP_FAIL_CMD", "failure_action", "%s", actions[i]);
		return;
	}
	if (command)
		convert_complain(v, CONFIG_WARNING, "KDUMP_FAIL_CMD",
				 "only reboot, poweroff and halt are known; put other commands "
				 "into a script in /etc/kdump/emergency.d");
	else if (go_on && (strcasecmp(go_on, "false") == 0 || strcasecmp(go_on, "no") == 0))
		convert_line(v, "KDUMP_CONTINUE_ON_ERROR", "failure_action", "shell");
}

static void convert_hook(struct convert *v, const char *name, const char *key)
{
	const char *command = convert_value(v, name);

	if (command && command[0] == '/' && !strpbrk(command, " \t;|&$"))
		convert_line(v, name, key, "%s", command);
	else if (command)
		convert_complain(v, CONFIG_WARNING, name,
				 "shell code is not run; put it into a script, and write its full "
				 "path here");
}

static void convert_programs(struct convert *v)
{
	const char *list = convert_value(v, "KDUMP_REQUIRED_PROGRAMS");
	bool full = list && list[0] == '/';

	for (const char *c = list; full && *c; c++)
		full = *c != ' ' || c[1] == ' ' || c[1] == '/' || !c[1];
	if (full)
		convert_line(v, "KDUMP_REQUIRED_PROGRAMS", "extra_bins", "%s", list);
	else if (list)
		convert_complain(v, CONFIG_WARNING, "KDUMP_REQUIRED_PROGRAMS",
				 "write full paths, such as /usr/bin/lftp");
}

/* What others can do and we do not: say so, unless it is switched off or as it is here. */
static void convert_notes(struct convert *v)
{
	const struct sysconfig_row *row;

	for (unsigned i = 0; (row = sysconfig_row_at(i)); i++) {
		const char *value = convert_value(v, row->name);

		if (row->kind == SYSCONFIG_NOTE && value && strcasecmp(value, "auto") != 0 &&
		    strcasecmp(value, "false") != 0 &&
		    !(strcmp(row->name, "KDUMP_IMMEDIATE_REBOOT") == 0 &&
		      strcasecmp(value, "true") == 0))
			convert_complain(v, CONFIG_WARNING, row->name, row->help);
	}
}

static void convert_all(struct convert *v)
{
	fprintf(v->out, "# what %s says, in the words of kdump.conf(5)\n", v->s->report.file);
	convert_targets(v);
	convert_key(v);
	convert_retry(v);
	convert_collector(v);
	convert_keep(v);
	convert_failure(v);
	convert_hook(v, "KDUMP_PRESCRIPT", "kdump_pre");
	convert_hook(v, "KDUMP_POSTSCRIPT", "kdump_post");
	convert_programs(v);
	convert_notes(v);
}

int sysconfig_conf(struct sysconfig *s, char **out)
{
	struct convert v = { .s = s };
	unsigned errors = s->report.nr_errors;
	char *text = NULL;
	size_t len;

	*out = NULL;
	v.out = open_memstream(&text, &len);
	if (!v.out)
		return fail(-ENOMEM, "make a kdump.conf of %s", s->report.file);
	convert_all(&v);
	if (fclose(v.out) != 0) {
		free(text);
		return fail(-ENOMEM, "make a kdump.conf of %s", s->report.file);
	}
	config_report_sort(&s->report);
	if (v.nr_lines > 0)
		*out = text;
	else
		free(text);
	return s->report.nr_errors > errors ? config_report_verdict(&s->report) : 0;
}
