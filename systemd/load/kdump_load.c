/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdump_load.c - arm and disarm the machine */
#include "systemd/load/kdump_load.h"

#include "base/err.h"
#include "base/text.h"
#include "base/karg.h"
#include "initramfs/image/image.h"
#include "systemd/load/armed.h"
#include "systemd/dumps/earlier.h"
#include "systemd/files.h"
#include "systemd/load/image_state.h"
#include "systemd/selftest/image_works.h"
#include "systemd/load/kernel_state.h"
#include "systemd/load/kexec_load.h"
#include "systemd/load/panic_policy.h"
#include "systemd/message.h"
#include "systemd/load/kernel_paths.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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
		return fail_adopt(
			-ENOSPC,
			asked ? "crashkernel= is on the command line, but the kernel reserved "
				"nothing: the value is too large for this machine, or no range "
				"matches it; see \"kdumpctl "
				"get-default-crashkernel\" and the kernel's log"
			      : "no memory is reserved for a capture kernel; run "
				"\"kdumpctl reset-crashkernel\" and reboot");
	}
	return 0;
}

static int load(struct ctl *ctl, const struct armed_request *req, struct service_armed *out)
{
	int rc = armed_load(ctl, req, &out->state);

	if (rc == 0)
		earlier_remember(ctl);

	if (rc == 0 && ctl->config.force_no_rebuild && !image_state_same_config(ctl, req->image))
		message_warn("%s was not built from the current kdump.conf, and force_no_rebuild "
			     "keeps it; \"kdumpctl rebuild\" builds it again",
			     req->image);
	return rc;
}

/* The new image is loaded: move it to its final path. */
static int keep_new(struct ctl *ctl, const struct kernel_paths *at)
{
	int rc = files_rename(ctl->root, at->new_image, at->image);

	return rc < 0 ? rc : files_rename(ctl->root, at->new_inputs, at->inputs);
}

static void drop_new(struct ctl *ctl, const struct kernel_paths *at)
{
	if (files_remove(ctl->root, at->new_image) < 0 ||
	    files_remove(ctl->root, at->new_inputs) < 0)
		fail_clear();
}

/*
 * Load the previous image if it was built from the current configuration, so that a crash is still
 * saved. The caller's message says what failed with the new image.
 */
static int load_old(struct ctl *ctl, const struct kernel_paths *at, int why, const char *test_id,
		    struct service_armed *out)
{
	const struct armed_request req = { at->kernel, at->image, test_id, false };
	struct err_saved new_failed;
	char damage[MESSAGE_MAX];
	int rc;

	err_save(&new_failed, why);
	/* A locked target or an unsigned kernel fails with the old image too. */
	if (why == -ENOKEY || !image_state_same_config(ctl, at->image) ||
	    !image_state_intact(ctl, at, damage, sizeof(damage)))
		return err_restore(&new_failed);
	rc = image_works_or_fail(ctl, at->image, false);
	if (rc == 0)
		rc = load(ctl, &req, out);
	if (rc < 0)
		return err_restore(&new_failed);
	message_warn("%s; armed with the last good image, %s", new_failed.message, at->image);
	out->old_image = true;
	text_set(out->why_old, sizeof(out->why_old), "%s", new_failed.message);
	return 0;
}

static int build_and_load(struct ctl *ctl, const struct kernel_paths *at, const char *test_id,
			  struct service_armed *out)
{
	const struct armed_request req = { at->kernel, at->new_image, test_id, false };
	int rc = image_state_build(ctl, at);

	if (rc == 0)
		rc = load(ctl, &req, out);
	if (rc < 0) {
		rc = load_old(ctl, at, rc, test_id, out);
		drop_new(ctl, at);
		return rc;
	}
	out->built = true;
	if (keep_new(ctl, at) < 0) {
		message_warn("the new image is loaded, but the next start must build it again: %s",
			     fail_text());
		fail_clear();
		drop_new(ctl, at);
	}
	snprintf(out->state.image, sizeof(out->state.image), "%s", at->image);
	armed_store(ctl, &out->state);
	return 0;
}

static bool changed_at(const struct ctl *ctl, const char *file, struct timespec *out)
{
	char path[FILES_PATH_MAX];
	struct stat sb;

	if (files_path(ctl->root, file, path) < 0 || stat(path, &sb) < 0)
		return false;
	*out = sb.st_ctim;
	return true;
}

/*
 * A kernel of the same release was installed since. Its modules may be others: those of the image
 * are looked at, as by a start.
 */
static bool kernel_is_newer(const struct ctl *ctl, const struct kernel_paths *at)
{
	struct timespec kernel, image;

	if (!changed_at(ctl, at->kernel, &kernel) || !changed_at(ctl, at->image, &image))
		return false;
	return kernel.tv_sec > image.tv_sec ||
	       (kernel.tv_sec == image.tv_sec && kernel.tv_nsec > image.tv_nsec);
}

/* A reload, and an image that others build, need only an intact image. */
static bool must_build(const struct ctl *ctl, const struct kernel_paths *at, bool reload,
		       struct service_armed *out)
{
	if (at->prebuilt ||
	    (reload && files_exist(ctl->root, at->image) && !kernel_is_newer(ctl, at)))
		return !image_state_intact(ctl, at, out->why, sizeof(out->why));
	return image_state_stale(ctl, at, out->why, sizeof(out->why));
}

static int load_present(struct ctl *ctl, const struct kernel_paths *at, const char *test_id,
			struct service_armed *out)
{
	const struct armed_request req = {
		.kernel = at->kernel,
		.image = at->image,
		.test_id = test_id,
		.other_config =
			!at->prebuilt && out->reload && !image_state_same_config(ctl, at->image),
	};

	return load(ctl, &req, out);
}

/* Passes on rc and its message. */
static int follow_policy(const struct ctl *ctl, int rc)
{
	struct err_saved saved;

	err_save(&saved, rc);
	panic_policy_follow(ctl->root);
	return err_restore(&saved);
}

static int damaged(const char *why)
{
	return fail_set(-EBADMSG, "%s; KDUMP_INITRD names it, so build it again as before", why);
}

static int arm(struct ctl *ctl, const struct kernel_paths *at, const char *test_id,
	       struct service_armed *out)
{
	bool build = must_build(ctl, at, out->reload, out);
	int rc = 0;

	if (build && at->prebuilt)
		return damaged(out->why);
	/* Our own image was tried when it was built. */
	if (at->prebuilt && !out->reload)
		rc = image_works_or_fail(ctl, at->image, true);
	if (rc < 0)
		return rc;
	if (build)
		message_info("building a new image: %s", out->why);
	return build ? build_and_load(ctl, at, test_id, out) : load_present(ctl, at, test_id, out);
}

int service_arm(struct ctl *ctl, bool reload, const char *test_id, struct service_armed *out)
{
	struct state_armed before;
	struct kernel_state was;
	struct kernel_paths at;
	int rc;

	*out = (struct service_armed){ .reload = reload };
	out->how = out->state.how;
	kernel_state_read(ctl->root, &was);
	state_armed_read(ctl, &before);
	rc = service_possible(ctl);
	if (rc == 0)
		rc = kernel_paths_find(ctl, &at);
	if (rc < 0)
		return rc;
	rc = arm(ctl, &at, test_id, out);
	if (rc < 0 && was.crash_loaded)
		rc = armed_keep(ctl, &before, rc);
	/* Also after a failure: nothing may be loaded any more. */
	rc = follow_policy(ctl, rc);
	snprintf(out->image, sizeof(out->image), "%s", at.image);
	snprintf(out->kernel, sizeof(out->kernel), "%s", at.kernel);
	return rc;
}

int service_build(struct ctl *ctl, bool always, struct service_armed *out)
{
	struct kernel_paths at;
	int rc = kernel_paths_find(ctl, &at);

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
