/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * state.h - state of kdumpctl, kept between runs
 *
 *     /run/kdump/armed.json       what was loaded, since this boot
 *     /var/lib/kdump/boot.json    how this boot is armed: boot_record.h
 *     /var/lib/kdump/test.json    the last test crash: waiting for its result, or the result
 *     /var/lib/kdump/crash.json   the newest dump that was reported
 *     /var/lib/kdump/lost.json    the newest crash without a dump that people were told of
 */
#ifndef SYSTEMD_STATE_H
#define SYSTEMD_STATE_H

#include "initramfs/image/image.h"
#include "systemd/ctl.h"
#include "systemd/message.h"

#include <stdint.h>

struct state_armed {
	int64_t time; /* 0: unknown */
	char kernel[CTL_PATH_MAX];
	char image[CTL_PATH_MAX];
	char how[64];
	char cmdline[2304];
	struct image_sum sum;	/* of the image; no hash: unknown */
	struct conf_state conf; /* the configuration it was loaded with */
};

int state_armed_write(const struct ctl *ctl, const struct state_armed *armed);
void state_armed_read(const struct ctl *ctl, struct state_armed *out);
void state_armed_forget(const struct ctl *ctl);

struct state_test {
	char id[64]; /* "": there never was a test crash */
	int64_t time;
	char verdict[32]; /* "waiting", "success", "fail", "unknown" */
	char message[MESSAGE_MAX];
};

int state_test_write(const struct ctl *ctl, const struct state_test *test);
void state_test_read(const struct ctl *ctl, struct state_test *out);

struct state_crash {
	int64_t time;			  /* of the dump; 0: none was found */
	char dir[2 * CTL_PATH_MAX + 256]; /* as struct target_access shows it, and its name */
	char text[MESSAGE_MAX];
};

int state_crash_write(const struct ctl *ctl, const struct state_crash *crash);
void state_crash_read(const struct ctl *ctl, struct state_crash *out);

/* A boot that did not end properly, and left no dump. */
struct state_lost {
	int64_t time;		    /* when it was found out; 0: never */
	char log[CTL_PATH_MAX];	    /* directory of the log from pstore; "": there was none */
	char text[2 * MESSAGE_MAX]; /* why, which targets were looked at, what its log says */
};

int state_lost_write(const struct ctl *ctl, const struct state_lost *lost);
void state_lost_read(const struct ctl *ctl, struct state_lost *out);

#endif
