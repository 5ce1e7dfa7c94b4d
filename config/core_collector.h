/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core_collector.h - the command that saves the core, as core_collector and the target ask for it
 */
#ifndef CONFIG_CORE_COLLECTOR_H
#define CONFIG_CORE_COLLECTOR_H

#include "config/config.h"

enum config_collector_kind {
	CONFIG_COLLECTOR_OWN,	   /* "makedumpfile" or "kdump-collect": the one built in */
	CONFIG_COLLECTOR_SCP,	   /* copies by itself, to an ssh target */
	CONFIG_COLLECTOR_NONE,	   /* "none": no core is saved, the kernel log alone */
	CONFIG_COLLECTOR_EXTERNAL, /* any other: its program must be in the image */
};

/*
 * argv ends with NULL and lacks its operands, which the caller appends:
 * SOURCE DESTINATION, or SOURCE alone if streams is set (the dump is then on
 * standard output). One block of memory: config_command_free().
 */
struct config_command {
	enum config_collector_kind kind;
	bool streams;
	unsigned argc;
	char **argv;
};

/*
 * The rules of kdump.conf(5), core_collector: the default command if none is
 * written; for makedumpfile, wherever it is from, -F exactly when the target takes
 * a stream (ssh, raw), and --num-threads for one that is not ours when cpus > 1.
 * 0, or -ENOMEM.
 */
int config_collector(const struct config *c, enum config_target_kind kind, unsigned cpus,
		     struct config_command *out);

/*
 * The largest dump level (0 to 31) that a makedumpfile's line names: of "-d 1,31" 31, of
 * "-d 99" has none. -1: the line does not run makedumpfile, or has no level.
 */
int config_command_level(const struct config_command *command);

void config_command_free(struct config_command *command);

/* The first word is makedumpfile or kdump-collect, perhaps with a directory. */
bool config_command_is_makedumpfile(const char *command);

/* For such a command: the option of this letter is there, alone or in "-lF". */
bool config_command_has(const char *command, char letter);

/* core_collector is "none": the kernel log is all that is to be saved. */
bool config_wants_log_alone(const struct config *c);

/* A dump to this kind of target is a stream. */
bool config_kind_streams(enum config_target_kind kind);

#endif
