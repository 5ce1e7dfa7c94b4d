/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kconfig.c - the kernel's settings for compressed modules and firmware */
#include "initramfs/image/module/modules.h"

#include "base/err.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <zlib.h>

/* zlib reads files that are not compressed as they are. */
static gzFile open_at(const char *path, struct builder const *b)
{
	char *real = builder_real(b, path);
	gzFile f = real ? gzopen(real, "re") : NULL;

	free(real);
	return f;
}

/* /proc/config.gz is the running kernel's, not another's. */
static gzFile open_running(const struct builder *b)
{
	struct utsname uts;
	char path[PATH_MAX];

	uname(&uts);
	if (strcmp(uts.release, b->kernel) != 0)
		return NULL;
	snprintf(path, sizeof(path), "%s/config.gz", b->proc);
	return gzopen(path, "re");
}

/* Beside the modules, in /boot of the tree that has them, in /boot, in the kernel itself. */
static gzFile open_config(const struct builder *b)
{
	static const char *const boots[] = { "/../../../boot/config-",
					     "/../../../../boot/config-" };
	char path[PATH_MAX];
	gzFile f;

	snprintf(path, sizeof(path), "%s/config", b->modules);
	f = gzopen(path, "re");
	for (int i = 0; i < 2 && !f; i++) {
		snprintf(path, sizeof(path), "%s%s%s", b->modules, boots[i], b->kernel);
		f = gzopen(path, "re");
	}
	if (f)
		return f;
	snprintf(path, sizeof(path), "/boot/config-%s", b->kernel);
	f = open_at(path, b);
	return f ? f : open_running(b);
}

static void take_line(const char *line, struct kconfig *out, bool *can_decompress)
{
	static const char *const algorithms[][2] = {
		{ "CONFIG_MODULE_COMPRESS_GZIP=y", ".gz" },
		{ "CONFIG_MODULE_COMPRESS_XZ=y", ".xz" },
		{ "CONFIG_MODULE_COMPRESS_ZSTD=y", ".zst" },
	};

	if (strcmp(line, "CONFIG_RD_ZSTD=y") == 0)
		out->rd_zstd = true;
	if (strcmp(line, "CONFIG_RD_GZIP=y") == 0)
		out->rd_gzip = true;
	if (strcmp(line, "CONFIG_MODULE_DECOMPRESS=y") == 0)
		*can_decompress = true;
	for (int i = 0; i < 3; i++) {
		if (strcmp(line, algorithms[i][0]) == 0)
			strcpy(out->decompress, algorithms[i][1]);
	}
}

int kconfig_read(const struct builder *b, struct kconfig *out)
{
	gzFile f = open_config(b);
	bool can_decompress = false;
	char line[4096];

	*out = (struct kconfig){ .known = f != NULL, .rd_gzip = !f };
	if (!f)
		return 0;
	while (gzgets(f, line, sizeof(line))) {
		line[strcspn(line, "\n")] = '\0';
		take_line(line, out, &can_decompress);
	}
	gzclose(f);
	if (!can_decompress)
		out->decompress[0] = '\0';
	return 0;
}
