/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * boot.c - kdumpctl _boot begin|end: run by kdump-boot.service when the system starts and stops
 *
 * A crash of a boot that was not armed leaves no dump, and kdump.service may not run in this boot
 * either: then nobody else would tell people.
 */
#include "systemd/ctl.h"

#include "base/err.h"
#include "systemd/boot_record.h"
#include "systemd/dumps/after_crash.h"
#include "systemd/load/kernel_state.h"
#include "systemd/lock.h"
#include "systemd/message.h"

#include <string.h>

/* Why this boot may never be armed: kdump.service does not even try then. */
static void note_reservation(const struct ctl *ctl)
{
	struct kernel_state s;

	kernel_state_read(ctl->root, &s);
	if (s.crash_size == 0)
		boot_record_not_armed(ctl, "no memory was reserved for it (crashkernel=)");
}

/* kdump.service looks for dumps of the last boot itself: only when there is a reservation. */
static bool start_will_look(const struct ctl *ctl, const struct boot_record *last)
{
	struct kernel_state s;

	kernel_state_read(ctl->root, &s);
	return last->armed && s.crash_size > 0 && ctl->sysconfig.use_kdump;
}

static int begin(struct ctl *ctl)
{
	struct boot_record last;
	bool lost = boot_record_last(ctl, &last) && last.end != BOOT_CLEAN;

	boot_record_begin(ctl);
	note_reservation(ctl);
	if (!lost)
		return CTL_OK;
	if (ctl_load(ctl) < 0) {
		message_warn("look for a dump of the last boot: %s", fail_text());
		fail_clear();
	} else if (!start_will_look(ctl, &last)) {
		after_crash(ctl);
	}
	return CTL_OK;
}

int cmd_boot(struct ctl *ctl, int argc, char **argv)
{
	int lock;

	if (argc != 2 || (strcmp(argv[1], "begin") != 0 && strcmp(argv[1], "end") != 0))
		return ctl_usage("%s takes begin or end", argv[0]);
	lock = lock_take(ctl->root);
	if (lock < 0)
		return ctl_fail(argv[0]);
	if (strcmp(argv[1], "begin") == 0)
		begin(ctl);
	else
		boot_record_end(ctl);
	lock_release(lock);
	return CTL_OK;
}
