/* SPDX-License-Identifier: GPL-2.0-or-later */
/* main.c - the program kdump-config */
#include "config/cli/kdump_config.h"

#include "base/environ.h"
#include "base/err.h"
#include "base/printable.h"
#include "base/std_streams.h"

#include <stdio.h>

int main(int argc, char **argv)
{
	std_streams_hold();
	if (environ_reduce(ENVIRON_ABSOLUTE_PATH) < 0) {
		print_safe(stderr, "kdump-config: %s", fail_text());
		return 2;
	}
	return config_main(argc, argv);
}
