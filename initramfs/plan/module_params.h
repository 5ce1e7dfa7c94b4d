/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * module_params.h - the module parameters on a kernel command line
 *
 *     MODULE.PARAM=VALUE                    a parameter
 *     modprobe.blacklist=MODULE,MODULE...   not to be loaded; so rd.driver.blacklist= and
 *                                           module_blacklist=, which the kernel itself heeds
 *
 * Who loads a module has to look: modprobe(8) does, and so does the capture, which has none.
 */
#ifndef PLAN_MODULE_PARAMS_H
#define PLAN_MODULE_PARAMS_H

#include <stdbool.h>
#include <stddef.h>

/* The names of those three; NULL past the last. */
const char *module_params_blacklist(unsigned i);

/* Does the command line have such a list? */
bool module_params_any_blacklist(const char *cmdline);

/* The name of a list that the module is on; NULL: of none. */
const char *module_params_blacklisted(const char *cmdline, const char *module);

/*
 * The module's options, and behind them, where they win, its parameters on the command line. To be
 * freed; NULL: no memory.
 */
char *module_params_options(const char *cmdline, const char *module, const char *options);

/* The reverse, in place: what the command line added at the end of options is cut off. */
void module_params_strip(const char *cmdline, const char *module, char *options);

/* "/lib/modules/6.12/kernel/fs/ext4/ext4.ko.xz": "ext4" in out, with '_' for '-'. */
void module_params_name(const char *path, char *out, size_t size);

#endif
