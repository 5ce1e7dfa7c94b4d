/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * system_path.h - show paths in messages as the production system has them
 *
 * The capture mounts its target at a directory of its own; after the reboot the dump is at another
 * path:
 *
 *     /kdumproot/crash/HOST-DATE/vmcore  ->  /srv/dumps/crash/HOST-DATE/vmcore
 */
#ifndef CAPTURE_SYSTEM_PATH_H
#define CAPTURE_SYSTEM_PATH_H

#include <stddef.h>

#define SYSTEM_PATH_MAX 1024

struct system_path {
	char mount[SYSTEM_PATH_MAX];   /* "/kdumproot"; "": nothing is changed */
	char inside[SYSTEM_PATH_MAX];  /* the directory for dumps below it: "/kdumproot/crash" */
	char outside[SYSTEM_PATH_MAX]; /* the same in the production system */
};

/* path: below the target's root, no leading slash; shown: plan_target.shown, "" if unknown. */
void system_path_init(struct system_path *p, const char *mount, const char *path,
		      const char *shown);

/* Copy text with all paths replaced, cut at size; ends with a NUL. Returns its length. */
size_t system_path_text(const struct system_path *p, const char *text, char *out, size_t size);

#endif
