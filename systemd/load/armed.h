/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * armed.h - load an image and record it; after a failure, reload the previous one
 *
 * Both system calls free the loaded capture kernel before they read the new one. So a failed load
 * has disarmed the machine, and the previous image must be loaded again.
 */
#ifndef SYSTEMD_LOAD_ARMED_H
#define SYSTEMD_LOAD_ARMED_H

#include "systemd/ctl.h"
#include "systemd/state.h"

struct armed_request {
	const char *kernel;  /* below the root */
	const char *image;   /* the same */
	const char *test_id; /* name of the test that the dump is for, or NULL */
	bool other_config;   /* the image was built from another configuration than ctl's */
};

/*
 * Load it and record it. *out describes what was loaded, out->how the method; a failure to store
 * the record is only warned about. A negative errno with reason and remedy: nothing is loaded any
 * more, unless the load was never tried.
 */
int armed_load(struct ctl *ctl, const struct armed_request *req, struct state_armed *out);

/* Store the record; a failure is only warned about, as the machine is armed. */
void armed_store(const struct ctl *ctl, const struct state_armed *armed);

/*
 * After a failure with rc, whose message is in the trail: load the previous image again if it was
 * freed. Returns rc; if the machine is disarmed now, that is added to the message.
 */
int armed_keep(struct ctl *ctl, const struct state_armed *before, int rc);

/* "armed with the configuration of DATE". */
void armed_text(const struct state_armed *armed, char *out, size_t size);

/*
 * Has the content of the configuration changed since? Then out says so and ends with the remedy,
 * "kdumpctl restart". False if it is unknown what was loaded.
 */
bool armed_outdated(const struct ctl *ctl, const struct state_armed *armed, char *out, size_t size);

#endif
