/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sysctl_conf.c - find the file that sets a sysctl */
#include "systemd/load/sysctl_conf.h"

#include "base/err.h"
#include "systemd/files.h"

#include <dirent.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX  (1 << 20)
#define FILES_MAX 512

/* A file in an earlier directory hides files of the same name in later ones. */
static const char *const dirs[] = {
	"/etc/sysctl.d",     "/run/sysctl.d", "/usr/local/lib/sysctl.d",
	"/usr/lib/sysctl.d", "/lib/sysctl.d",
};

struct conf_file {
	char name[256];
	const char *dir;
};

struct conf_files {
	struct conf_file *at;
	size_t nr;
};

static bool is_conf(const char *name)
{
	size_t n = strlen(name);

	return n > 5 && strcmp(name + n - 5, ".conf") == 0;
}

static void add(struct conf_files *files, const char *dir, const char *name)
{
	struct conf_file *grown;

	for (size_t i = 0; i < files->nr; i++) {
		if (strcmp(files->at[i].name, name) == 0)
			return;
	}
	if (files->nr == FILES_MAX)
		return;
	grown = realloc(files->at, (files->nr + 1) * sizeof(*grown));
	if (!grown)
		return;
	files->at = grown;
	files->at[files->nr].dir = dir;
	snprintf(files->at[files->nr++].name, sizeof(grown->name), "%s", name);
}

static void add_dir(struct conf_files *files, const char *root, const char *dir)
{
	char path[FILES_PATH_MAX];
	struct dirent *e;
	DIR *d;

	if (files_path(root, dir, path) < 0) {
		fail_clear();
		return;
	}
	d = opendir(path);
	while (d && (e = readdir(d))) {
		if (is_conf(e->d_name))
			add(files, dir, e->d_name);
	}
	if (d)
		closedir(d);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct conf_file *)a)->name, ((const struct conf_file *)b)->name);
}

/* If the first separator is a slash, slashes and dots are swapped. */
static void dotted(char *key)
{
	char *first = key + strcspn(key, "./");

	if (*first != '/')
		return;
	for (char *s = first; *s; s++)
		*s = *s == '/' ? '.' : *s == '.' ? '/' : *s;
}

/* "key = value", "-key = value" (errors are ignored), "-key" (patterns must not set it). */
static bool line_names(char *line, const char *key)
{
	size_t n;

	line += strspn(line, " \t\r");
	if (!*line || *line == '#' || *line == ';')
		return false;
	n = strcspn(line, "=");
	if (!line[n] && *line != '-')
		return false;
	line += *line == '-';
	line[strcspn(line, "=")] = '\0';
	for (n = strlen(line); n && strchr(" \t\r", line[n - 1]); n--)
		line[n - 1] = '\0';
	line += strspn(line, " \t");
	dotted(line);
	return fnmatch(line, key, 0) == 0;
}

static bool file_names(const char *root, const char *path, const char *key)
{
	char *text, *line, *save = NULL;
	bool found = false;

	if (files_read(root, path, FILE_MAX, &text) < 0) {
		fail_clear();
		return false;
	}
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		found |= line_names(line, key);
	free(text);
	return found;
}

bool sysctl_conf_find(const char *root, const char *key, char *path, size_t size)
{
	static const char last[] = "/etc/sysctl.conf";
	struct conf_files files = { 0 };
	bool found = false;

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		add_dir(&files, root, dirs[i]);
	if (files.nr)
		qsort(files.at, files.nr, sizeof(*files.at), by_name);
	for (size_t i = 0; i < files.nr; i++) {
		char one[FILES_PATH_MAX];

		snprintf(one, sizeof(one), "%s/%s", files.at[i].dir, files.at[i].name);
		if (!file_names(root, one, key))
			continue;
		snprintf(path, size, "%s", one);
		found = true;
	}
	free(files.at);
	if (file_names(root, last, key)) {
		snprintf(path, size, "%s", last);
		found = true;
	}
	return found;
}
