/* SPDX-License-Identifier: GPL-2.0-or-later */
/* try_unlock.c - does the capture kernel's key unlock the target now? */
#include "systemd/selftest/try_saving.h"

#include "base/err.h"
#include "base/text.h"
#include "base/run.h"
#include "initramfs/image/distro/distro_plan.h"
#include "systemd/distro/crypttab.h"
#include "systemd/files.h"
#include "systemd/load/image_state.h"

#include <stdio.h>

#define SECONDS 120 /* argon2 on a slow machine */

/* Tests the key without mapping the device. */
static int run(const char *name, const char *how, const char *const *argv)
{
	const struct run_cfg open = {
		.argv = argv, .timeout_ms = SECONDS * 1000, .out = RUN_KEEP, .err = RUN_AS_OUT
	};
	struct run_result r;
	char reason[RUN_LINE_MAX];
	int rc = run_program(&open, &r);

	if (rc == 0 && r.exit_code != 0) {
		rc = fail_set(-ENOKEY, "%s does not unlock %s: %s", how, name,
			      run_reason(&r, reason));
	}
	run_result_fini(&r);
	return rc;
}

static int by_tpm(const struct distro_plan_crypt *c)
{
	const char *const argv[] = { "cryptsetup",	  "open",
				     "--test-passphrase", "--token-only",
				     "--token-type",	  "systemd-tpm2",
				     c->header,		  NULL };

	return run(c->name, "the TPM", argv);
}

static int by_file(const struct distro_plan_crypt *c, const char *root, const char *key,
		   const char *slot)
{
	char path[FILES_PATH_MAX];
	const char *argv[] = { "cryptsetup", "open", "--test-passphrase",
			       "--key-file", path,   c->header,
			       NULL,	     NULL,   NULL };
	int rc = files_path(root, key, path);

	if (*slot) {
		argv[6] = "--key-slot";
		argv[7] = slot;
	}
	return rc < 0 ? rc : run(c->name, key, argv);
}

/*
 * 1 if there was something to try. Devices that need a person were refused when the image was
 * built.
 */
static int try(const char *root, const struct distro_plan_crypt *c)
{
	struct crypttab_entry e = { .line = NULL };
	char key[FILES_PATH_MAX], slot[16] = "";
	int found = crypttab_find(root, c->name, c->uuid, &e), rc = 0, tried = 1;

	if (found <= 0)
		return found;
	crypttab_option(&e, "key-slot", slot, sizeof(slot));
	if (!*e.key && crypttab_option(&e, "tpm2-device", NULL, 0))
		rc = by_tpm(c);
	else if (crypttab_key_file(root, &e, key, sizeof(key)) && files_exist(root, key))
		rc = by_file(c, root, key, slot);
	else
		tried = 0;
	crypttab_free(&e);
	return rc < 0 ? rc : tried;
}

int try_unlock(const struct ctl *ctl, char *message, size_t size)
{
	struct image_state_paths paths;
	struct image_request req;
	struct distro_plan o;
	int rc, tried = 0;

	image_state_request(ctl, &paths, &req);
	rc = distro_plan_gather(&req, NULL, &o);
	if (rc < 0) {
		fail_clear();
		rc = 0;
	}
	snprintf(message, size, "%s", "");
	if (o.nr_crypts && !run_exists("cryptsetup")) {
		snprintf(message, size, "not tried: cryptsetup is not installed");
		rc = 1;
	}
	for (size_t i = 0; i < o.nr_crypts && rc == 0; i++) {
		rc = try(ctl->root, &o.crypts[i]);
		if (rc > 0) {
			text_set(message, size, "%s", o.crypts[i].name);
			tried = 1;
			rc = 0;
		}
	}
	distro_plan_free(&o);
	return rc != 0 ? rc : tried;
}
