/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_key.c - the key of an ssh target can be used without a person
 *
 * ssh-keygen is asked, since it reads all formats that ssh reads. No server is.
 */
#include "config/check/check_impl.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_KEY "/root/.ssh/kdump_id_rsa"
#define ANOTHER	    "make another: write its new name here, then run: kdumpctl propagate"

static bool wants_ssh(const struct config *c)
{
	for (unsigned i = 0; i < c->nr_targets; i++) {
		if (c->targets[i].kind == CONFIG_TARGET_SSH)
			return true;
	}
	return false;
}

/* The public half comes out if the private half can be read without a passphrase. */
static void check_content(struct check *k, const char *file)
{
	const char *argv[] = { "ssh-keygen", "-y", "-P", "", "-f", file, NULL };
	char output[1024];
	int rc = config_check_run(argv[0], argv, output, sizeof(output));

	if (rc < 0)
		config_check_warning(k, "the key could not be checked: %s%s", fail_text(),
				     rc == -ENOENT ? "; install OpenSSH's client" : "");
	else if (rc > 0 && strstr(output, "passphrase"))
		config_check_error(k,
				   "'%s' has a passphrase, which cannot be typed in "
				   "after a crash; " ANOTHER,
				   k->c->sshkey);
	else if (rc > 0)
		config_check_error(k,
				   "'%s' holds no private key that ssh can read; name one "
				   "that does, or remove it and run: kdumpctl propagate",
				   k->c->sshkey);
	else if (strncmp(output, "sk-", 3) == 0)
		config_check_error(k, "'%s' needs a token that must be touched; " ANOTHER,
				   k->c->sshkey);
}

/* ssh and ssh-keygen refuse a key that other users may read. */
static void check_file(struct check *k, const char *file)
{
	struct stat sb;

	if (stat(file, &sb) < 0 || access(file, R_OK) < 0)
		config_check_warning(k,
				     "'%s' may not be read by you, so it was not checked; "
				     "ask as root",
				     k->c->sshkey);
	else if (!S_ISREG(sb.st_mode))
		config_check_error(k, "'%s' is not a file; name the private key itself",
				   k->c->sshkey);
	else if (!config_check_trusted(k, k->c->sshkey))
		return;
	else if (sb.st_mode & 077)
		config_check_error(k, "other users may read the key; run: chmod 600 %s",
				   k->c->sshkey);
	else
		check_content(k, file);
}

static bool is_missing(const char *file)
{
	return access(file, F_OK) < 0 && (errno == ENOENT || errno == ENOTDIR);
}

/* A missing one is only warned about: a first start comes before 'kdumpctl propagate'. */
void config_check_key(struct check *k)
{
	char path[PATH_MAX];

	k->key = "sshkey";
	if (!wants_ssh(k->c))
		return;
	if (is_missing(config_check_below(k, k->c->sshkey, path)) &&
	    strcmp(k->c->sshkey, DEFAULT_KEY) != 0) {
		config_check_warning(k,
				     "there is no key '%s', so " DEFAULT_KEY
				     " is used; write its right name",
				     k->c->sshkey);
		k->c->sshkey = DEFAULT_KEY;
	} else if (is_missing(path)) {
		config_check_warning(k, "there is no key " DEFAULT_KEY "; run: kdumpctl propagate");
		return;
	}
	if (!is_missing(config_check_below(k, k->c->sshkey, path)))
		check_file(k, path);
}
