/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ctl.h - context and helpers of every command of kdumpctl
 *
 *     ctl_init -> one command -> ctl_fini
 *
 * A command is one file in cmd/, one function, one line in the table of main.c. It gets its own
 * arguments, reads the settings with ctl_load(), prints, and returns the exit code; failures go
 * through ctl_fail(). To add a command, add the file and the line.
 */
#ifndef SYSTEMD_CTL_H
#define SYSTEMD_CTL_H

#include "config/config.h"
#include "config/sysconfig/sysconfig.h"
#include "systemd/conf_state.h"

#include <stdbool.h>
#include <stddef.h>

#define CTL_OK		0
#define CTL_FAILED	1
#define CTL_NOT_UP	3  /* status: not operational; scripts rely on it */
#define CTL_TRY_AGAIN	75 /* start run by systemd, network missing; kdump.service checks for it */

#define CTL_STATE_DIR	"/var/lib/kdump"
#define CTL_RUN_DIR	"/run/kdump"

/* Left by an event of a volume below the target until the service is reloaded for it. */
#define CTL_VOLUME_MARK CTL_RUN_DIR "/volume"
/* Is there after "convert --once": settings were carried over, or need not be. */
#define CTL_CONVERTED	CTL_STATE_DIR "/converted"

#define CTL_PATH_MAX	4096

struct json_object;

struct ctl {
	const char *root;      /* "", or a directory used instead of "/" by tests */
	const char *collector; /* kdump-collect: a path or a name in PATH */
	const char *capture;   /* kdump-capture, or NULL: where it is installed */
	bool json;	       /* print JSON on standard output */
	int64_t network_end;   /* CLOCK_MONOTONIC, s: no server is contacted later; 0: no limit */

	/* After ctl_identity(): private keys for encrypted dumps; NULL: none is opened */
	struct seal_identities *ids;
	const char *ids_file;

	/* After ctl_load() */
	bool loaded;
	char config_path[CTL_PATH_MAX]; /* with the root; the file that config was read from */
	bool config_made; /* there is no kdump.conf, config was made from sysconfig or defaults */
	const char *sysconfig_file; /* that is used, or would be; without the root */
	struct config config;
	struct sysconfig sysconfig;
	char kernel[128];	/* release of the kernel to capture with */
	struct conf_state conf; /* of the files that were read */
};

/* From now on all contacts with servers together take at most this many seconds. */
void ctl_limit_network(struct ctl *ctl, unsigned seconds);

/* Seconds left to contact a server until end, at most most; 0: none. */
unsigned ctl_network_left(int64_t end, unsigned most);

void ctl_init(struct ctl *ctl);
void ctl_fini(struct ctl *ctl);

/*
 * Read kdump.conf (or, if there is none, the settings in the sysconfig files) and the sysconfig
 * file, print every complaint, choose the kernel. -EINVAL: the complaints were printed, the message
 * names the file.
 */
int ctl_load(struct ctl *ctl);

/*
 * Take "--identity FILE" or "--identity=FILE" out of the arguments and read the private keys in it.
 * Core files of this process are off from then on. 0, also without the option.
 */
int ctl_identity(struct ctl *ctl, int *argc, char **argv);

/*
 * The file that the administrator edits, for messages: /etc/kdump.conf, or if there is none the
 * sysconfig file, whose settings are then converted into a file in /run.
 */
const char *ctl_config_name(const struct ctl *ctl);

/* Print it on standard output and free it. */
void ctl_print_json(struct json_object *o);

/* Print the error trail as the reason why "what" failed and clear it. Returns CTL_FAILED. */
int ctl_fail(const char *what);

/* Print an error about a wrong command line. Returns CTL_FAILED. */
int ctl_usage(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

enum ctl_trait {
	CTL_ROOT = 1,	/* only root may run it */
	CTL_PRINTS = 2, /* what it prints is its result: if that cannot be written, it failed */
};

struct ctl_command {
	const char *name;
	int (*run)(struct ctl *ctl, int argc, char **argv); /* argv[0] is its name */
	const char *arguments;
	const char *help; /* NULL: internal, for package scripts; not shown */
	unsigned traits;  /* of enum ctl_trait */
};

extern const struct ctl_command ctl_commands[]; /* ends with a NULL name */

int cmd_start(struct ctl *ctl, int argc, char **argv);
int cmd_stop(struct ctl *ctl, int argc, char **argv);
int cmd_restart(struct ctl *ctl, int argc, char **argv);
int cmd_reload(struct ctl *ctl, int argc, char **argv);
int cmd_status(struct ctl *ctl, int argc, char **argv);
int cmd_rebuild(struct ctl *ctl, int argc, char **argv);
int cmd_estimate(struct ctl *ctl, int argc, char **argv);
int cmd_showmem(struct ctl *ctl, int argc, char **argv);
int cmd_propagate(struct ctl *ctl, int argc, char **argv);
int cmd_test(struct ctl *ctl, int argc, char **argv);
int cmd_get_default_crashkernel(struct ctl *ctl, int argc, char **argv);
int cmd_reset_crashkernel(struct ctl *ctl, int argc, char **argv);
int cmd_reset_after_update(struct ctl *ctl, int argc, char **argv);
int cmd_reset_for_kernel(struct ctl *ctl, int argc, char **argv);
int cmd_convert(struct ctl *ctl, int argc, char **argv);
int cmd_check_config(struct ctl *ctl, int argc, char **argv);
int cmd_list(struct ctl *ctl, int argc, char **argv);
int cmd_show(struct ctl *ctl, int argc, char **argv);
int cmd_keygen(struct ctl *ctl, int argc, char **argv);
int cmd_hotplug_event(struct ctl *ctl, int argc, char **argv);
int cmd_volume_event(struct ctl *ctl, int argc, char **argv);
int cmd_hotplug(struct ctl *ctl, int argc, char **argv);
int cmd_remove_kernel(struct ctl *ctl, int argc, char **argv);
int cmd_debian_status(struct ctl *ctl, int argc, char **argv);
int cmd_debian_show(struct ctl *ctl, int argc, char **argv);
int cmd_debian_condreload(struct ctl *ctl, int argc, char **argv);
int cmd_debian_savecore(struct ctl *ctl, int argc, char **argv);
int cmd_debian_symlinks(struct ctl *ctl, int argc, char **argv);
int cmd_plan(struct ctl *ctl, int argc, char **argv);
int cmd_boot(struct ctl *ctl, int argc, char **argv);
int cmd_wanted(struct ctl *ctl, int argc, char **argv);
int cmd_purge(struct ctl *ctl, int argc, char **argv);

/* Main function when called as kdump-generator; dir: where units are written. */
int generator_run(const char *root, const char *dir);

/*
 * Restart the timer whose end runs "kdumpctl _hotplug": after 2 s without events. The result of
 * run_must().
 */
int hotplug_timer_restart(void);

#endif
