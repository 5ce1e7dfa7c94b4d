/* SPDX-License-Identifier: GPL-2.0-or-later */
/* propagate.c - kdumpctl propagate: a key of our own, the server's key pinned, ours copied there */
#include "systemd/ctl.h"

#include "base/err.h"
#include "systemd/dumps.h"
#include "systemd/files.h"
#include "systemd/place.h"
#include "systemd/program.h"
#include "systemd/tell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ed25519 whatever the file is called: an old name says rsa. */
static int make_key(const char *key)
{
	const char *const argv[] = { "ssh-keygen",    "-q", "-t", "ed25519", "-N", "", "-C",
				     "kdump capture", "-f", key,  NULL };

	if (access(key, R_OK) == 0) {
		tell_info("using the key %s", key);
		return 0;
	}
	tell_info("making the key %s (ed25519, without a passphrase)", key);
	return program_must(&(struct program_run){ .argv = argv });
}

/* The host keys the server shows are asked about once, here, by a person: then they are pinned. */
static int copy_key(const struct ctl *ctl, const char *user_host)
{
	char file[CTL_PATH_MAX + 8], *text = NULL, command[CTL_PATH_MAX];
	const char *const argv[] = { "ssh",
				     "-oStrictHostKeyChecking=ask",
				     "-oHashKnownHosts=no",
				     "--",
				     user_host,
				     command,
				     NULL };
	struct program_result r = { 0 };
	int rc;

	snprintf(file, sizeof(file), "%s.pub", ctl->config.sshkey);
	rc = files_read("", file, 16 << 10, &text);
	if (rc < 0)
		return fail(rc, "the public key %s", file);
	snprintf(command, sizeof(command),
		 "umask 077; mkdir -p .ssh && k=$(cat) && touch .ssh/authorized_keys && "
		 "{ grep -qxF \"$k\" .ssh/authorized_keys || "
		 "printf '%%s\\n' \"$k\" >> .ssh/authorized_keys; }");
	rc = program_run(
		&(struct program_run){ .argv = argv, .input = text, .show = true, .seconds = 300 },
		&r);
	if (rc == 0 && r.exit_code != 0)
		rc = fail(-EIO, "ssh could not copy the key (exit code %d)", r.exit_code);
	program_result_fini(&r);
	free(text);
	return rc;
}

static int verify(const struct ctl *ctl, const struct config_target *t)
{
	char *out = NULL, quoted[CTL_PATH_MAX], command[CTL_PATH_MAX + 64];
	struct place place;
	size_t len;
	int rc = place_open(ctl, t, true, &place);

	if (rc == 0)
		rc = dumps_quote(ctl->config.path, quoted, sizeof(quoted));
	snprintf(command, sizeof(command), "umask 077; mkdir -p %.4000s", quoted);
	if (rc == 0)
		rc = place_ssh(&place, &(struct place_command){ .command = command }, &out, &len);
	free(out);
	place_close(&place);
	return rc;
}

static int propagate(const struct ctl *ctl, const struct config_target *t)
{
	int rc = make_key(ctl->config.sshkey);

	if (rc == 0)
		rc = copy_key(ctl, t->where);
	if (rc == 0)
		rc = verify(ctl, t);
	if (rc < 0)
		return fail(rc, "%s", t->where);
	tell_info("%s takes dumps with the key %s; on the server, \"restrict\" in front of it in "
		  "authorized_keys is a good idea",
		  t->where, ctl->config.sshkey);
	return 0;
}

int cmd_propagate(struct ctl *ctl, int argc, char **argv)
{
	unsigned nr = 0;

	if (argc > 1)
		return ctl_usage("%s takes no arguments", argv[0]);
	if (ctl_load(ctl) < 0)
		return ctl_fail("propagate");
	for (unsigned i = 0; i < ctl->config.nr_targets; i++) {
		if (ctl->config.targets[i].kind != CONFIG_TARGET_SSH)
			continue;
		nr++;
		if (propagate(ctl, &ctl->config.targets[i]) < 0)
			return ctl_fail("propagate");
	}
	if (nr == 0)
		return ctl_usage("%s has no ssh target, there is nothing to propagate to",
				 ctl->config_path);
	return CTL_OK;
}
