/* SPDX-License-Identifier: GPL-2.0-or-later */
/* service.c - arm the machine, disarm it */
#include "systemd/service.h"

#include "base/err.h"
#include "base/karg.h"
#include "initramfs/build/image.h"
#include "systemd/earlier.h"
#include "systemd/files.h"
#include "systemd/image_state.h"
#include "systemd/image_works.h"
#include "systemd/kernel_state.h"
#include "systemd/load.h"
#include "systemd/panic_policy.h"
#include "systemd/setup.h"
#include "systemd/state.h"
#include "systemd/tell.h"
#include "systemd/whereabouts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int service_possible(const struct ctl *ctl)
{
	struct kernel_state s;

	kernel_state_read(ctl->root, &s);
	if (s.capture)
		return fail_adopt(-EPERM, "this is the capture kernel itself");
	if (s.load_disabled || !s.supported)
		return load_explain(-EPERM, &s);
	if (s.crash_size == 0) {
		char *cmdline = NULL;
		bool asked = files_read(ctl->root, "/proc/cmdline", 1 << 16, &cmdline) == 0 &&
			     karg_has(cmdline, "crashkernel");

		free(cmdline);
		return fail_adopt(-ENOSPC,
				  asked ? "crashkernel= is on the command line, but the kernel "
					  "reserved nothing: too much for this machine, or a range "
					  "that leaves it out; see \"kdumpctl "
					  "get-default-crashkernel\" and the kernel's log"
					: "no memory is reserved for a capture kernel; run "
					  "\"kdumpctl reset-crashkernel\" and reboot");
	}
	return 0;
}

/* The machine is armed by now, whether that can be written down or not. */
static void remember(struct ctl *ctl, const char *kernel, const char *initrd, const char *how,
		     const char *cmdline)
{
	earlier_remember(ctl);
	if (state_armed_write(ctl, kernel, initrd, how, cmdline) < 0) {
		tell_warn("status will not know what is loaded: %s", fail_text());
		fail_clear();
	}
}

static int load(struct ctl *ctl, const struct whereabouts *at, const char *initrd,
		const char *test_id, struct service_armed *out)
{
	struct load_request req = {
		.root = ctl->root,
		.kernel = at->kernel,
		.initrd = initrd,
		.kexec_args = ctl->sysconfig.kexec_args,
	};
	char *cmdline = NULL;
	int rc = setup_cmdline(ctl, test_id, &cmdline);

	tell_status("Loading the capture kernel");
	req.cmdline = cmdline;
	if (rc == 0)
		rc = load_capture(&req, &out->how);
	if (rc == 0)
		remember(ctl, at->kernel, initrd, out->how, cmdline);
	free(cmdline);
	return rc;
}

/* The new image goes where the old one was, now that it is of use. */
static int keep_new(struct ctl *ctl, const struct whereabouts *at)
{
	int rc = files_rename(ctl->root, at->new_image, at->image);

	return rc < 0 ? rc : files_rename(ctl->root, at->new_inputs, at->inputs);
}

static void drop_new(struct ctl *ctl, const struct whereabouts *at)
{
	if (files_remove(ctl->root, at->new_image) < 0 ||
	    files_remove(ctl->root, at->new_inputs) < 0)
		fail_clear();
}

/*
 * The last good image is still a machine that saves a dump, if it was made from the
 * configuration that holds now. The caller's words say what went wrong with the new.
 */
static int load_old(struct ctl *ctl, const struct whereabouts *at, int why, const char *test_id,
		    struct service_armed *out)
{
	char words[512];
	int rc;

	snprintf(words, sizeof(words), "%s", fail_text());
	/* A locked target stays locked, a kernel without a signature stays without. */
	if (why == -ENOKEY || !image_state_same_config(ctl, at->image))
		return fail_adopt(why, words);
	fail_clear();
	rc = image_works_or_fail(ctl, at->image, false);
	if (rc == 0)
		rc = load(ctl, at, at->image, test_id, out);
	if (rc < 0) {
		fail_clear();
		return fail_adopt(why, words);
	}
	tell_warn("%s; armed with the last good image, %s", words, at->image);
	out->old_image = true;
	snprintf(out->why_old, sizeof(out->why_old), "%s", words);
	return 0;
}

static int build_and_load(struct ctl *ctl, const struct whereabouts *at, const char *test_id,
			  struct service_armed *out)
{
	int rc = image_state_build(ctl, at);

	if (rc == 0)
		rc = load(ctl, at, at->new_image, test_id, out);
	if (rc < 0) {
		rc = load_old(ctl, at, rc, test_id, out);
		drop_new(ctl, at);
		return rc;
	}
	out->built = true;
	if (keep_new(ctl, at) < 0) {
		tell_warn("the new image is loaded, but the next start builds it anew: %s",
			  fail_text());
		fail_clear();
	}
	remember(ctl, at->kernel, at->image, out->how, NULL);
	return 0;
}

/* rc and its words are passed on. */
static int follow_policy(const struct ctl *ctl, int rc)
{
	char words[512];

	snprintf(words, sizeof(words), "%s", rc < 0 ? fail_text() : "");
	panic_policy_follow(ctl->root);
	if (rc == 0)
		return 0;
	fail_clear();
	return fail_adopt(rc, words);
}

int service_arm(struct ctl *ctl, bool reload, const char *test_id, struct service_armed *out)
{
	struct whereabouts at;
	bool build = false;
	int rc;

	*out = (struct service_armed){ .how = "" };
	rc = service_possible(ctl);
	if (rc == 0)
		rc = whereabouts_find(ctl, &at);
	if (rc < 0)
		return rc;
	if (!reload || !files_exist(ctl->root, at.image))
		build = image_state_stale(ctl, &at, out->why, sizeof(out->why));
	if (build)
		tell_info("building a new image: %s", out->why);
	if (at.foreign && !reload) /* ours was tried when it was built */
		rc = image_works_or_fail(ctl, at.image, true);
	if (rc == 0)
		rc = build ? build_and_load(ctl, &at, test_id, out)
			   : load(ctl, &at, at.image, test_id, out);
	/* In either case: a load that failed may have left nothing in memory. */
	rc = follow_policy(ctl, rc);
	snprintf(out->image, sizeof(out->image), "%s", at.image);
	snprintf(out->kernel, sizeof(out->kernel), "%s", at.kernel);
	return rc;
}

int service_build(struct ctl *ctl, bool always, struct service_armed *out)
{
	struct whereabouts at;
	int rc = whereabouts_find(ctl, &at);

	*out = (struct service_armed){ .how = "" };
	if (rc < 0)
		return rc;
	snprintf(out->image, sizeof(out->image), "%s", at.image);
	snprintf(out->kernel, sizeof(out->kernel), "%s", at.kernel);
	if (!always && !image_state_stale(ctl, &at, out->why, sizeof(out->why)))
		return 0;
	rc = image_state_build(ctl, &at);
	if (rc == 0)
		rc = keep_new(ctl, &at);
	else
		drop_new(ctl, &at);
	out->built = rc == 0;
	return rc;
}

int service_disarm(struct ctl *ctl)
{
	struct kernel_state s;
	int rc = 0;

	kernel_state_read(ctl->root, &s);
	if (s.crash_loaded)
		rc = load_unload(ctl->root);
	if (rc == 0)
		state_armed_forget(ctl);
	return follow_policy(ctl, rc);
}
