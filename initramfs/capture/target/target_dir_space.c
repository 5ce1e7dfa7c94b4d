/* SPDX-License-Identifier: GPL-2.0-or-later */
/* target_dir_space.c - free space, and removal of old dumps to get more */
#include "initramfs/capture/target/target_dir.h"

#include "base/err.h"
#include "initramfs/capture/console.h"
#include "initramfs/plan/plan.h"
#include "initramfs/plan/rotation_dir.h"

#include <sys/statvfs.h>

int target_dir_space(struct target *t, const struct deadline *by, uint64_t *out)
{
	struct target_dir *d = (struct target_dir *)t;
	struct statvfs fs;

	(void)by;
	if (fstatvfs(d->basefd, &fs) < 0)
		return fail(-errno, "%s: free space", t->address);
	*out = (uint64_t)fs.f_bavail * fs.f_frsize;
	return 0;
}

int target_dir_make_space(struct target *t, unsigned keep, uint64_t need, const struct deadline *by,
			  unsigned *removed)
{
	struct target_dir *d = (struct target_dir *)t;
	struct rotation r = { .machine = t->cfg.plan->machine, .current = t->dir };
	const struct rotation_want want = { keep, need, console_line };
	int rc = target_dir_verify(d);

	(void)by;
	*removed = 0;
	if (rc == 0)
		rc = rotation_dir_run(&r, d->basefd, &want);
	if (rc < 0)
		return fail(rc, "%s", t->address);
	*removed = (unsigned)rc;
	return 0;
}
