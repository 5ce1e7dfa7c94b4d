/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * save_core.c - save the core with the configured command or the next best way
 *
 * The steps: the configured command; our own collector at the largest level that command names,
 * else 31; our own without filter; a plain copy. The next step is taken only if the one before left
 * nothing: a dump that was cut short has the most important pages, and is kept.
 */
#include "initramfs/capture/save/save_core.h"

#include "base/err.h"
#include "initramfs/capture/console.h"
#include "initramfs/capture/save/seal.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_LEVEL 31 /* if the command names none: user data is not saved unless asked for */

#if HAVE_LZO
#define OWN_CODEC "-l"
#else
#define OWN_CODEC "-c"
#endif

static const char *const plain_copy[] = { CORE_COPY_NAME, NULL };
static const char *const sealed_copy[] = { "kdump-collect", "--encrypt", NULL };

static enum config_target_kind config_kind(const struct target *t)
{
	switch (t->cfg.spec->kind) {
	case PLAN_RAW:
		return CONFIG_TARGET_RAW;
	case PLAN_SSH:
		return CONFIG_TARGET_SSH;
	case PLAN_NFS:
		return CONFIG_TARGET_NFS;
	case PLAN_VIRTIOFS:
		return CONFIG_TARGET_VIRTIOFS;
	default:
		return CONFIG_TARGET_FS;
	}
}

static unsigned count_cpus(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n > 0 ? (unsigned)n : 1;
}

static bool fits_unfiltered(struct capture *c)
{
	struct stat st;

	if (c->config.max_unfiltered == CONFIG_NO_LIMIT)
		return true;
	if (stat(c->cfg.vmcore, &st) == 0 && (uint64_t)st.st_size <= c->config.max_unfiltered)
		return true;
	console_log("no dump without filter: it would be larger than max_unfiltered allows");
	return false;
}

/* Keep the messages of all steps that failed: the last one alone would mislead. */
static int step(struct capture *c, struct target *t, const struct core_way *way)
{
	int rc;

	fail_clear();
	rc = core_attempt(c, t, way);
	c->status.level_saved = c->status.core.state == PART_NONE ? -1 : way->level;
	if (rc == 0)
		return 0;
	status_error(&c->status, fail_text());
	console_log("%s", fail_text());
	return rc;
}

/* Is the next step useful? Not if something is saved, or if the target is the problem. */
static bool go_on(const struct capture *c, int rc)
{
	return rc < 0 && c->status.core.state == PART_NONE && rc != -ENOSPC && rc != -ETIMEDOUT &&
	       rc != -ENODEV && rc != -ESTALE && rc != -EROFS && rc != -ECONNRESET;
}

/* The same without threads, because each thread has buffers of its own. */
static int frugal(struct capture *c, struct target *t, const struct config_command *cmd)
{
	const char **argv = calloc(cmd->argc + 3, sizeof(*argv));
	int rc;

	if (!argv)
		return fail(-ENOMEM, "collector");
	memcpy(argv, cmd->argv, cmd->argc * sizeof(*argv));
	argv[cmd->argc] = "--threads";
	argv[cmd->argc + 1] = "0";
	rc = step(c, t,
		  &(struct core_way){ .argv = argv, .own = true, .level = c->status.level_asked });
	free(argv);
	return rc;
}

/* Our own collector with only the dump level as option. */
static int own_level(struct capture *c, struct target *t, int level)
{
	char text[12];
	const char *const argv[] = { "kdump-collect", OWN_CODEC, "-d", text, NULL };

	snprintf(text, sizeof(text), "%d", level);
	return step(c, t, &(struct core_way){ .argv = argv, .own = true, .level = level });
}

/* All of memory, user pages too: only if all other steps left nothing. */
static int unfiltered(struct capture *c, struct target *t)
{
	int rc;

	console_log("falling back to a dump without filter");
	rc = own_level(c, t, 0);
	if (!go_on(c, rc))
		return rc;
	console_log("falling back to a plain copy, unfiltered");
	if (seal_required(c))
		return step(c, t,
			    &(struct core_way){ .argv = sealed_copy, .own = true, .whole = true });
	return step(c, t, &(struct core_way){ .argv = plain_copy, .copy = true });
}

static int ladder(struct capture *c, struct target *t, const struct config_command *cmd)
{
	struct core_way way = {
		.argv = (const char *const *)cmd->argv,
		.own = cmd->kind == CONFIG_COLLECTOR_OWN,
		.scp = cmd->kind == CONFIG_COLLECTOR_SCP,
		.level = c->status.level_asked,
	};
	int level = way.level >= 0 ? way.level : DEFAULT_LEVEL, rc = step(c, t, &way);

	if (go_on(c, rc) && rc == -ENOMEM && way.own) {
		console_log("once more, with as little memory as possible");
		rc = frugal(c, t, cmd);
	}
	/* If it lacked memory without threads, it does so with threads, too. */
	if (go_on(c, rc) && level > 0 && !(way.own && rc == -ENOMEM)) {
		console_log("falling back to the collector in this image, at level %d", level);
		rc = own_level(c, t, level);
	}
	if (go_on(c, rc) && fits_unfiltered(c))
		rc = unfiltered(c, t);
	return rc;
}

int save_core_file(struct capture *c, struct target *t)
{
	struct config_command cmd;
	uint64_t since = clock_ns();
	int rc = config_collector(&c->config, config_kind(t), count_cpus(), &cmd);

	c->status.core = (struct status_part){ 0 };
	c->status.collector[0] = '\0';
	c->status.level_saved = -1;
	if (rc < 0)
		return rc;
	c->status.level_asked = config_command_level(&cmd);
	rc = ladder(c, t, &cmd);
	config_command_free(&cmd);
	c->status.core.seconds = clock_since(since);
	status_phase(&c->status, "core", since);
	if (rc < 0 && c->status.core.state == PART_PARTIAL)
		fail_adopt(rc, "the dump is incomplete");
	return rc;
}
