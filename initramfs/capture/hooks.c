/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hooks.c - the administrator's programs before and after the dump, and after a failed one */
#include "initramfs/capture/capture.h"

#include "base/duration.h"
#include "base/err.h"
#include "base/text.h"
#include "initramfs/capture/boot.h"
#include "initramfs/capture/child.h"
#include "initramfs/capture/console.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Run one hook. Returns its wait status, or -errno if it was not started or was stopped at its time
 * limit.
 */
static int run(struct capture *c, const char *path, const char *arg, int *status)
{
	unsigned limit = c->config.timeout[CONFIG_PHASE_HOOK];
	const char *const argv[] = { path, arg, NULL };
	const struct child_cfg cfg = { .argv = argv, .in = -1, .out = -1, .err = -1 };
	struct deadline by = capture_step(c, STEP_hook, limit);
	struct child child;
	int rc;

	fail_clear();
	rc = child_start(&cfg, &child);
	if (rc == 0)
		rc = child_wait(&child, &by, status);
	if (rc == -ETIMEDOUT) {
		char text[DURATION_MAX];

		fail_set(rc, "it did not end within %s and was stopped",
			 duration_text(text, limit));
	}
	return rc;
}

/* Run one hook; a failure is logged and put in the status. what: "kdump_pre", or "pre.d". */
static int hook(struct capture *c, const char *what, const char *name, const char *arg)
{
	char path[4200], message[STATUS_MESSAGE_SIZE];
	int status = 0, rc;

	snprintf(path, sizeof(path), "%s%s", c->cfg.root, name);
	console_log("running %s %s", what, name);
	rc = run(c, path, arg, &status);
	if (rc == 0)
		rc = child_check(name, status);
	else
		fail(rc, "%s", name);
	text_set(message, sizeof(message), "%s", rc < 0 ? fail_text() : "ok");
	status_hook(&c->status, name, message);
	if (rc < 0)
		console_log_failure(what);
	if (c->cfg.init)
		boot_reap();
	return rc == -EIO && WIFEXITED(status) ? WEXITSTATUS(status) : rc;
}

static int is_visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

/* Sorted by name, bytewise. */
static void drop_ins(struct capture *c, const char *dir, const char *arg)
{
	char path[512];
	struct dirent **list;
	int nr;

	snprintf(path, sizeof(path), "%.200s/etc/kdump/%s", c->cfg.root, dir);
	nr = scandir(path, &list, is_visible, NULL);
	for (int i = 1; i < nr; i++) { /* insertion sort: alphasort() depends on the locale */
		for (int k = i; k > 0 && strcmp(list[k - 1]->d_name, list[k]->d_name) > 0; k--) {
			struct dirent *swap = list[k];

			list[k] = list[k - 1];
			list[k - 1] = swap;
		}
	}
	for (int i = 0; i < nr; i++) {
		struct stat st;

		snprintf(path, sizeof(path), "%.200s/etc/kdump/%s/%s", c->cfg.root, dir,
			 list[i]->d_name);
		if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0)
			(void)hook(c, dir, path + strlen(c->cfg.root), arg);
		free(list[i]);
	}
	if (nr >= 0)
		free(list);
}

/*
 * Only a hook that exits with a failure refuses the dump. One that is missing, hangs or crashes
 * does not.
 */
bool hooks_pre(struct capture *c)
{
	uint64_t since = clock_ns();
	int rc = 0;

	if (c->pre_done)
		return !c->refused;
	c->pre_done = true;
	if (c->config.kdump_pre)
		rc = hook(c, "kdump_pre", c->config.kdump_pre, NULL);
	if (rc > 0) {
		console_log("%s refused the dump with status %d: no dump will be made",
			    c->config.kdump_pre, rc);
		c->refused = true;
	} else {
		if (rc < 0)
			console_log("going on with the dump all the same");
		drop_ins(c, "pre.d", NULL);
	}
	status_phase(&c->status, "pre hooks", since);
	return !c->refused;
}

void hooks_post(struct capture *c, int status)
{
	uint64_t since = clock_ns();
	const char *arg = status == 0 ? "0" : "1";

	drop_ins(c, "post.d", arg);
	if (c->config.kdump_post)
		(void)hook(c, "kdump_post", c->config.kdump_post, arg);
	status_phase(&c->status, "post hooks", since);
}

void hooks_emergency(struct capture *c)
{
	drop_ins(c, "emergency.d", NULL);
	if (c->config.kdump_emergency)
		(void)hook(c, "kdump_emergency", c->config.kdump_emergency, NULL);
}
