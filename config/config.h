/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * config.h - the settings in kdump.conf
 *
 *     config_load -> read the members -> config_free
 *
 * The file is read once, every mistake in it is found in that one pass and
 * kept, with its position, in the report. Parsing is pure: it looks at the text and
 * at nothing else, so it gives the same result in both kernels. What needs the
 * running system (do files exist, is the collector's command line good) is
 * config_check_system() in check.h.
 *
 * All strings and vectors belong to struct config and live until config_free().
 */
#ifndef CONFIG_H
#define CONFIG_H

#include "config/report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONFIG_FILE	   "/etc/kdump.conf"
#define CONFIG_TARGETS_MAX 8 /* the main one and its fallbacks */
#define CONFIG_NO_LIMIT	   UINT64_MAX

enum config_target_kind {
	CONFIG_TARGET_PATH,  /* none was named: the file system that holds path */
	CONFIG_TARGET_FS,    /* ext2 ext3 ext4 minix btrfs xfs */
	CONFIG_TARGET_MOUNT, /* dracut_args --mount "DEV DIR FSTYPE OPTIONS" */
	CONFIG_TARGET_NFS,
	CONFIG_TARGET_VIRTIOFS,
	CONFIG_TARGET_SSH,
	CONFIG_TARGET_RAW,
	NR_CONFIG_TARGET_KINDS
};

struct config_target {
	enum config_target_kind kind;
	const char *fstype;	/* FS, MOUNT; NFS: "nfs", by --mount perhaps "nfs4"; VIRTIOFS:
				 * "virtiofs"; else NULL */
	const char *where;	/* node, UUID= or LABEL= or the like; HOST:/EXPORT; tag;
				 * USER@HOST; NULL for PATH */
	const char *mountpoint; /* as given with --mount, NFS and VIRTIOFS too; else NULL */
	const char *options;	/* the same */
	struct config_position position;
};

enum config_action {
	CONFIG_REBOOT,
	CONFIG_HALT,
	CONFIG_POWEROFF,
	CONFIG_SHELL,	       /* failure_action only */
	CONFIG_DUMP_TO_ROOTFS, /* failure_action only */
	NR_CONFIG_ACTIONS
};

/* What has a time limit of its own. */
enum config_phase {
	CONFIG_PHASE_DEVICE,  /* until the disk or the network card is there */
	CONFIG_PHASE_NETWORK, /* until the server can be reached */
	CONFIG_PHASE_MOUNT,   /* mount, or ssh login */
	CONFIG_PHASE_HOOK,    /* each hook */
	CONFIG_PHASE_STALL,   /* a dump without progress */
	CONFIG_PHASE_TOTAL,   /* everything, from the first instruction to the reboot */
	NR_CONFIG_PHASES
};

struct config {
	/* targets[0] is the main one; the rest are tried in order when it fails. */
	struct config_target targets[CONFIG_TARGETS_MAX];
	unsigned nr_targets; /* at least 1 */

	/*
	 * Begins with '/', below the target's root if a target is named; for ssh alone
	 * it may be relative: to the user's home there.
	 */
	const char *path;
	const char *core_collector; /* as written; NULL: none was, see core_collector.h */
	const char *sshkey;
	enum config_action failure_action;
	enum config_action final_action;
	const char *kdump_pre; /* NULL: none; so for the next two */
	const char *kdump_post;
	const char *kdump_emergency;
	const char *const *extra_bins;	   /* ends with NULL; so for all vectors here */
	const char *const *extra_modules;  /* never NULL itself: an empty vector */
	const char *const *dracut_modules; /* those of extra_modules that dracut_args names */
	const char *const *omit_modules;   /* not to be in the image; '_' for '-' */
	/*
	 * As written, and as dracut's argv, with quotes taken off. What an image of ours
	 * can take of them is in targets and the three vectors above already.
	 */
	const char *dracut_args; /* NULL: none */
	const char *const *dracut_argv;
	bool force_rebuild;
	bool force_no_rebuild;
	bool auto_reset_crashkernel;
	const char *const *fence_kdump_nodes; /* not empty: use fence_kdump */
	const char *const *fence_kdump_args;

	unsigned keep_dumps;	 /* 0: all */
	uint64_t min_free;	 /* bytes that must stay free on the target */
	uint64_t max_unfiltered; /* bytes; CONFIG_NO_LIMIT: what fits; 0: never unfiltered */
	unsigned timeout[NR_CONFIG_PHASES]; /* seconds; 0: no limit */
	unsigned retry;	    /* further attempts at the main target, then at each fallback */
	bool raw_overwrite; /* a raw device may carry a known signature */

	/* Keys, or files with keys, to encrypt to; what could not be read counts as one. */
	const char *const *encrypt_to;
	bool encrypt_summary_clear; /* why the kernel died may stand in the status */

	struct config_report report;
	struct config_text *text; /* private: the lines, and the memory of all the above */
};

/*
 * In the capture kernel the file cannot be corrected any more: take what can be
 * understood, defaults for the rest, and keep the errors to show them.
 */
#define CONFIG_LENIENT 1u

/*
 * Read the file. 0; -EINVAL: out->report has errors, and the members hold what
 * could be understood; other errno: it could not be read, and the trail has the message.
 * Lenient: 0 for any file and even without one; or -ENOMEM.
 * config_free(out) is due in every case.
 */
int config_load(const char *file, unsigned flags, struct config *out);

/* The same for text in memory; name is what the report calls it, and is copied. */
int config_parse(const char *name, const char *text, size_t len, unsigned flags,
		 struct config *out);

void config_free(struct config *c);

/*
 * The value of a key as it stands in the file (the last one, if there are several),
 * read as in section READING of kdump.conf(5); NULL if it is not there.
 */
const char *config_written(const struct config *c, const char *key);

/* The value of its line number i (from 0), for a key that may be repeated; NULL past the last. */
const char *config_written_at(const struct config *c, const char *key, unsigned i);

/* Does dracut_args name this one of extra_modules? dracut makes an image without it, if it must. */
bool config_is_of_dracut(const struct config *c, const char *module);

/* The names that the file has for them, such as "ext4"; for messages. Never NULL. */
const char *config_target_name(const struct config_target *t);
const char *config_kind_name(enum config_target_kind kind);
const char *config_action_name(enum config_action action);
const char *config_phase_name(enum config_phase phase);

#endif
