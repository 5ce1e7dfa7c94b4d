/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sysconfig.h - /etc/sysconfig/kdump and /etc/default/kdump-tools, read as data
 *
 *     sysconfig_load -> members, sysconfig_conf -> sysconfig_free
 *
 * These files were made to be sourced by a shell. Here nothing in them is ever run:
 * shell.h lists what is understood, and the rest is an error with its line. The
 * variables of all distributions are known, whichever file they stand in.
 *
 * Some variables correspond to keys of kdump.conf. sysconfig_conf() turns them into the
 * text of a kdump.conf, for systems that have none.
 */
#ifndef CONFIG_SYSCONFIG_SYSCONFIG_H
#define CONFIG_SYSCONFIG_SYSCONFIG_H

#include "config/report.h"

#include <stdbool.h>
#include <stddef.h>

#define SYSCONFIG_FILE	     "/etc/sysconfig/kdump"
#define SYSCONFIG_FILE_OTHER "/etc/default/kdump-tools"

struct shell_vars;

/* Strings are NULL where the file sets nothing, or nothing but "". */
struct sysconfig {
	bool use_kdump;			 /* USE_KDUMP; without it: true */
	const char *kernel_version;	 /* KDUMP_KERNELVER; NULL: the running one */
	const char *command_line;	 /* KDUMP_COMMANDLINE, KDUMP_CMDLINE; NULL: /proc/cmdline */
	const char *command_line_remove; /* KDUMP_COMMANDLINE_REMOVE */
	const char *command_line_append; /* KDUMP_COMMANDLINE_APPEND, KDUMP_CMDLINE_APPEND */
	const char *kexec_args;		 /* KEXEC_ARGS, KDUMP_KEXEC_ARGS, KEXEC_OPTIONS */
	const char *image_name;		 /* KDUMP_IMG: "vmlinuz" */
	const char *image_suffix;	 /* KDUMP_IMG_EXT */
	const char *boot_dir;		 /* KDUMP_BOOTDIR */
	const char *kernel_file;	 /* KDUMP_KERNEL */
	const char *initrd_file;	 /* KDUMP_INITRD */
	unsigned cpus;			 /* KDUMP_CPUS: of the capture kernel; 0: not set, or */
	bool all_cpus;			 /* KDUMP_CPUS=0: as many as there are */

	struct config_report report;
	struct shell_vars *vars; /* private */
};

/*
 * Read the file. 0; -EINVAL: the report has errors, and the members hold what could
 * be understood; -ENOENT, without a message: there is none, and the
 * members hold the defaults; other errno: it could not be read, with a message in the trail.
 * sysconfig_free(out) is due in every case.
 */
int sysconfig_load(const char *file, struct sysconfig *out);

/* The same for text in memory. */
int sysconfig_parse(const char *name, const char *text, size_t len, struct sysconfig *out);

void sysconfig_free(struct sysconfig *s);

/* A variable as the file left it; NULL: it is not there. Owned by s. */
const char *sysconfig_get(const struct sysconfig *s, const char *name);

/*
 * A warning in s->report for each variable without effect that is set to something else than what
 * happens anyway: the warning explains what to write instead.
 */
void sysconfig_notes(struct sysconfig *s);

/*
 * The settings that belong into a kdump.conf, as its text in *out (to be freed); NULL if it
 * has none. Each one that cannot be carried over as it is, is a warning in s->report. 0;
 * -EINVAL: something that matters for where and how dumps are saved has no counterpart, an error
 * there; -ENOMEM.
 */
int sysconfig_conf(struct sysconfig *s, char **out);

struct config;

/*
 * Where there is a kdump.conf, that counts: for each line that sysconfig_conf() would make and that
 * c, read from file, does not agree with, a warning in s->report with both values. *nr: how many
 * lines those are. 0 or -ENOMEM.
 */
int sysconfig_compare(struct sysconfig *s, const char *file, const struct config *c, unsigned *nr);

#endif
