/* SPDX-License-Identifier: GPL-2.0-or-later */
/* part_name.c - the name of a file until it is complete */
#include "initramfs/capture/target/target.h"

#include <stdio.h>
#include <string.h>

void target_part_name(const char *name, char out[TARGET_NAME_MAX])
{
	const char *dot = strrchr(name, '.');

	/* As the collector names it until it is complete. */
	if (dot && strcmp(dot, ".age") == 0)
		dot = name + strlen(name);
	/*
	 * vmcore.flat becomes vmcore-incomplete, as vmcore does: its content shows that it is
	 * flattened.
	 */
	if (!dot || strcmp(dot, ".flat") == 0)
		dot = name + strcspn(name, ".");
	snprintf(out, TARGET_NAME_MAX, "%.*s-incomplete%s", (int)(dot - name), name,
		 strcmp(dot, ".flat") == 0 ? "" : dot);
}
