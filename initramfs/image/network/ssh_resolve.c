/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ssh_resolve.c - what a destination means to the system's ssh, asked while it can be asked */
#include "initramfs/image/network/ssh.h"

#include "base/err.h"
#include "base/run.h"
#include "base/util.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int check_destination(const char *text)
{
	const char *at = strrchr(text, '@');

	if (!at || at == text || !at[1] || text[0] == '-' || at[1] == '-' ||
	    strpbrk(text, " \t\n'\"\\/"))
		return fail(-EINVAL, "'%s': write it as USER@HOST", text);
	return 0;
}

static bool keep(char *out, size_t size, const char *value)
{
	return (size_t)snprintf(out, size, "%s", value) < size;
}

/* "~/.ssh/known_hosts /etc/x": the next names into free entries of known. */
static bool keep_files(struct ssh_destination *p, char *value)
{
	unsigned i = 0;
	char *save = NULL;

	while (i < 4 && p->known[i][0])
		i++;
	for (char *w = strtok_r(value, " ", &save); w && i < 4; w = strtok_r(NULL, " ", &save)) {
		const char *home = strncmp(w, "~/", 2) == 0 ? "/root" : "";

		if (strcmp(w, "none") == 0 || strcmp(w, "/dev/null") == 0)
			continue;
		if ((size_t)snprintf(p->known[i], sizeof(p->known[i]), "%s%s", home,
				     *home ? w + 1 : w) >= sizeof(p->known[i]))
			return false;
		i++;
	}
	return true;
}

/* Names since OpenSSH 8.5, and before; what this ssh prints, it reads as well. */
static bool is_algorithm(const char *key)
{
	static const char *const keys[] = { "ciphers",
					    "macs",
					    "kexalgorithms",
					    "hostkeyalgorithms",
					    "casignaturealgorithms",
					    "pubkeyacceptedalgorithms",
					    "pubkeyacceptedkeytypes",
					    "requiredrsasize" };

	for (unsigned i = 0; i < ARRAY_SIZE(keys); i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	return false;
}

/* A plain list of host key algorithms would keep ssh from preferring those of the keys it knows. */
static bool keep_algorithm(struct ssh_destination *p, const char *key, const char *value)
{
	size_t n = strlen(p->algorithms), size = sizeof(p->algorithms) - n;
	const char *plus = strcmp(key, "hostkeyalgorithms") == 0 ? "+" : "";

	return (size_t)snprintf(p->algorithms + n, size, "\t%s %s%s\n", key, plus, value) < size;
}

/* One line of "ssh -G": a key in small letters and its value. */
static int take(struct ssh_destination *p, const char *key, char *value)
{
	bool fits = true;

	if (strcmp(key, "hostname") == 0)
		fits = keep(p->host, sizeof(p->host), value);
	else if (strcmp(key, "user") == 0)
		fits = keep(p->user, sizeof(p->user), value);
	else if (strcmp(key, "hostkeyalias") == 0 && strcmp(value, "none") != 0)
		fits = keep(p->alias, sizeof(p->alias), value);
	else if (strcmp(key, "port") == 0)
		p->port = (unsigned)strtoul(value, NULL, 10);
	else if (strcmp(key, "userknownhostsfile") == 0 || strcmp(key, "globalknownhostsfile") == 0)
		fits = keep_files(p, value);
	else if (is_algorithm(key))
		fits = keep_algorithm(p, key, value);
	else if ((strcmp(key, "proxycommand") == 0 || strcmp(key, "proxyjump") == 0) &&
		 strcmp(value, "none") != 0)
		return fail(-EOPNOTSUPP,
			    "%s %s: the capture kernel reaches no host through another one; name "
			    "a host that can be reached directly",
			    key, value);
	return fits ? 0 : fail(-ENAMETOOLONG, "%s", key);
}

static int take_all(struct ssh_destination *p, char *text)
{
	char *save = NULL;
	int rc = 0;

	for (char *line = strtok_r(text, "\n", &save); line && rc == 0;
	     line = strtok_r(NULL, "\n", &save)) {
		char *value = strchr(line, ' ');

		if (!value)
			continue;
		*value++ = '\0';
		rc = take(p, line, value);
	}
	if (rc == 0 && (!p->host[0] || !p->user[0] || p->port == 0 || p->port > 65535))
		rc = fail(-EIO, "no host, user or port in its answer");
	if (rc == 0 && !p->alias[0])
		keep(p->alias, sizeof(p->alias), p->host);
	return rc;
}

int ssh_resolve(const char *destination, struct ssh_destination *out)
{
	const char *argv[] = {
		"ssh", "-G", "-o", "CanonicalizeHostname=no", "--", destination, NULL
	};
	char *text = NULL;
	int rc = check_destination(destination);

	*out = (struct ssh_destination){ 0 };
	if (rc == 0)
		rc = run_ask(argv, &text);
	if (rc > 0)
		rc = -EIO;
	if (rc == 0)
		rc = take_all(out, text);
	free(text);
	return rc < 0 ? fail(rc, "ssh destination %s", destination) : 0;
}
