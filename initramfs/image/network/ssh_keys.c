/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ssh_keys.c - whom to trust and who we are: the server's host keys, our own key */
#include "initramfs/image/network/ssh_impl.h"

#include "base/err.h"
#include "base/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REMEDY "run 'kdumpctl propagate'"

/*
 * One line of ssh-keygen's answer, in the name we ask for: the original may be hashed, or
 * have a port, or a list of other names, which the image need not have.
 *
 *     [@marker] names type key [comment]
 */
static bool write_line(char *line, const char *alias, FILE *out)
{
	char *save = NULL, *marker = NULL, *names = strtok_r(line, " \t", &save), *type, *key;

	if (!names || names[0] == '#')
		return false;
	if (names[0] == '@') {
		marker = names;
		names = strtok_r(NULL, " \t", &save);
	}
	type = strtok_r(NULL, " \t", &save);
	key = strtok_r(NULL, " \t", &save);
	if (!names || !type || !key)
		return false;
	fprintf(out, "%s%s%s %s %s\n", marker ? marker : "", marker ? " " : "", alias, type, key);
	return !marker || strcmp(marker, "@revoked") != 0;
}

/* The host keys of one name in one file; how many. */
static int write_found(const char *name, const char *file, const char *alias, FILE *out)
{
	const char *argv[] = { "ssh-keygen", "-F", name, "-f", file, NULL };
	char *text = NULL, *save = NULL;
	int rc, found = 0;

	if (access(file, R_OK) < 0)
		return 0;
	rc = run_ask(argv, &text);
	if (rc > 0) { /* not in there */
		fail_clear();
		rc = 0;
	}
	for (char *l = text ? strtok_r(text, "\n", &save) : NULL; l;
	     l = strtok_r(NULL, "\n", &save))
		found += write_line(l, alias, out);
	free(text);
	return rc < 0 ? rc : found;
}

/* All files; the same key twice does no harm. */
static int write_name(const struct ssh_destination *p, const char *name, const char *root,
		      FILE *out)
{
	int found = 0;

	for (unsigned i = 0; i < 4 && p->known[i][0]; i++) {
		char file[1024];
		int rc;

		snprintf(file, sizeof(file), "%s%s", root, p->known[i]);
		rc = write_found(name, file, p->alias, out);
		if (rc < 0)
			return rc;
		found += rc;
	}
	return found;
}

/* With another port than the default ssh asks for "[host]:port" first, then for the host. */
int ssh_known_write(const struct ssh_destination *dest, const char *root, FILE *out)
{
	char with_port[300];
	int rc = 0;

	snprintf(with_port, sizeof(with_port), "[%s]:%u", dest->alias, dest->port);
	if (dest->port != 22)
		rc = write_name(dest, with_port, root, out);
	if (rc == 0)
		rc = write_name(dest, dest->alias, root, out);
	if (rc == 0)
		return fail(-ENOENT,
			    "no host key of %s in %s%s%s: the capture kernel could not "
			    "distinguish it from an impostor; " REMEDY,
			    dest->alias, dest->known[0], dest->known[1][0] ? " or " : "",
			    dest->known[1]);
	return rc < 0 ? rc : 0;
}

/* ssh-keygen prints the public half of a key that it can read without a passphrase. */
static int check_readable(const char *real)
{
	const char *argv[] = { "ssh-keygen", "-y", "-P", "", "-f", real, NULL };
	char *text = NULL;
	int rc = run_ask(argv, &text);

	if (rc > 0 && strstr(fail_text(), "passphrase"))
		rc = fail_adopt(-EKEYREJECTED,
				"it has a passphrase, which cannot be typed in after a crash; make "
				"another key: name it in 'sshkey', then " REMEDY);
	else if (rc > 0)
		rc = fail(-EINVAL, "it is not a private key that ssh can read");
	else if (rc == 0 && strncmp(text, "sk-", 3) == 0)
		rc = fail_adopt(-EKEYREJECTED,
				"it needs a token that must be touched; make another "
				"key: name it in 'sshkey', then " REMEDY);
	free(text);
	return rc;
}

int ssh_key_check(const char *real)
{
	struct stat st;
	int rc = stat(real, &st) < 0 ? -errno : 0;

	if (rc == -ENOENT)
		rc = fail(rc, REMEDY " to make it and to let the server accept it");
	else if (rc == 0 && !S_ISREG(st.st_mode))
		rc = fail_adopt(-EINVAL, "it is not a file");
	else if (rc == 0 && st.st_mode & 077)
		rc = fail_adopt(-EACCES, "other users may read it; run 'chmod 600' on it");
	if (rc == 0)
		rc = check_readable(real);
	return rc < 0 ? fail(rc, "ssh key %s", real) : 0;
}
