/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdump_config.h - kdump-config as a function, for its tests and for kdumpctl check-config */
#ifndef CONFIG_CLI_KDUMP_CONFIG_H
#define CONFIG_CLI_KDUMP_CONFIG_H

/* All of kdump-config: reads its command line, prints, returns the exit code. */
int config_main(int argc, char **argv);

#endif
