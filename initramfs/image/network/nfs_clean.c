/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nfs_clean.c - from the options of a live NFS mount to those of the next one */
#include "initramfs/image/network/network.h"

#include "base/err.h"
#include "base/util.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is worth keeping. The rest is of that mount (addr...), decided at the crash, or fstab's. */
static const char *const kept[] = { "vers", "nfsvers", "minorversion", "rsize", "wsize", "sec" };

static bool is_kept(const char *key)
{
	for (unsigned i = 0; i < ARRAY_SIZE(kept); i++)
		if (strcmp(kept[i], key) == 0)
			return true;
	return false;
}

/* A clear no now, for what would only fail after the crash. */
static int check(const char *key, const char *value)
{
	if (strcmp(key, "sec") == 0 && strcmp(value, "sys") != 0 && strcmp(value, "none") != 0)
		return fail(-EOPNOTSUPP,
			    "NFS with sec=%s: the capture kernel has no Kerberos; export the "
			    "directory with sec=sys to this host, or use another target",
			    value);
	if (strcmp(key, "proto") == 0 && strncmp(value, "rdma", 4) == 0)
		return fail(-EOPNOTSUPP,
			    "NFS over RDMA: the capture kernel speaks TCP only; mount it "
			    "with proto=tcp, or use another target");
	if (strcmp(key, "xprtsec") == 0 && strcmp(value, "none") != 0)
		return fail(
			-EOPNOTSUPP,
			"NFS with xprtsec=%s: nothing in the capture kernel does TLS; export the "
			"directory to this host without it, or use ssh or another target",
			value);
	return 0;
}

/* 0, which older kernels show of version 4, is the usual port. */
unsigned nfs_options_port(const char *options)
{
	const char *p = strncmp(options, "port=", 5) == 0 ? options : strstr(options, ",port=");
	unsigned long port = p ? strtoul(strchr(p, '=') + 1, NULL, 10) : 0;

	return port <= 65535 ? (unsigned)port : 0;
}

static void note_version(const char *key, const char *value, char version[8])
{
	if (strcmp(key, "vers") == 0 || strcmp(key, "nfsvers") == 0)
		snprintf(version, 8, "%s", value);
	else if (strcmp(key, "minorversion") == 0 && strcmp(version, "4") == 0)
		snprintf(version, 8, "4.%.5s", value);
}

int nfs_options_clean(const char *options, char **out, char version[8])
{
	char *copy = strdup(options), *text = calloc(1, strlen(options) + 1), *save = NULL;
	int rc = copy && text ? 0 : fail(-ENOMEM, "NFS options");

	version[0] = '\0';
	for (char *w = rc == 0 ? strtok_r(copy, ",", &save) : NULL; w && rc == 0;
	     w = strtok_r(NULL, ",", &save)) {
		char *value = strchr(w, '=');

		if (!value)
			continue;
		*value++ = '\0';
		rc = check(w, value);
		note_version(w, value, version);
		if (!is_kept(w))
			continue;
		sprintf(text + strlen(text), "%s%s=%s", *text ? "," : "", w, value);
	}
	free(copy);
	if (rc < 0) {
		free(text);
		return rc;
	}
	*out = text;
	return 0;
}

int nfs_host(const char *source, char out[NET_HOST])
{
	const char *end = source[0] == '[' ? strstr(source, "]:") : strstr(source, ":/");
	const char *from = source + (source[0] == '[');

	if (!end || end == from || (size_t)(end - from) >= NET_HOST)
		return fail(-EINVAL, "'%s': write it as HOST:/DIRECTORY", source);
	memcpy(out, from, (size_t)(end - from));
	out[end - from] = '\0';
	return 0;
}
