/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * main.c - kdump-capture for tests/vm/capture/steps.sh: its steps hang, fail or die where it is
 * told
 *
 * The capture kernel's command line has what shall happen, as target:step:how with the number of
 * the target, a name of CAPTURE_STEPS, and how ("hangs", "fails", "dies"):
 *
 *     kdump_test_steps=0:up:hangs,1:begin:fails
 *
 * It happens in the process of the target, or in the collector. All else is done by kdump-capture's
 * own code, with real targets.
 */
#include "initramfs/capture/capture.h"

#include "base/err.h"
#include "initramfs/capture/cmdline.h"
#include "initramfs/capture/console.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define NOTE "/run/kdump-test-step"

int capture_main(int argc, char **argv); /* main() of initramfs/capture/main.c */

/* Shared by all processes of the capture. */
struct note {
	int target, step; /* what is being done */
};

#define STEP_NAME(name, text) #name,
static const char *const step_name[] = { CAPTURE_STEPS(STEP_NAME) };
#undef STEP_NAME

static struct note *note;
static const struct target_ops *real_ops;

static struct note *map_note(int flags)
{
	int fd = open(NOTE, O_RDWR | O_CLOEXEC | flags, 0600);
	void *p = MAP_FAILED;

	if (fd >= 0 && ftruncate(fd, sizeof(*note)) == 0)
		p = mmap(NULL, sizeof(*note), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (fd >= 0)
		close(fd);
	return p == MAP_FAILED ? NULL : p;
}

static void note_step(const struct capture *c, enum capture_step step)
{
	if (!note)
		note = map_note(O_CREAT);
	if (!note)
		return;
	if (c->target)
		note->target = (int)(c->target->cfg.spec - c->plan.targets);
	note->step = (int)step;
}

/* How this step of this target shall go wrong, in how; false: it shall not. */
static bool is_told(int step, char how[16])
{
	char line[CMDLINE_MAX], want[64], *found;

	if (!note || !cmdline_get("", "kdump_test_steps", line, sizeof(line)))
		return false;
	snprintf(want, sizeof(want), "%d:%s:", note->target, step_name[step]);
	found = strstr(line, want);
	if (!found || (found != line && found[-1] != ','))
		return false;
	snprintf(how, 16, "%.*s", (int)strcspn(found + strlen(want), ","), found + strlen(want));
	return true;
}

/* 0, or -EIO when it shall fail. */
static int step_here(int step)
{
	char how[16];

	if (!is_told(step, how))
		return 0;
	console_log("test: step %s of target %d %s", step_name[step], note->target, how);
	if (strcmp(how, "fails") == 0)
		return fail_adopt(-EIO, "the test lets it fail");
	if (strcmp(how, "dies") == 0)
		kill(getpid(), SIGKILL);
	(void)signal(SIGTERM, SIG_IGN);
	for (;;)
		pause();
}

#define STEP_HERE()                                         \
	do {                                                \
		int rc_ = note ? step_here(note->step) : 0; \
                                                            \
		if (rc_ < 0)                                \
			return rc_;                         \
	} while (0)

static int step_up(struct target *t, const struct deadline *by)
{
	STEP_HERE();
	return real_ops->up(t, by);
}

static int step_begin(struct target *t, const char *name, const struct deadline *by)
{
	STEP_HERE();
	return real_ops->begin(t, name, by);
}

static int step_open(struct target *t, const char *name, unsigned how, const struct deadline *by,
		     struct target_file *out)
{
	STEP_HERE();
	return real_ops->open(t, name, how, by, out);
}

static int step_close(struct target *t, struct target_file *f, enum file_end end,
		      const struct deadline *by)
{
	STEP_HERE();
	return real_ops->close(t, f, end, by);
}

static void step_down(struct target *t, const struct deadline *by)
{
	(void)(note ? step_here(note->step) : 0);
	real_ops->down(t, by);
}

/* A target of the kind that the plan says. All of the test's are of one kind. */
static int make(const struct target_cfg *cfg, struct target **out)
{
	static struct target_ops ops;
	struct target_cfg own = *cfg;
	int rc;

	own.make = NULL;
	rc = target_new(&own, out);
	if (rc < 0)
		return rc;
	real_ops = (*out)->ops;
	ops = *real_ops;
	ops.up = step_up;
	ops.begin = step_begin;
	ops.open = step_open;
	ops.close = step_close;
	ops.down = step_down;
	(*out)->ops = &ops;
	return 0;
}

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

int main(int argc, char **argv)
{
	const struct capture_cfg cfg = {
		.root = "",
		.vmcore = "/proc/vmcore",
		.init = true,
		.real = true,
		.modules = true,
		.make_target = make,
		.at_step = note_step,
	};
	bool collector = argc > 0 && strcmp(name_of(argv[0]), "kdump-collect") == 0;

	if (getpid() == 1 && !collector)
		return capture_run(&cfg);
	if (collector)
		note = map_note(0);
	/* It may be here before the step of saving is noted. */
	if (note && (note->step == STEP_core_start || note->step == STEP_core_run) &&
	    step_here(STEP_core_run) < 0)
		return 1;
	if (note && note->step == STEP_log_extract && step_here(STEP_log_extract) < 0)
		return 1;
	return capture_main(argc, argv);
}
