/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_targets.c - devices and directories exist, cluster nodes are not this host */
#include "config/check/check_impl.h"

#include "base/util.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* It is not created here: a path with a slip of the pen would fill the wrong disk. */
static void check_path_exists(struct check *k)
{
	char path[PATH_MAX];
	struct stat sb;

	k->key = "path";
	if (stat(config_check_below(k, k->c->path, path), &sb) < 0) {
		if (config_check_hidden(k, k->c->path))
			return;
		config_check_missing(k, "'%s' is not there (%s); run: mkdir -p %s", k->c->path,
				     strerror(errno), k->c->path);
	} else if (!S_ISDIR(sb.st_mode)) {
		config_check_error(k, "'%s' is not a directory; name one", k->c->path);
	}
}

static bool check_node(struct check *k, const char *node, char path[PATH_MAX])
{
	struct stat sb;

	if (stat(config_check_below(k, node, path), &sb) < 0) {
		if (config_check_hidden(k, node))
			return false;
		config_check_missing(k, "there is no device %s (%s); 'lsblk -f' lists all", node,
				     strerror(errno));
	} else if (!S_ISBLK(sb.st_mode)) {
		config_check_error(k, "%s is not a block device; 'lsblk -f' lists all", node);
	} else {
		return true;
	}
	return false;
}

/* udev writes other characters of a label as \xNN; those names are left to libblkid. */
static bool is_plain(const char *value)
{
	return strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			     "0123456789#+-.:=@_") == strlen(value);
}

/* By udev's links, where udev is there to make them. True: path leads to the device. */
static bool check_tag(struct check *k, const char *where, char path[PATH_MAX])
{
	static const struct {
		const char *tag, *dir;
	} tags[] = {
		{ "UUID=", "/dev/disk/by-uuid" },
		{ "LABEL=", "/dev/disk/by-label" },
		{ "PARTUUID=", "/dev/disk/by-partuuid" },
		{ "PARTLABEL=", "/dev/disk/by-partlabel" },
	};
	char link[512];
	struct stat sb;

	if (access(config_check_below(k, "/dev/disk/by-path", path), F_OK) < 0 &&
	    access(config_check_below(k, "/dev/disk/by-uuid", path), F_OK) < 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
		const char *value = where + strlen(tags[i].tag);

		if (strncmp(where, tags[i].tag, strlen(tags[i].tag)) != 0 || !is_plain(value))
			continue;
		snprintf(link, sizeof(link), "%s/%s", tags[i].dir, value);
		if (access(config_check_below(k, link, path), F_OK) == 0)
			return stat(path, &sb) == 0 && S_ISBLK(sb.st_mode);
		config_check_missing(k, "there is no device with %s; 'lsblk -f' lists all", where);
	}
	return false;
}

static void check_device(struct check *k, const struct config_target *t)
{
	char path[PATH_MAX];

	if (!(t->where[0] == '/' ? check_node(k, t->where, path) : check_tag(k, t->where, path)))
		return;
	if (t->kind == CONFIG_TARGET_RAW)
		config_check_raw(k, path, t->where);
	else
		config_check_fstype(k, path, t->where, t->fstype);
}

static const char *key_of(const struct config *c, const struct config_target *t)
{
	if (t != &c->targets[0])
		return "fallback_target";
	return t->mountpoint ? "dracut_args" : config_target_name(t);
}

void config_check_targets(struct check *k)
{
	for (unsigned i = 0; i < k->c->nr_targets; i++) {
		const struct config_target *t = &k->c->targets[i];

		if (t->kind == CONFIG_TARGET_PATH) {
			check_path_exists(k);
			continue;
		}
		k->key = key_of(k->c, t);
		k->position = &t->position;
		if (t->kind == CONFIG_TARGET_FS || t->kind == CONFIG_TARGET_MOUNT ||
		    t->kind == CONFIG_TARGET_RAW)
			check_device(k, t);
	}
	k->position = NULL;
}

/* With its domain or without: both are this host. */
static bool is_own_name(const char *node)
{
	char name[256];
	size_t len;

	if (gethostname(name, sizeof(name)) < 0)
		return false;
	name[sizeof(name) - 1] = '\0';
	len = strcspn(name, ".");
	return strcasecmp(node, name) == 0 ||
	       (strlen(node) == len && strncasecmp(node, name, len) == 0);
}

static bool has_address(const struct ifaddrs *list, const char *node)
{
	struct in6_addr want;
	int family = strchr(node, ':') ? AF_INET6 : AF_INET;

	if (inet_pton(family, node, &want) != 1)
		return false;
	for (; list; list = list->ifa_next) {
		const void *addr = (const struct sockaddr *)list->ifa_addr;

		if (!addr || list->ifa_addr->sa_family != family)
			continue;
		if (family == AF_INET ? memcmp(&((const struct sockaddr_in *)addr)->sin_addr, &want,
					       sizeof(struct in_addr)) == 0
				      : memcmp(&((const struct sockaddr_in6 *)addr)->sin6_addr,
					       &want, sizeof(want)) == 0)
			return true;
	}
	return false;
}

/* If the list names this host by mistake, the node it was meant for would not be notified. */
void config_check_fence(struct check *k)
{
	const char *const *node = k->c->fence_kdump_nodes;
	struct ifaddrs *list = NULL;

	k->key = "fence_kdump_nodes";
	if (!*node)
		return;
	if (getifaddrs(&list) < 0)
		list = NULL;
	for (; *node; node++) {
		if (is_own_name(*node) || has_address(list, *node))
			config_check_error(k, "'%.80s' is this host; name only the other nodes",
					   *node);
	}
	if (list)
		freeifaddrs(list);
}
