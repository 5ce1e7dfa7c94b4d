/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_raw.h - what stands in a kdump.conf under keys of a pattern, for scripts that know no
 * defaults */
#ifndef CONFIG_CLI_GET_RAW_H
#define CONFIG_CLI_GET_RAW_H

/*
 * The value of the last line whose whole key matches the extended regular expression ("ext[234]",
 * "ssh|nfs"; "ssh\|nfs" means the same) into *out, to be freed; NULL where there is none, or no
 * such file. Known or not, right or wrong: keys and values are not looked at. 0; -EINVAL: the
 * expression is none; -ENOMEM; other errno: the file cannot be read. The error trail has the
 * message.
 */
int config_get_raw(const char *file, const char *regex, char **out);

#endif
