/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan_fields.c - the keys of a plan's text, and what makes an object acceptable */
#include "initramfs/plan/plan_fields.h"

#include "base/err.h"
#include "base/util.h"

#include <string.h>

#define STRING(type, member) { #member, FIELD_STRING, offsetof(struct type, member), 0 }

const struct field plan_fields[] = {
	STRING(plan, kernel),	STRING(plan, hostname), STRING(plan, machine), STRING(plan, seed),
	STRING(plan, watchdog), STRING(plan, seal_to),	{ NULL, 0, 0, 0 },
};

const struct field module_fields[] = {
	STRING(plan_module, options),
	{ NULL, 0, 0, 0 },
};

const struct field device_fields[] = {
	STRING(plan_device, id),
	STRING(plan_device, uuid),
	STRING(plan_device, metadata),
	{ "member", FIELD_INDEX, offsetof(struct plan_device, members),
	  offsetof(struct plan_device, nr_members) },
	{ "extent", FIELD_EXTENTS, offsetof(struct plan_device, extents), 0 },
	{ NULL, 0, 0, 0 },
};

const struct field target_fields[] = {
	STRING(plan_target, source),
	{ "type", FIELD_STRING, offsetof(struct plan_target, fstype), 0 },
	STRING(plan_target, options),
	STRING(plan_target, path),
	STRING(plan_target, shown),
	STRING(plan_target, address),
	{ "port", FIELD_PORT, offsetof(struct plan_target, port), 0 },
	{ "rootfs", FIELD_FLAG, offsetof(struct plan_target, rootfs), 0 },
	{ "keep-one", FIELD_FLAG, offsetof(struct plan_target, keep_one), 0 },
	{ "device", FIELD_INDEX, offsetof(struct plan_target, devices),
	  offsetof(struct plan_target, nr_devices) },
	{ NULL, 0, 0, 0 },
};

/* A component ".." would lead out of the directory that the path is meant for. */
static bool path_climbs(const char *path)
{
	for (const char *at = path; (at = strstr(at, "..")); at += 2) {
		if ((at == path || at[-1] == '/' || at[-1] == '=') &&
		    (at[2] == '/' || at[2] == '\0'))
			return true;
	}
	return false;
}

int plan_check_module(const struct plan_module *m)
{
	if (m->path[0] != '/' || path_climbs(m->path))
		return fail(-EINVAL, "module \"%s\" is not a path in the image", m->path);
	return 0;
}

static bool id_is_known(const char *id)
{
	static const char *const kinds[] = { "UUID=",	"UUID_SUB=", "PARTUUID=",
					     "SERIAL=", "WWID=",     "DEVPATH=" };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		size_t len = strlen(kinds[i]);

		if (strncmp(id, kinds[i], len) == 0 && id[len])
			return true;
	}
	return false;
}

static bool metadata_is_known(const char *metadata)
{
	static const char *const known[] = { "0.90", "1.0", "1.1", "1.2" };

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (strcmp(metadata, known[i]) == 0)
			return true;
	}
	return false;
}

/* Extents must cover the device from its start, without gaps. */
static int check_extents(const struct plan_device *d, size_t index)
{
	uint64_t next = 0;

	if (d->nr_extents == 0)
		return fail(-EINVAL, "device %s has no extent", d->name);
	for (size_t i = 0; i < d->nr_extents; i++) {
		const struct plan_extent *e = &d->extents[i];

		if (e->device >= index)
			return fail(-EINVAL, "device %s lies on device %u, which is not before it",
				    d->name, e->device);
		if (e->start != next || e->len == 0 || e->len > UINT64_MAX / 512 - next ||
		    e->offset > UINT64_MAX / 512)
			return fail(-EINVAL, "device %s: extent %zu does not follow the last one",
				    d->name, i);
		next += e->len;
	}
	return 0;
}

static int check_members(const struct plan_device *d, size_t index)
{
	if (d->nr_members == 0 || !metadata_is_known(d->metadata))
		return fail(-EINVAL, "array %s needs members and a known metadata version",
			    d->name);
	for (size_t i = 0; i < d->nr_members; i++) {
		if (d->members[i] >= index)
			return fail(-EINVAL, "array %s has member %u, which is not before it",
				    d->name, d->members[i]);
	}
	return 0;
}

int plan_check_device(const struct plan *p, size_t index)
{
	const struct plan_device *d = &p->devices[index];

	if (!d->name[0] || strchr(d->name, '/'))
		return fail(-EINVAL, "device \"%s\" needs a plain name", d->name);
	switch (d->kind) {
	case PLAN_PLAIN:
		if (!id_is_known(d->id) || path_climbs(d->id))
			return fail(-EINVAL, "device %s: \"%s\" is not a way to find it", d->name,
				    d->id);
		return 0;
	case PLAN_DM:
		return check_extents(d, index);
	case PLAN_MD:
		return check_members(d, index);
	}
	return fail(-EINVAL, "device %s is of no known kind", d->name);
}

/* How many devices a kind of target stands on. */
static bool device_count_fits(const struct plan_target *t)
{
	if (t->kind == PLAN_FS)
		return t->nr_devices >= 1;
	return t->nr_devices == (t->kind == PLAN_RAW ? 1 : 0);
}

int plan_check_target(const struct plan *p, size_t index)
{
	const struct plan_target *t = &p->targets[index];
	bool mounted = t->kind == PLAN_FS || t->kind == PLAN_NFS || t->kind == PLAN_VIRTIOFS;

	if (!t->source[0])
		return fail(-EINVAL, "target %zu has no source", index);
	if (mounted && (!t->fstype[0] || t->path[0] == '/'))
		return fail(-EINVAL, "target %s: needs a type and a path below its root",
			    t->source);
	if (path_climbs(t->path))
		return fail(-EINVAL, "target %s: \"..\" in path %s", t->source, t->path);
	if (!device_count_fits(t))
		return fail(-EINVAL, "target %s: wrong number of devices", t->source);
	for (size_t i = 0; i < t->nr_devices; i++) {
		if (t->devices[i] >= p->nr_devices)
			return fail(-EINVAL, "target %s: no device %u", t->source, t->devices[i]);
	}
	return 0;
}
