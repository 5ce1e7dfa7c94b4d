/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * convert.c - settings about dumps in sysconfig files, as the text of a kdump.conf
 *
 * Text, not a struct config: the image holds a copy of the file, and the user can
 * read, keep and change what came of it.
 */
#include "config/sysconfig/convert.h"

#include "base/err.h"
#include "config/sysconfig/shell.h"
#include "config/parse/values.h"

#include <stdlib.h>
#include <string.h>

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

/* Of several keys ssh would try each; the image holds one. */
static void convert_key(struct convert *v)
{
	const char *list = convert_value(v, "KDUMP_SSH_IDENTITY");

	if (list && (convert_value(v, "SSH_KEY") || strpbrk(list, " \t")))
		convert_complain(v, CONFIG_WARNING, "KDUMP_SSH_IDENTITY",
				 "one key goes into the image, the first; leave the rest out");
	if (convert_value(v, "SSH_KEY"))
		convert_line(v, "SSH_KEY", "sshkey", "%s", convert_value(v, "SSH_KEY"));
	else if (list)
		convert_line(v, "KDUMP_SSH_IDENTITY", "sshkey", "%.*s", (int)strcspn(list, " \t"),
			     list);
}

/* Tries there, further attempts here. */
static void convert_retry(struct convert *v)
{
	bool nfs = convert_value(v, "NFS_MOUNT_RETRY") &&
		   (convert_value(v, "NFS") || !convert_value(v, "SSH_KDUMP_RETRY"));
	const char *name = nfs ? "NFS_MOUNT_RETRY" : "SSH_KDUMP_RETRY";
	unsigned tries;

	if (nfs && convert_value(v, "SSH_KDUMP_RETRY"))
		convert_complain(
			v, CONFIG_WARNING, "SSH_KDUMP_RETRY",
			"no effect: NFS_MOUNT_RETRY counts for all targets; leave one out");
	if (convert_number(v, name, &tries))
		convert_line(v, name, "retry", "%u", tries > 0 ? tries - 1 : 0);
}

/* The old dumps that stay, and the new one; -1 kept none of the old. */
static void convert_keep(struct convert *v)
{
	const char *old = convert_value(v, "KDUMP_KEEP_OLD_DUMPS");
	unsigned n;

	if (old && convert_value(v, "KDUMP_NUM_DUMPS"))
		convert_complain(v, CONFIG_WARNING, "KDUMP_KEEP_OLD_DUMPS",
				 "no effect beside KDUMP_NUM_DUMPS; leave one out");
	if (convert_number(v, "KDUMP_NUM_DUMPS", &n) && n > 0)
		convert_line(v, "KDUMP_NUM_DUMPS", "keep_dumps", "%u", n);
	else if (old && strcmp(old, "-1") == 0)
		convert_line(v, "KDUMP_KEEP_OLD_DUMPS", "keep_dumps", "1");
	else if (convert_number(v, "KDUMP_KEEP_OLD_DUMPS", &n) && n > 0)
		convert_line(v, "KDUMP_KEEP_OLD_DUMPS", "keep_dumps", "%u", n + 1);
	if (convert_number(v, "KDUMP_FREE_DISK_SIZE", &n) && n > 0)
		convert_line(v, "KDUMP_FREE_DISK_SIZE", "min_free", "%uM", n);
	if (convert_number(v, "KDUMP_NET_TIMEOUT", &n) && n > 0)
		convert_line(v, "KDUMP_NET_TIMEOUT", "timeout", "network=%u", n);
}

static void convert_boot_loader(struct convert *v)
{
	const char *update = convert_value(v, "KDUMP_UPDATE_BOOTLOADER");

	if (update && convert_is_off(update))
		convert_line(v, "KDUMP_UPDATE_BOOTLOADER", "auto_reset_crashkernel", "no");
	else if (update && !convert_is_on(update))
		convert_complain(v, CONFIG_WARNING, "KDUMP_UPDATE_BOOTLOADER",
				 "no effect; write true or false");
}

static void convert_all(struct convert *v)
{
	fprintf(v->out, "# the settings of %s, as keys of kdump.conf(5)\n", v->s->report.file);
	convert_targets(v);
	convert_key(v);
	convert_retry(v);
	convert_collector(v);
	convert_keep(v);
	convert_failure(v);
	convert_hooks(v);
	convert_boot_loader(v);
}

int convert_run(struct convert *v, char **out)
{
	unsigned before = v->s->report.nr;
	char *text = NULL;
	size_t len;

	*out = NULL;
	v->out = open_memstream(&text, &len);
	if (!v->out)
		return fail(-ENOMEM, "make a kdump.conf of %s", v->s->report.file);
	convert_all(v);
	if (fclose(v->out) != 0) {
		free(text);
		return fail(-ENOMEM, "make a kdump.conf of %s", v->s->report.file);
	}
	config_report_sort(&v->s->report, before);
	if (v->nr_lines > 0)
		*out = text;
	else
		free(text);
	return 0;
}

/* A file with nothing but settings for loading the kernel gives no text, not an empty one. */
int sysconfig_conf(struct sysconfig *s, char **out)
{
	struct convert v = { .s = s };
	unsigned errors = s->report.nr_errors;
	int rc = convert_run(&v, out);

	if (rc < 0)
		return rc;
	return s->report.nr_errors > errors ? config_report_verdict(&s->report) : 0;
}
