/* SPDX-License-Identifier: GPL-2.0-or-later */
/* program.h - kdump-config as a function, for its tests and for kdumpctl check-config */
#ifndef CONFIG_PROGRAM_H
#define CONFIG_PROGRAM_H

/* All of kdump-config: reads its command line, prints, returns the exit code. */
int config_main(int argc, char **argv);

#endif
