/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * armed.h - load an image and store what was loaded; after a failure, load what was there before
 *
 * The kernel frees the loaded capture kernel before it reads a new one, in both calls. So a load
 * that fails has disarmed the machine, and what was loaded before must be loaded again.
 */
#ifndef SYSTEMD_LOAD_ARMED_H
#define SYSTEMD_LOAD_ARMED_H

#include "systemd/ctl.h"
#include "systemd/state.h"

struct armed_request {
	const char *kernel;  /* below the root */
	const char *image;   /* the same */
	const char *test_id; /* the dump is a rehearsal of this name, or NULL */
	bool other_config;   /* the image was made from another configuration than ctl's */
};

/*
 * Load it. *out gets what was loaded, out->how by what, also where it could not be stored, which
 * is only warned of. A negative errno with reason and remedy: nothing is loaded any more, unless
 * the load was never tried.
 */
int armed_load(struct ctl *ctl, const struct armed_request *req, struct state_armed *out);

/* Store it; a failure is warned of, as the machine is armed all the same. */
void armed_store(const struct ctl *ctl, const struct state_armed *armed);

/*
 * After a failure with rc, whose message is in the trail: is the machine as armed as it was? What
 * was loaded before is loaded again if it has gone. Returns rc; the message stays, and gets longer
 * where the machine is disarmed by now.
 */
int armed_keep(struct ctl *ctl, const struct state_armed *before, int rc);

/* "armed with the configuration of DATE". */
void armed_words(const struct state_armed *armed, char *out, size_t size);

/*
 * Has the configuration changed since? Then out says so, with the remedy, and ends with "kdumpctl
 * restart". By content; false where what was loaded is not known.
 */
bool armed_outdated(const struct ctl *ctl, const struct state_armed *armed, char *out, size_t size);

#endif
