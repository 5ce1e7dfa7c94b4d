/* SPDX-License-Identifier: GPL-2.0-or-later */
/* distro_crypt.c - the encrypted layers below the targets of another program's image */
#include "initramfs/image/distro/distro_plan.h"

#include "initramfs/image/device/sysfs.h"

#include "base/err.h"
#include "base/util.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#define DEPTH_MAX 16

struct crypt_walk {
	struct distro_plan *out;
	int depth;
};

/* The node of the only device below; "" if sysfs shows none. */
static int first_slave(const char *dir, const char *name, void *arg)
{
	char **node = arg;

	(void)dir;
	return *node || asprintf(node, "/dev/%s", name) >= 0 ? 0 : -ENOMEM;
}

/* "CRYPT-LUKS2-0123456789abcdef0123456789abcdef-NAME"; other kinds have no header with a UUID. */
static char *header_uuid(const char *uuid)
{
	const char *at = strchr(uuid + strlen("CRYPT-"), '-');

	if (strncmp(uuid, "CRYPT-LUKS", 10) != 0 || !at)
		return strdup("");
	return strndup(at + 1, strcspn(at + 1, "-"));
}

static int add(struct distro_plan *o, const char *sys, const char *uuid)
{
	struct distro_plan_crypt *more = realloc(o->crypts, (o->nr_crypts + 1) * sizeof(*more)), *c;
	char slaves[PATH_MAX];

	if (!more)
		return fail(-ENOMEM, "encrypted devices");
	o->crypts = more;
	c = &more[o->nr_crypts++];
	*c = (struct distro_plan_crypt){ .name = sys_attr(sys, "dm/name") };
	c->uuid = header_uuid(uuid);
	snprintf(slaves, sizeof(slaves), "%.4000s/slaves", sys);
	if (sys_each(slaves, first_slave, &c->header) < 0 || !c->uuid ||
	    (!c->name && !(c->name = strdup(sys_name(sys)))) ||
	    (!c->header && !(c->header = strdup(""))))
		return fail(-ENOMEM, "encrypted devices");
	return 0;
}

static bool known(const struct distro_plan *o, const char *name)
{
	for (size_t i = 0; name && i < o->nr_crypts; i++) {
		if (strcmp(o->crypts[i].name, name) == 0)
			return true;
	}
	return false;
}

/* libcryptsetup's devices have one prefix; these want no key. */
static bool wants_key(const char *uuid)
{
	static const char *const without[] = { "CRYPT-VERITY", "CRYPT-INTEGRITY", "CRYPT-SUBDEV" };

	for (size_t i = 0; i < ARRAY_SIZE(without); i++) {
		if (strncmp(uuid, without[i], strlen(without[i])) == 0)
			return false;
	}
	return strncmp(uuid, "CRYPT-", 6) == 0;
}

static int look(const char *dir, const char *name, void *arg)
{
	struct crypt_walk *w = arg;
	char slaves[PATH_MAX], *sys = sys_link(dir, name), *uuid, *mapping;
	int rc = 0;

	if (!sys || w->depth > DEPTH_MAX) {
		free(sys);
		return 0;
	}
	uuid = sys_attr(sys, "dm/uuid");
	mapping = sys_attr(sys, "dm/name");
	if (uuid && wants_key(uuid) && !known(w->out, mapping))
		rc = add(w->out, sys, uuid);
	snprintf(slaves, sizeof(slaves), "%.4000s/slaves", sys);
	w->depth++;
	if (rc == 0)
		rc = sys_each(slaves, look, w);
	w->depth--;
	free(mapping);
	free(uuid);
	free(sys);
	return rc;
}

int distro_plan_crypts(const struct builder *b, struct distro_plan *out)
{
	struct crypt_walk w = { .out = out };
	char dir[PATH_MAX], name[32];
	int rc = 0;

	snprintf(dir, sizeof(dir), "%.4000s/dev/block", b->sysfs);
	for (size_t i = 0; i < b->plan.nr_devices && rc == 0; i++) {
		snprintf(name, sizeof(name), "%u:%u", major(b->chain[i]), minor(b->chain[i]));
		rc = look(dir, name, &w);
	}
	return rc;
}

void distro_plan_crypts_free(struct distro_plan *o)
{
	for (size_t i = 0; i < o->nr_crypts; i++) {
		free(o->crypts[i].name);
		free(o->crypts[i].uuid);
		free(o->crypts[i].header);
	}
	free(o->crypts);
	o->crypts = NULL;
	o->nr_crypts = 0;
}
