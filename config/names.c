/* SPDX-License-Identifier: GPL-2.0-or-later */
/* names.c - the names of kinds, actions and phases, in the file and in all messages */
#include "config/config.h"

const char *config_kind_name(enum config_target_kind kind)
{
	static const char *const names[NR_CONFIG_TARGET_KINDS] = {
		[CONFIG_TARGET_PATH] = "path",	       [CONFIG_TARGET_FS] = "file system",
		[CONFIG_TARGET_MOUNT] = "mount",       [CONFIG_TARGET_NFS] = "nfs",
		[CONFIG_TARGET_VIRTIOFS] = "virtiofs", [CONFIG_TARGET_SSH] = "ssh",
		[CONFIG_TARGET_RAW] = "raw",
	};

	return kind < NR_CONFIG_TARGET_KINDS ? names[kind] : "unknown";
}

const char *config_target_name(const struct config_target *t)
{
	if (t->kind == CONFIG_TARGET_FS || t->kind == CONFIG_TARGET_MOUNT)
		return t->fstype;
	return config_kind_name(t->kind);
}

const char *config_action_name(enum config_action action)
{
	static const char *const names[NR_CONFIG_ACTIONS] = {
		[CONFIG_REBOOT] = "reboot",
		[CONFIG_HALT] = "halt",
		[CONFIG_POWEROFF] = "poweroff",
		[CONFIG_SHELL] = "shell",
		[CONFIG_DUMP_TO_ROOTFS] = "dump_to_rootfs",
	};

	return action < NR_CONFIG_ACTIONS ? names[action] : "unknown";
}

const char *config_phase_name(enum config_phase phase)
{
	static const char *const names[NR_CONFIG_PHASES] = {
		[CONFIG_PHASE_DEVICE] = "device", [CONFIG_PHASE_NETWORK] = "network",
		[CONFIG_PHASE_MOUNT] = "mount",	  [CONFIG_PHASE_HOOK] = "hook",
		[CONFIG_PHASE_STALL] = "stall",	  [CONFIG_PHASE_TOTAL] = "total",
	};

	return phase < NR_CONFIG_PHASES ? names[phase] : "unknown";
}
