/* SPDX-License-Identifier: GPL-2.0-or-later */
/* layers.c - the devices below the targets, for an image built by dracut or mkinitramfs */
#include "initramfs/image/device/layers.h"

#include "initramfs/image/device/chain.h"
#include "initramfs/image/device/sysfs.h"
#include "initramfs/net/net.h"

#include "base/err.h"
#include "base/util.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#define DEPTH_MAX 16

struct layers {
	const struct builder *b;
	FILE *out;
	struct strlist sessions;
	int depth;
	bool paths; /* of a multipath device */
};

/* How a server is reached now, as text; NULL if it cannot be found out. To be freed. */
static char *way_to(const char *address)
{
	struct net *net = calloc(1, sizeof(*net));
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	struct net_ip ip;

	if (net)
		net_init(net);
	if (net && f && net_ip_parse(address, &ip) && net_read_live(&ip, false, net) == 0)
		(void)net_write(net, f);
	fail_clear();
	if (f)
		fclose(f);
	free(net);
	return text;
}

/* SESSION/connection1:0/iscsi_connection/connection1:0 */
static int add_connection(const char *session, const char *name, void *arg)
{
	char dir[PATH_MAX], *address, *port, *way;
	FILE *f = arg;

	if (strncmp(name, "connection", 10) != 0)
		return 0;
	snprintf(dir, sizeof(dir), "%.2000s/%.255s/iscsi_connection/%.255s", session, name, name);
	address = sys_attr(dir, "persistent_address");
	port = sys_attr(dir, "persistent_port");
	way = address ? way_to(address) : NULL;
	fprintf(f, " %s %s\n%s", address ? address : "", port ? port : "", way ? way : "");
	free(way);
	free(port);
	free(address);
	return 0;
}

/* session is .../host3/session1. */
static int add_session(struct layers *l, const char *session)
{
	static const char *const attrs[] = { "targetname", "initiatorname", "username",
					     "password",   "username_in",   "password_in" };
	char dir[PATH_MAX], *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	int rc;

	if (!f)
		return fail(-ENOMEM, "iSCSI session");
	snprintf(dir, sizeof(dir), "%.2000s/iscsi_session/%.255s", session, sys_name(session));
	fprintf(f, "iscsi");
	for (size_t i = 0; i < ARRAY_SIZE(attrs); i++) {
		char *value = sys_attr(dir, attrs[i]);

		fprintf(f, " %s", value ? value : "");
		free(value);
	}
	sys_each(session, add_connection, f);
	rc = fclose(f) == 0 ? strlist_add(&l->sessions, text) : fail(-ENOMEM, "iSCSI session");
	free(text);
	return rc;
}

/* .../session1/target3:0:0/3:0:0:1/block/sda */
static int look_for_session(struct layers *l, const char *sys)
{
	char dir[PATH_MAX], *at;

	snprintf(dir, sizeof(dir), "%.4000s", sys);
	at = strstr(dir, "/session");
	if (!at)
		return 0;
	at[1 + strcspn(at + 1, "/")] = '\0';
	return add_session(l, dir);
}

/* A disk that cannot be read, or has no content of its own, is named by what is on it. */
static void describe_one(struct layers *l, const char *sys, const char *dm)
{
	char *uuid = NULL;

	if (!dm && device_tag(l->b, sys_name(sys), "UUID", &uuid) < 0)
		fail_clear();
	fprintf(l->out, "%d %s\n", l->depth, dm ? dm : uuid ? uuid : "");
	free(uuid);
}

static int describe(const char *dir, const char *name, void *arg)
{
	struct layers *l = arg;
	bool above = l->paths;
	char slaves[PATH_MAX], *sys = sys_link(dir, name), *dm;
	int rc = 0;

	if (!sys || l->depth > DEPTH_MAX) {
		free(sys);
		return 0;
	}
	dm = sys_attr(sys, "dm/uuid");
	if (!above)
		describe_one(l, sys, dm);
	rc = look_for_session(l, sys);
	snprintf(slaves, sizeof(slaves), "%.4000s/slaves", sys);
	l->paths = above || (dm && strncmp(dm, "mpath-", 6) == 0);
	l->depth++;
	if (rc == 0)
		rc = sys_each(slaves, describe, l);
	l->depth--;
	l->paths = above;
	free(dm);
	free(sys);
	return rc;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int describe_all(struct layers *l)
{
	char dir[PATH_MAX], name[32];
	int rc = 0;

	snprintf(dir, sizeof(dir), "%.4000s/dev/block", l->b->sysfs);
	for (size_t i = 0; i < l->b->plan.nr_devices && rc == 0; i++) {
		snprintf(name, sizeof(name), "%u:%u", major(l->b->chain[i]), minor(l->b->chain[i]));
		rc = describe(dir, name, l);
	}
	if (rc == 0 && l->sessions.nr)
		qsort(l->sessions.at, l->sessions.nr, sizeof(*l->sessions.at), by_text);
	for (size_t i = 0; rc == 0 && i < l->sessions.nr; i++)
		fputs(l->sessions.at[i], l->out);
	return rc;
}

int layers_describe(const struct builder *b, char **out)
{
	struct layers l = { .b = b };
	size_t len = 0;
	int rc;

	*out = NULL;
	l.out = open_memstream(out, &len);
	if (!l.out)
		return fail(-ENOMEM, "devices");
	rc = describe_all(&l);
	strlist_free(&l.sessions);
	if (fclose(l.out) != 0 && rc == 0)
		rc = fail(-ENOMEM, "devices");
	if (rc < 0) {
		free(*out);
		*out = NULL;
	}
	return rc;
}
