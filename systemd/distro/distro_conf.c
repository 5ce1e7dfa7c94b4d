/* SPDX-License-Identifier: GPL-2.0-or-later */
/* distro_conf.c - find settings of dracut and initramfs-tools in their shell files */
#include "systemd/distro/distro_conf.h"

#include "base/err.h"
#include "systemd/files.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (1u << 20)

/* NAME=VALUE or NAME+=VALUE */
static bool line_sets(const char *line, const char *name, const char *text)
{
	size_t len = strlen(name);

	line += strspn(line, " \t");
	if (strncmp(line, name, len) != 0)
		return false;
	line += len;
	line += *line == '+';
	if (*line != '=')
		return false;
	line++;
	line += strspn(line, "\"' \t");
	return *line && strstr(line, text);
}

static bool file_sets(const char *root, const char *path, const char *name, const char *text)
{
	char *content = NULL, *save = NULL;
	bool found = false;

	if (files_read(root, path, FILE_MAX, &content) == 0) {
		for (char *line = strtok_r(content, "\n", &save); line && !found;
		     line = strtok_r(NULL, "\n", &save))
			found = line_sets(line, name, text);
	}
	free(content);
	fail_clear();
	return found;
}

bool distro_conf_sets(const char *root, const char *path, const char *name, const char *text)
{
	char pattern[FILES_PATH_MAX], below[FILES_PATH_MAX];
	bool found = file_sets(root, path, name, text);
	glob_t g;

	if (found || strlen(path) + 8 > sizeof(below))
		return found;
	strcpy(below, path);
	strcat(below, "/*.conf");
	if (files_path(root, below, pattern) < 0 || glob(pattern, 0, NULL, &g) != 0) {
		fail_clear();
		return false;
	}
	for (size_t i = 0; i < g.gl_pathc && !found; i++)
		found = file_sets("", g.gl_pathv[i], name, text);
	globfree(&g);
	return found;
}
