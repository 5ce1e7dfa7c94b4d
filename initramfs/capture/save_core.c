/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * save_core.c - the core, by what is configured or the next best way
 *
 * The ladder: the configured command; our own filter, if that was another program; our
 * own without filter; a plain copy. A step down is taken only when the one before left
 * nothing: a dump that was cut short holds what matters most, and stays.
 */
#include "initramfs/capture/save_core.h"

#include "base/err.h"
#include "initramfs/capture/say.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const own_filter[] = { "kdump-collect", "-l", "-d", "31", NULL };
static const char *const own_all[] = { "kdump-collect", "-l", "-d", "0", NULL };
static const char *const plain_copy[] = { CORE_COPY_NAME, NULL };

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
	say("no dump without filter: it would be larger than max_unfiltered allows");
	return false;
}

/* Keep the words of the step that failed: the last one's alone would mislead. */
static int step(struct capture *c, struct target *t, const struct core_way *way)
{
	char words[STATUS_WORDS];
	int rc;

	fail_clear();
	rc = core_attempt(c, t, way);
	if (rc == 0)
		return 0;
	snprintf(words, sizeof(words), "%s", fail_text());
	status_error(&c->status, words);
	say("%s", words);
	return rc;
}

/* Is there a use in the next step? Not where something is saved, or the place is the trouble. */
static bool go_on(const struct capture *c, int rc)
{
	return rc < 0 && c->status.core.state == PART_NONE && rc != -ENOSPC && rc != -ETIMEDOUT &&
	       rc != -ENODEV && rc != -ESTALE && rc != -EROFS && rc != -ECONNRESET;
}

/* The same without threads: each has buffers of its own. */
static int frugal(struct capture *c, struct target *t, const struct config_command *cmd)
{
	const char **argv = calloc(cmd->argc + 3, sizeof(*argv));
	int rc;

	if (!argv)
		return fail(-ENOMEM, "collector");
	memcpy(argv, cmd->argv, cmd->argc * sizeof(*argv));
	argv[cmd->argc] = "--threads";
	argv[cmd->argc + 1] = "0";
	rc = step(c, t, &(struct core_way){ .argv = argv, .own = true });
	free(argv);
	return rc;
}

static int ladder(struct capture *c, struct target *t, const struct config_command *cmd)
{
	struct core_way way = {
		.argv = (const char *const *)cmd->argv,
		.own = cmd->kind == CONFIG_COLLECTOR_OWN,
		.scp = cmd->kind == CONFIG_COLLECTOR_SCP,
	};
	int rc = step(c, t, &way);

	if (go_on(c, rc) && rc == -ENOMEM && way.own) {
		say("once more, with as little memory as possible");
		rc = frugal(c, t, cmd);
	} else if (go_on(c, rc) && !way.own) {
		say("falling back to the collector in this image");
		rc = step(c, t, &(struct core_way){ .argv = own_filter, .own = true });
	}
	if (go_on(c, rc) && fits_unfiltered(c)) {
		say("falling back to a dump without filter");
		rc = step(c, t, &(struct core_way){ .argv = own_all, .own = true });
		if (go_on(c, rc)) {
			say("falling back to a plain copy, unfiltered");
			rc = step(c, t, &(struct core_way){ .argv = plain_copy, .copy = true });
		}
	}
	return rc;
}

int save_core_file(struct capture *c, struct target *t)
{
	struct config_command cmd;
	uint64_t since = now_ns();
	int rc = config_collector(&c->config, config_kind(t), count_cpus(), &cmd);

	c->status.core = (struct status_part){ 0 };
	c->status.collector[0] = '\0';
	if (rc < 0)
		return rc;
	rc = ladder(c, t, &cmd);
	config_command_free(&cmd);
	c->status.core.seconds = (double)(now_ns() - since) / 1e9;
	status_phase(&c->status, "core", since);
	if (rc < 0 && c->status.core.state == PART_PARTIAL)
		fail_adopt(rc, "the dump is incomplete");
	return rc;
}
