/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_files.c - hooks, programs and modules are there and fit for use
 *
 * The builder of the image will find most of this too, but it stops at the first, and
 * cannot name the line.
 */
#include "config/check/check_impl.h"

#include "base/util.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A regular file; false: it was complained about. */
static bool is_there(struct check *k, const char *file)
{
	char path[PATH_MAX];
	struct stat sb;

	if (stat(config_check_below(k, file, path), &sb) < 0) {
		if (config_check_hidden(k, file))
			return false;
		config_check_missing(k, "'%s' is not there (%s); create it, or remove the line",
				     file, strerror(errno));
	} else if (!S_ISREG(sb.st_mode)) {
		config_check_error(k, "'%s' is not a file; name the program itself", file);
	} else {
		return true;
	}
	return false;
}

/* Root may run it if any of the three bits is set, so access(2) of another user says nothing. */
static void check_program(struct check *k, const char *file)
{
	char path[PATH_MAX];
	struct stat sb;

	if (!is_there(k, file) || !config_check_trusted(k, file))
		return;
	if (stat(config_check_below(k, file, path), &sb) == 0 &&
	    !(sb.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)))
		config_check_error(k, "'%s' may not be run; run: chmod +x %s", file, file);
}

/* "/bin/hook arg": a hook is called as it is written, blanks included. */
static bool has_arguments(const struct check *k, const char *file)
{
	char path[PATH_MAX];
	struct stat sb;
	char *blank;

	config_check_below(k, file, path);
	blank = strchr(path + strlen(k->system.root), ' ');
	if (!blank || stat(path, &sb) == 0)
		return false;
	*blank = '\0';
	return stat(path, &sb) == 0;
}

static void check_hook(struct check *k, const char *key, const char *file)
{
	k->key = key;
	if (!file)
		return;
	if (has_arguments(k, file))
		config_check_error(
			k, "a hook takes no arguments; put '%s' into a script and name that", file);
	else
		check_program(k, file);
}

void config_check_hooks(struct check *k)
{
	check_hook(k, "kdump_pre", k->c->kdump_pre);
	check_hook(k, "kdump_post", k->c->kdump_post);
	check_hook(k, "kdump_emergency", k->c->kdump_emergency);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Files that may not be run are none of ours: notes, backups. */
static void check_drop_in(struct check *k, const char *dir, const char *name)
{
	char file[512], path[PATH_MAX];
	struct stat sb;

	snprintf(file, sizeof(file), "%s/%s", dir, name);
	if (stat(config_check_below(k, file, path), &sb) == 0 && S_ISREG(sb.st_mode) &&
	    sb.st_mode & S_IXUSR)
		config_check_trusted(k, file);
}

static void check_drop_in_dir(struct check *k, const char *dir)
{
	char path[PATH_MAX];
	struct dirent **entries;
	struct stat sb;
	int nr;

	if (stat(config_check_below(k, dir, path), &sb) < 0 || !config_check_trusted(k, dir))
		return;
	nr = scandir(path, &entries, NULL, by_name);
	for (int i = 0; i < nr; i++) {
		check_drop_in(k, dir, entries[i]->d_name);
		free(entries[i]);
	}
	if (nr >= 0)
		free(entries);
}

void config_check_drop_ins(struct check *k)
{
	static const char *const dirs[] = { "/etc/kdump/pre.d", "/etc/kdump/post.d",
					    "/etc/kdump/emergency.d" };

	k->key = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		check_drop_in_dir(k, dirs[i]);
}

/* Without a directory only from dracut's --install, which looks in PATH. */
void config_check_bins(struct check *k)
{
	k->key = "extra_bins";
	for (size_t i = 0; k->c->extra_bins[i]; i++) {
		const char *file = k->c->extra_bins[i];

		if (strchr(file, '/') && is_there(k, file))
			config_check_trusted(k, file);
		else if (strchr(file, '/'))
			continue;
		else if (!config_check_in_path(k, file))
			config_check_missing(
				k, "there is no program '%s'; install it, or remove the name",
				file);
	}
}

/* The name of the module a line of modules.dep or modules.builtin is about, as in lsmod. */
static void module_name(char *line, char *out, size_t size)
{
	char *name;

	line[strcspn(line, ":\n")] = '\0';
	name = strrchr(line, '/');
	snprintf(out, size, "%s", name ? name + 1 : line);
	out[strcspn(out, ".")] = '\0';
	for (; *out; out++) {
		if (*out == '-')
			*out = '_';
	}
}

/* 1: it is listed, 0: not, -1: there is no such list. */
static int is_listed(const struct check *k, const char *list, const char *want)
{
	char file[PATH_MAX], path[PATH_MAX], name[256], *line = NULL;
	size_t capacity = 0;
	int found = 0;
	FILE *f;

	snprintf(file, sizeof(file), "/lib/modules/%.200s/%s", k->system.kernel, list);
	f = fopen(config_check_below(k, file, path), "re");
	if (!f)
		return -1;
	while (found == 0 && getline(&line, &capacity, f) > 0) {
		module_name(line, name, sizeof(name));
		found = strcmp(name, want) == 0;
	}
	free(line);
	fclose(f);
	return found;
}

/* Built-in ones are fine: there is nothing to put in the image, and nothing is missing. */
static void check_module(struct check *k, const char *module, bool optional)
{
	char name[256];
	int found;

	snprintf(name, sizeof(name), "%s", module);
	for (char *c = name; *c; c++) {
		if (*c == '-')
			*c = '_';
	}
	found = is_listed(k, "modules.dep", name);
	if (found != 0 || is_listed(k, "modules.builtin", name) == 1)
		return;
	/* One configuration goes to many machines, and dracut makes the image without it. */
	k->key = optional ? "dracut_args" : "extra_modules";
	if (optional)
		config_check_warning(
			k, "kernel %.80s has no module '%.80s'; the image is made without it",
			k->system.kernel, module);
	else
		config_check_missing(
			k, "kernel %.80s has no module '%.80s'; install it, or remove the name",
			k->system.kernel, module);
}

void config_check_modules(struct check *k)
{
	for (size_t i = 0; k->c->extra_modules[i]; i++) {
		const char *module = k->c->extra_modules[i];

		check_module(k, module, config_is_of_dracut(k->c, module));
	}
}
