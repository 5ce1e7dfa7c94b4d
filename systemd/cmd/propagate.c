/* SPDX-License-Identifier: GPL-2.0-or-later */
/* propagate.c - kdumpctl propagate: create a key, pin the server's host key, copy ours there */
#include "systemd/ctl.h"

#include "base/err.h"
#include "base/run.h"
#include "systemd/files.h"
#include "systemd/dumps/target_access.h"
#include "systemd/selftest/try_saving.h"
#include "systemd/message.h"

#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A person may be looking for a password. */
#define ASK_SECONDS 900

/*
 * Appends the line of standard input unless it exists. A file whose last line lacks a newline gets
 * one first.
 */
#define ADD_KEY                                                                                \
	"umask 077; mkdir -p .ssh && k=$(cat) && touch .ssh/authorized_keys && "               \
	"{ grep -qxF \"$k\" .ssh/authorized_keys || "                                          \
	"{ [ -z \"$(tail -c 1 .ssh/authorized_keys)\" ] || echo >>.ssh/authorized_keys; } && " \
	"printf '%s\\n' \"$k\" >>.ssh/authorized_keys; } && "                                  \
	"{ ! command -v restorecon >/dev/null 2>&1 || restorecon -R .ssh || :; }"

/* What is left of a key that could not be made; keeps the message. */
static void drop(const char *key, const char *public)
{
	unlink(key);
	unlink(public);
}

/*
 * Always ed25519, even if an old file name says rsa. ssh-keygen writes in place: half of a key
 * would be taken for the key next time, so it gets its name when it is whole.
 */
static int new_key(const char *key, const char *public)
{
	char new[CTL_PATH_MAX + 8], new_public[CTL_PATH_MAX + 16], dir[CTL_PATH_MAX];
	const char *const argv[] = { "ssh-keygen",    "-q", "-t", "ed25519", "-N", "", "-C",
				     "kdump capture", "-f", new,  NULL };
	int rc;

	message_info("creating the key %s (ed25519, no passphrase)", key);
	snprintf(dir, sizeof(dir), "%s", key);
	snprintf(new, sizeof(new), "%s.new", key);
	snprintf(new_public, sizeof(new_public), "%s.pub", new);
	rc = files_mkdir("", dirname(dir), 0700);
	if (rc == 0)
		rc = files_remove("", new);
	if (rc == 0)
		rc = run_must(&(struct run_cfg){ .argv = argv });
	if (rc == 0)
		rc = files_rename("", new_public, public);
	if (rc == 0)
		rc = files_rename("", new, key);
	if (rc < 0)
		drop(new, new_public);
	return rc;
}

/* Derive the public half of a key from the private one. */
static int new_public(const char *key, const char *file)
{
	const char *const argv[] = { "ssh-keygen", "-y", "-P", "", "-f", key, NULL };
	struct run_result r;
	int rc = run_program(&(struct run_cfg){ .argv = argv, .out = RUN_KEEP }, &r);

	if (rc == 0 && r.exit_code != 0)
		rc = fail(-EINVAL, "%s: not a key, or it has a passphrase", key);
	if (rc == 0)
		rc = files_write("", file, 0644, r.out.data);
	run_result_fini(&r);
	return rc;
}

static int have_key(const char *key, const char *file)
{
	if (access(key, F_OK) < 0)
		return new_key(key, file);
	message_info("using the key %s", key);
	return access(file, R_OK) < 0 ? new_public(key, file) : 0;
}

/* The error if a prompt was not answered; without a terminal it says that nobody can. */
static int not_answered(const struct target_access *p, const char *file, const char *message)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);

	if (tty >= 0) {
		close(tty);
		return fail_adopt(-EIO, message);
	}
	return fail_set(-EIO,
			"ssh needs a terminal to ask; without one, put the server's host key into "
			"known_hosts and %s into authorized_keys of %s by other means",
			file, p->user_host);
}

/* The user confirms the server's host key once, here; then it is pinned. */
static int pin(const struct target_access *p, const char *file)
{
	const struct target_access_command c = { .command = "true",
						 .ask = true,
						 .seconds = ASK_SECONDS };
	char *out = NULL;
	size_t len;
	int rc = target_access_ssh(p, &c, &out, &len);

	free(out);
	if (rc != -ENOKEY)
		return rc;
	return not_answered(p, file, "the server's host key was not accepted, nothing was sent");
}

static int copy_key(const struct target_access *p, const char *file)
{
	const char *const argv[] = { "ssh",
				     "-oStrictHostKeyChecking=yes",
				     "-oConnectTimeout=10",
				     "--",
				     p->user_host,
				     ADD_KEY,
				     NULL };
	struct run_cfg run = { .argv = argv,
			       .out = RUN_OURS,
			       .err = RUN_OURS,
			       .terminal = true,
			       .timeout_ms = ASK_SECONDS * 1000 };
	struct run_result r = { 0 };
	char *text = NULL;
	int rc = files_read("", file, 16 << 10, &text);

	if (rc < 0)
		return fail(rc, "the public key %s", file);
	message_info("copying it to %s, which may ask for a password", p->user_host);
	run.input = text;
	run.input_len = strlen(text);
	rc = run_program(&run, &r);
	if (rc == 0 && r.exit_code != 0)
		rc = not_answered(p, file,
				  "the key was not copied; the reason is in ssh's output above");
	run_result_fini(&r);
	free(text);
	return rc;
}

/* Fix why the server refuses the login, asking the user if needed. */
static int mend(const struct ctl *ctl, const struct config_target *t, const char *file, int why)
{
	struct target_access access;
	int rc;

	fail_clear();
	rc = target_access_open(ctl, t, ACCESS_WRITE, &access);
	if (rc == 0)
		rc = why == -ENOKEY ? pin(&access, file) : why;
	if (rc == -EACCES) {
		fail_clear();
		rc = copy_key(&access, file);
	}
	target_access_close(&access);
	return rc;
}

static int propagate(const struct ctl *ctl, const struct config_target *t)
{
	char message[MESSAGE_MAX], file[CTL_PATH_MAX + 8];
	int rc;

	snprintf(file, sizeof(file), "%s.pub", ctl->config.sshkey);
	rc = have_key(ctl->config.sshkey, file);
	if (rc < 0)
		return rc;
	rc = try_target(ctl, t, message, sizeof(message));
	if (rc == 0)
		message_info("nothing to do: %s", message);
	if (rc != -EACCES && rc != -ENOKEY)
		return rc;
	rc = mend(ctl, t, file, rc);
	if (rc == 0)
		rc = try_target(ctl, t, message, sizeof(message));
	if (rc < 0)
		return rc;
	message_info("%s", message);
	message_info(
		"%s accepts dumps with the key %s; \"kdumpctl restart\" puts it and the server's "
		"host key into the image",
		t->where, ctl->config.sshkey);
	message_info("\"restrict\" before the key in the server's authorized_keys is recommended");
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
				 ctl_config_name(ctl));
	return CTL_OK;
}
