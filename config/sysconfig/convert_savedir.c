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
#define TOO_LONG "the URL is longer than any target can be; write a shorter one"

struct url {
	char user[PART_MAX]; /* "": none; so for the next two */
	char password[PART_MAX];
	char host[PART_MAX];
	char port[PART_MAX];
	const char *directory; /* begins with '/' */
	bool too_long;	       /* a part does not fit, so it cannot be the name of anything */
};

/* [from, to) into out. */
static void copy_part(struct url *u, char out[PART_MAX], const char *from, const char *to)
{
	size_t len = to > from ? (size_t)(to - from) : 0;

	u->too_long |= len >= PART_MAX;
	len = len < PART_MAX ? len : 0;
	memcpy(out, from, len);
	out[len] = '\0';
}

/* What stands before '@'. */
static void split_user(struct url *u, const char *from, const char *to)
{
	const char *colon = memchr(from, ':', (size_t)(to - from));

	copy_part(u, u->user, from, colon ? colon : to);
	if (colon)
		copy_part(u, u->password, colon + 1, to);
}

/* HOST:PORT, [V6]:PORT; the brackets go. */
static void split_host(struct url *u, const char *from, const char *to)
{
	const char *close = *from == '[' ? memchr(from, ']', (size_t)(to - from)) : NULL;
	const char *colon =
		memchr(close ? close : from, ':', (size_t)(to - (close ? close : from)));

	if (close)
		copy_part(u, u->host, from + 1, close);
	else
		copy_part(u, u->host, from, colon ? colon : to);
	if (colon)
		copy_part(u, u->port, colon + 1, to);
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
	char where[PART_MAX + PATH_MAX];
	bool v6 = strchr(u->host, ':');

	if (snprintf(where, sizeof(where), "%s%s%s:%s", v6 ? "[" : "", u->host, v6 ? "]" : "",
		     u->directory) >= (int)sizeof(where)) {
		convert_complain(v, CONFIG_ERROR, NAME, TOO_LONG);
		return;
	}
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
	if (u.too_long) {
		convert_complain(v, CONFIG_ERROR, NAME, TOO_LONG);
		return;
	}
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
