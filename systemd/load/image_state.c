/* SPDX-License-Identifier: GPL-2.0-or-later */
/* image_state.c - is the image current, and build it */
#include "systemd/load/image_state.h"

#include "base/err.h"
#include "config/parse/file.h"
#include "initramfs/image/image.h"
#include "systemd/files.h"
#include "systemd/distro/distro_image.h"
#include "systemd/load/capture_cmdline.h"
#include "systemd/selftest/image_works.h"
#include "systemd/message.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* If it cannot be built, loading reports that. */
static void command_line(const struct ctl *ctl, char out[CTL_PATH_MAX])
{
	char *text = NULL;

	if (setup_cmdline(ctl, NULL, &text) < 0)
		fail_clear();
	snprintf(out, CTL_PATH_MAX, "%s", text ? text : "");
	free(text);
}

void image_state_request(const struct ctl *ctl, struct image_state_paths *paths,
			 struct image_request *out)
{
	snprintf(paths->sysfs, sizeof(paths->sysfs), "%s/sys", ctl->root);
	snprintf(paths->proc, sizeof(paths->proc), "%s/proc", ctl->root);
	command_line(ctl, paths->command_line);
	*out = (struct image_request){
		.cfg = &ctl->config,
		.command_line = paths->command_line,
		.config_path = ctl->config_path,
		.kernel = ctl->kernel,
		.root = ctl->root,
		.sysfs = paths->sysfs,
		.proc = paths->proc,
		.capture = ctl->capture,
		.self_test = true,
	};
}

/* For an image without a record, or one changed on purpose. */
static bool is_whole(const char *image, char *why, size_t size)
{
	int rc = image_walk(image);

	if (rc < 0 && rc != -EOPNOTSUPP)
		snprintf(why, size, "%s", fail_text());
	fail_clear();
	return rc == 0 || rc == -EOPNOTSUPP;
}

static bool matches(const char *image, const struct image_sum *then, char *why, size_t size)
{
	struct image_sum now;

	if (image_sum(image, &now) < 0)
		snprintf(why, size, "%s", fail_text());
	else if (now.bytes != then->bytes)
		snprintf(why, size, "%s is damaged: %ju bytes instead of %ju", image, now.bytes,
			 then->bytes);
	else if (strcmp(now.hash, then->hash) != 0)
		snprintf(why, size, "%s is damaged: its content is not what was built", image);
	else
		return true;
	fail_clear();
	return false;
}

bool image_state_intact(const struct ctl *ctl, const struct kernel_paths *at, char *why,
			size_t size)
{
	char image[FILES_PATH_MAX], inputs[FILES_PATH_MAX];
	struct image_sum then;

	if (files_path(ctl->root, at->image, image) < 0 ||
	    files_path(ctl->root, at->inputs, inputs) < 0) {
		snprintf(why, size, "%s", fail_text());
		fail_clear();
		return false;
	}
	if (at->prebuilt || image_sum_recorded(inputs, &then) < 0) {
		fail_clear();
		return is_whole(image, why, size);
	}
	if (matches(image, &then, why, size))
		return true;
	return ctl->config.force_no_rebuild && is_whole(image, why, size);
}

bool image_state_stale(const struct ctl *ctl, const struct kernel_paths *at, char *why, size_t size)
{
	struct image_state_paths paths;
	struct image_request req;
	char inputs[FILES_PATH_MAX], *reason = NULL;
	int rc;

	if (at->prebuilt)
		return false;
	if (!files_exist(ctl->root, at->image)) {
		snprintf(why, size, "there is no image yet");
		return true;
	}
	if (!image_state_intact(ctl, at, why, size))
		return true;
	if (ctl->config.force_no_rebuild)
		return false;
	if (ctl->config.force_rebuild) {
		snprintf(why, size, "force_rebuild is set");
		return true;
	}
	image_state_request(ctl, &paths, &req);
	rc = files_path(ctl->root, at->inputs, inputs);
	if (rc == 0)
		rc = image_check(&req, inputs, &reason);
	if (rc == -EOPNOTSUPP && distro_tool(ctl)) {
		fail_clear();
		rc = distro_check(ctl, &req, inputs, &reason);
	}
	/* Building fails with the same message and handles it. */
	snprintf(why, size, "%s",
		 rc == -ENOKEY ? "the target would stay locked"
		 : rc < 0      ? "it is unknown whether the old one still fits"
		 : reason      ? reason
			       : "something changed");
	fail_clear();
	free(reason);
	return rc != 0;
}

static void log_built(const struct image_report *r, const char *image)
{
	for (char **w = r->warnings; w && *w; w++)
		message_warn("%s", *w);
	message_info("built %s: %" PRIu64 " KiB (%s), %" PRIu64 " KiB unpacked", image,
		     r->file_bytes >> 10, r->algorithm ? r->algorithm : "not compressed",
		     r->bytes >> 10);
}

/*
 * If our image cannot bring up the target, build one with dracut or initramfs-tools. Keep the first
 * error: it says why; the second says why that failed too.
 */
static int build_distro(const struct ctl *ctl, const struct kernel_paths *at,
			const struct image_request *req, const struct distro_files *files)
{
	struct err_saved ours;
	int rc;

	if (!distro_tool(ctl))
		return -EOPNOTSUPP;
	err_save(&ours, -EOPNOTSUPP);
	message_info("%s", ours.message);
	rc = distro_build(ctl, req, files);
	if (rc == 0)
		rc = image_works_or_fail(ctl, at->new_image, false);
	if (rc == -EOPNOTSUPP) /* they cannot either: report the first reason */
		return err_restore(&ours);
	return rc < 0 ? fail(rc, "with the help of %s", distro_tool(ctl)) : 0;
}

int image_state_build(const struct ctl *ctl, const struct kernel_paths *at)
{
	struct image_state_paths paths;
	struct image_report report = { 0 };
	struct image_request req;
	char image[FILES_PATH_MAX], inputs[FILES_PATH_MAX];
	int rc = files_path(ctl->root, at->new_image, image);

	if (at->prebuilt)
		return fail(
			-EPERM,
			"KDUMP_INITRD names %s, which kdumpctl did not build; build it as before",
			at->image);
	message_status("Building the image for %s", ctl->kernel);
	if (rc == 0)
		rc = files_path(ctl->root, at->new_inputs, inputs);
	if (rc == 0)
		rc = files_mkdir(ctl->root, CTL_STATE_DIR, 0700);
	if (rc < 0)
		return rc;
	image_state_request(ctl, &paths, &req);
	rc = image_build(&req, image, inputs, &report);
	if (rc == 0)
		log_built(&report, at->image);
	else if (rc == -EOPNOTSUPP)
		rc = build_distro(ctl, at, &req,
				  &(struct distro_files){ .image = image, .inputs = inputs });
	image_report_free(&report);
	return rc < 0 ? fail(rc, "build the image") : 0;
}

bool image_state_same_config(const struct ctl *ctl, const char *image)
{
	char path[FILES_PATH_MAX], *inside = NULL, *now = NULL;
	size_t len = 0;
	bool same = false;

	if (files_path(ctl->root, image, path) == 0 &&
	    image_read_file(path, CONFIG_FILE, &inside, &len) == 0 &&
	    files_read("", ctl->config_path, CONFIG_FILE_MAX, &now) == 0)
		same = strlen(now) == len && memcmp(inside, now, len) == 0;
	free(inside);
	free(now);
	return same;
}
