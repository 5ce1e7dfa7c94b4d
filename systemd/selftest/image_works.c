/* SPDX-License-Identifier: GPL-2.0-or-later */
/* image_works.c - run the programs of an existing image, from the image */
#include "systemd/selftest/image_works.h"

#include "base/err.h"
#include "initramfs/image/image.h"
#include "initramfs/image/selftest/selftest.h"
#include "systemd/files.h"
#include "systemd/message.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static_assert(IMAGE_WORKS_MESSAGE_SIZE == SELFTEST_MESSAGE_SIZE, "the same text");

int image_works(const struct ctl *ctl, const char *image, char out[IMAGE_WORKS_MESSAGE_SIZE])
{
	char path[FILES_PATH_MAX], capture[FILES_PATH_MAX], *core;
	int rc = files_path(ctl->root, image, path);

	if (rc == 0 && ctl->capture)
		snprintf(capture, sizeof(capture), "%s", ctl->capture);
	else if (rc == 0)
		rc = files_path(ctl->root, IMAGE_CAPTURE, capture);
	if (rc < 0)
		return rc;
	core = image_self_test_core(capture);
	rc = core ? image_self_test(path, core, out) : fail(-ENOMEM, "%s", path);
	free(core);
	return rc;
}

int image_works_or_fail(const struct ctl *ctl, const char *image, bool any)
{
	char message[IMAGE_WORKS_MESSAGE_SIZE];
	int rc = image_works(ctl, image, message);

	if (rc > 0)
		message_warn("programs of %s: %s", image, message);
	if (rc == -ENODATA && any) {
		message_warn("programs of %s: %s", image, fail_text());
		fail_clear();
		rc = 0;
	}
	return rc < 0 ? fail(rc, "programs of %s", image) : 0;
}
