/* SPDX-License-Identifier: GPL-2.0-or-later */
/* armed.c - load an image and record it; after a failure, reload the previous one */
#include "systemd/load/armed.h"

#include "base/err.h"
#include "systemd/files.h"
#include "systemd/load/kexec_load.h"
#include "systemd/load/capture_cmdline.h"
#include "systemd/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The machine is armed, even if that cannot be recorded. */
void armed_store(const struct ctl *ctl, const struct state_armed *armed)
{
	if (state_armed_write(ctl, armed) < 0) {
		message_warn("\"kdumpctl status\" cannot show what is loaded: %s", fail_text());
		fail_clear();
	}
}

static int describe(const struct ctl *ctl, const struct armed_request *req, struct state_armed *out)
{
	char image[FILES_PATH_MAX];
	int rc = files_path(ctl->root, req->image, image);

	*out = (struct state_armed){ .time = time(NULL), .conf = ctl->conf };
	snprintf(out->kernel, sizeof(out->kernel), "%s", req->kernel);
	snprintf(out->image, sizeof(out->image), "%s", req->image);
	if (req->other_config)
		conf_state_mark(&out->conf);
	if (rc == 0)
		rc = image_sum(image, &out->sum);
	return rc;
}

int armed_load(struct ctl *ctl, const struct armed_request *req, struct state_armed *out)
{
	struct load_request load = {
		.root = ctl->root,
		.kernel = req->kernel,
		.initrd = req->image,
		.kexec_args = ctl->sysconfig.kexec_args,
	};
	const char *how = "";
	char *cmdline = NULL;
	int rc = describe(ctl, req, out);

	if (rc == 0)
		rc = setup_cmdline(ctl, req->test_id, &cmdline);
	if (rc < 0)
		return rc;
	message_status("Loading the capture kernel");
	load.cmdline = cmdline;
	rc = load_capture(&load, &how);
	snprintf(out->how, sizeof(out->how), "%s", how);
	snprintf(out->cmdline, sizeof(out->cmdline), "%s", cmdline);
	free(cmdline);
	if (rc == 0)
		armed_store(ctl, out);
	return rc;
}

/* Only the identical image may be loaded again. */
static int check_image(const struct ctl *ctl, const struct state_armed *before)
{
	char image[FILES_PATH_MAX];
	struct image_sum now;
	int rc;

	if (!before->time || !before->sum.hash[0])
		return fail(-ENOENT, "it is unknown");
	rc = files_path(ctl->root, before->image, image);
	if (rc == 0)
		rc = image_sum(image, &now);
	if (rc == 0 && (now.bytes != before->sum.bytes || strcmp(now.hash, before->sum.hash) != 0))
		rc = fail(-ESTALE, "%s has changed since", before->image);
	return rc;
}

static int load_again(struct ctl *ctl, const struct state_armed *before)
{
	const struct load_request load = {
		.root = ctl->root,
		.kernel = before->kernel,
		.initrd = before->image,
		.cmdline = before->cmdline,
		.kexec_args = ctl->sysconfig.kexec_args,
	};
	const char *how;
	int rc = check_image(ctl, before);

	return rc == 0 ? load_capture(&load, &how) : rc;
}

int armed_keep(struct ctl *ctl, const struct state_armed *before, int rc)
{
	struct err_saved first, second;
	struct kernel_state s;

	err_save(&first, rc);
	kernel_state_read(ctl->root, &s);
	fail_clear();
	if (s.crash_loaded || load_again(ctl, before) == 0)
		return err_restore(&first);
	err_save(&second, rc);
	state_armed_forget(ctl);
	return fail_set(rc, "%s; the previously loaded image is lost: %s", first.message,
			second.message);
}
