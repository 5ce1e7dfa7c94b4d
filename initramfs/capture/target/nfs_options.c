/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nfs_options.c - mount(2)'s data for the kernel's NFS client, for each version */
#include "initramfs/capture/target/nfs_options.h"

#include "base/err.h"
#include "base/util.h"
#include "initramfs/net/net.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/*
 * A server that never answers must lead to an error while there is time for another target; one
 * that fails over to another machine must not. Over TCP the kernel waits timeo, then two, three and
 * four times that: ten times timeo in all. timeo is in tenths of a second, so its value is the
 * whole time in seconds.
 */
#define PATIENCE_MOST  100
#define PATIENCE_LEAST 20

static const char *const versions[] = { "4.2", "4.1", "4.0", "3" };

/* The value of key in "a=b,c=d"; NULL if it is not there. */
static const char *value_of(const char *options, const char *key)
{
	size_t len = strlen(key);

	for (const char *p = options; *p; p += strcspn(p, ","), p += *p == ',')
		if (strncmp(p, key, len) == 0 && p[len] == '=')
			return p + len + 1;
	return NULL;
}

/* "vers=4.2", "nfsvers=3", "vers=4,minorversion=1", "vers=4": row of versions[], -1 if none. */
static int version_given(const char *options)
{
	const char *v = value_of(options, "vers"), *minor = value_of(options, "minorversion");
	char text[8];

	if (!v)
		v = value_of(options, "nfsvers");
	if (!v)
		return -1;
	snprintf(text, sizeof(text), "%.*s", (int)strcspn(v, ","), v);
	if (strcmp(text, "4") == 0)
		snprintf(text, sizeof(text), "4.%c", minor ? *minor : '2');
	for (unsigned i = 0; i < ARRAY_SIZE(versions); i++)
		if (strcmp(versions[i], text) == 0)
			return (int)i;
	return -1;
}

const char *nfs_options_version(const char *options, unsigned i)
{
	int first = version_given(options);

	if (first < 0)
		return i < ARRAY_SIZE(versions) ? versions[i] : NULL;
	if (i == 0)
		return versions[first];
	/* The other versions in order; those before the first one move down by one. */
	return i >= ARRAY_SIZE(versions) ? NULL : versions[i <= (unsigned)first ? i - 1 : i];
}

/* Options that are set here are not taken from the plan. */
static bool ours(const char *word, size_t len)
{
	static const char *const keys[] = { "vers",	 "nfsvers",    "minorversion", "addr",
					    "proto",	 "clientaddr", "mountaddr",    "mountproto",
					    "timeo",	 "retrans",    "port",	       "hard",
					    "soft",	 "softerr",    "lock",	       "nolock",
					    "mountvers", "ro",	       "rw",	       "bg" };

	for (unsigned i = 0; i < ARRAY_SIZE(keys); i++)
		if (strlen(keys[i]) == strcspn(word, "=,") &&
		    strncmp(word, keys[i], strlen(keys[i])) == 0)
			return true;
	return len == 0;
}

struct text {
	char *at;
	size_t left;
	bool full;
};

static void __attribute__((format(printf, 2, 3))) add(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->at, t->left, fmt, ap);
	va_end(ap);
	t->full |= n < 0 || (size_t)n >= t->left;
	if (t->full)
		return;
	t->at += n;
	t->left -= (size_t)n;
}

int nfs_options_make(const struct nfs_wish *wish, char out[NFS_DATA_MAX])
{
	struct text t = { out, NFS_DATA_MAX, false };
	bool three = strcmp(wish->version, "3") == 0;
	unsigned patience = wish->patience;
	struct net_ip ip;
	const char *six;

	if (!net_ip_parse(wish->address, &ip))
		return fail(-EINVAL, "server address '%s'", wish->address);
	if (patience == 0 || patience > PATIENCE_MOST)
		patience = PATIENCE_MOST;
	if (patience < PATIENCE_LEAST)
		patience = PATIENCE_LEAST;
	six = ip.family == AF_INET6 ? "6" : "";
	add(&t, "vers=%s,addr=%s,proto=tcp%s,%s,timeo=%u,retrans=3", wish->version, wish->address,
	    six, wish->plain_soft ? "soft" : "softerr", patience);
	if (three)
		add(&t, ",nolock,mountvers=3,mountaddr=%s,mountproto=tcp%s", wish->address, six);
	else if (wish->client[0])
		add(&t, ",clientaddr=%s", wish->client);
	if (wish->port)
		add(&t, ",port=%u", wish->port);
	for (const char *p = wish->options; *p; p += *p == ',') {
		size_t len = strcspn(p, ",");

		if (!ours(p, len))
			add(&t, ",%.*s", (int)len, p);
		p += len;
	}
	return t.full ? fail(-EINVAL, "mount options '%.100s...' are too long", wish->options) : 0;
}
