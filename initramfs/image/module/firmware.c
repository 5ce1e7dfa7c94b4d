/* SPDX-License-Identifier: GPL-2.0-or-later */
/* firmware.c - the files that drivers will ask the kernel for */
#include "initramfs/image/module/modules.h"

#include "base/err.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const suffixes[] = { "", ".zst", ".xz" };

/*
 * Places in the kernel's own order: updates/RELEASE, updates, RELEASE, /lib/firmware.
 */
static void firmware_path(const struct builder *b, int dir_index, const char *name,
			  const char *suffix, char *out)
{
	bool by_release = dir_index % 2 == 0;
	const char *dir = dir_index < 2 ? "/lib/firmware/updates" : "/lib/firmware";

	snprintf(out, PATH_MAX, "%s/%s%s%s%s", dir, by_release ? b->kernel : "",
		 by_release ? "/" : "", name, suffix);
}

/* A link in /lib/firmware becomes the file itself: fewer things to go wrong. */
int firmware_add(struct builder *b, const char *name, bool *found)
{
	char path[PATH_MAX], *real;
	int rc;

	*found = false;
	if (strstr(name, "..") || strchr(name, '*'))
		return 0;
	for (int i = 0; i < 12; i++) {
		firmware_path(b, i / 3, name, suffixes[i % 3], path);
		real = builder_real(b, path);
		if (!real)
			continue;
		rc = tree_add_file(&b->tree, PART_FIRMWARE, path, real, 0644);
		free(real);
		*found = rc == 0;
		return rc;
	}
	return 0;
}
