/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lost_boot.h - a boot that did not end properly and left no dump: its log from pstore, and why
 */
#ifndef SYSTEMD_DUMPS_LOST_BOOT_H
#define SYSTEMD_DUMPS_LOST_BOOT_H

#include "systemd/boot_record.h"
#include "systemd/dumps/target_access.h"

/* Logs from pstore lie here, one directory each, named as dumps are; "kdumpctl list" has them. */
#define LOST_BOOT_DIR CTL_STATE_DIR "/pstore"

/* What is known when somebody asks why there is no dump. */
struct lost_boot {
	bool armed;
	const char *why_not; /* armed: ""; else the reason, or "" if nobody tried */
	bool panicked;	     /* pstore has the log of a panic */
	unsigned watchdog;   /* WDIOF_ bits of a watchdog's bootstatus; 0: none reports a cause */
	int64_t panic; /* kernel.panic now: it is set at boot, so it was so, too; -1: unknown */
};

/* The likely reason, as the end of a sentence: "it was not armed: ..."; cut at size. Pure. */
void lost_boot_reason(const struct lost_boot *l, char *out, size_t size);

/*
 * Save the log that pstore has of it, if any, and tell people: journal (MESSAGE_LOST), terminals,
 * "kdumpctl status", "kdumpctl list". looked: targets without a dump of it, "A, B". Survives all
 * failures, with a warning each.
 */
void lost_boot_report(const struct ctl *ctl, const struct boot_record *last, const char *looked);

/* Where the logs lie, to be read as a target. False: there are none. */
bool lost_boot_logs(const struct ctl *ctl, struct target_access *out);

#endif
