/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * convert_savedir.c - KDUMP_SAVEDIR, a path or a URL, as target and path
 *
 *     scheme://user:password@host:port/directory
 */
#include "config/sysconfig/convert.h"

#include <string.h>

#define NAME	 "KDUMP_SAVEDIR"
#define PART_MAX 256

struct url {
	char user[PART_MAX]; /* "": none; so for the next two */
	char password[PART_MAX];
	char host[PART_MAX];
	char port[PART_MAX];
	const char *directory; /* begins with '/' */
};

/* [from, to) into out; what does not fit was no name of anything. */
static void copy_part(char out[PART_MAX], const char *from, const char *to)
{
	snprintf(out, PART_MAX, "%.*s", (int)(to > from ? to - from : 0), from);
}

/* What stands before '@'. */
static void split_user(struct url *u, const char *from, const char *to)
{
	const char *colon = memchr(from, ':', (size_t)(to - from));

	copy_part(u->user, from, colon ? colon : to);
	if (colon)
		copy_part(u->password, colon + 1, to);
}

/* HOST:PORT, [V6]:PORT; the brackets go. */
static void split_host(struct url *u, const char *from, const char *to)
{
	const char *close = *from == '[' ? memchr(from, ']', (size_t)(to - from)) : NULL;
	const char *colon =
		memchr(close ? close : from, ':', (size_t)(to - (close ? close : from)));

	if (close)
		copy_part(u->host, from + 1, close);
	else
		copy_part(u->host, from, colon ? colon : to);
	if (colon)
		copy_part(u->port, colon + 1, to);
}

static void split_url(const char *rest, struct url *out)
{
	const char *slash = strchrnul(rest, '/');
	const char *at = memrchr(rest, '@', (size_t)(slash - rest));

	*out = (struct url){ .directory = *slash ? slash : "/" };
	if (at)
		split_user(out, rest, at);
	split_host(out, at ? at + 1 : rest, slash);
}

static void convert_nfs(struct convert *v, const struct url *u)
{
	char where[2 * PART_MAX + 8];
	bool v6 = strchr(u->host, ':');

	snprintf(where, sizeof(where), "%s%s%s:%.256s", v6 ? "[" : "", u->host, v6 ? "]" : "",
		 u->directory);
	convert_line(v, NAME, "path", "/");
	convert_target(v, NAME, "nfs", where);
}

static void convert_ssh(struct convert *v, const struct url *u)
{
	char where[2 * PART_MAX + 8];

	if (u->password[0])
		convert_complain(v, CONFIG_WARNING, NAME,
				 "the password is not used; run 'kdumpctl propagate' to log in by "
				 "key");
	if (u->port[0])
		convert_complain(v, CONFIG_ERROR, NAME,
				 "write the port into root's ssh_config instead of the URL");
	snprintf(where, sizeof(where), "%s@%s", u->user[0] ? u->user : "root", u->host);
	convert_line(v, NAME, "path", "%s", u->directory);
	convert_target(v, NAME, "ssh", where);
}

void convert_savedir(struct convert *v)
{
	const char *value = convert_value(v, NAME);
	const char *colon = value ? strstr(value, "://") : NULL;
	size_t len = colon ? (size_t)(colon - value) : 0;
	struct url u;

	if (!value)
		return;
	if (!colon) {
		convert_line(v, NAME, "path", "%s", value);
		return;
	}
	split_url(colon + 3, &u);
	if (len == 4 && strncasecmp(value, "file", len) == 0)
		convert_line(v, NAME, "path", "%s", u.directory);
	else if (len == 3 && strncasecmp(value, "nfs", len) == 0)
		convert_nfs(v, &u);
	else if ((len == 3 &&
		  (strncasecmp(value, "ssh", len) == 0 || strncasecmp(value, "scp", len) == 0)) ||
		 (len == 4 && strncasecmp(value, "sftp", len) == 0))
		convert_ssh(v, &u);
	else
		convert_complain(v, CONFIG_ERROR, NAME,
				 "dumps are not sent this way; write file:, nfs: or ssh:");
}
