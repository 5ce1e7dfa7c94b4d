/* SPDX-License-Identifier: GPL-2.0-or-later */
/* main.c - the program kdump-config */
#include "config/cli/kdump_config.h"

int main(int argc, char **argv)
{
	return config_main(argc, argv);
}
