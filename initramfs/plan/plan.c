/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan.c - a plan in memory: its strings and arrays */
#include "initramfs/plan/plan.h"

#include "base/err.h"
#include "base/util.h"

#include <stdlib.h>
#include <string.h>

static const char *const device_kinds[] = { "plain", "dm", "md" };
static const char *const target_kinds[] = { "fs", "raw", "nfs", "virtiofs", "ssh" };

const char *plan_device_kind_name(enum plan_device_kind kind)
{
	return kind < ARRAY_SIZE(device_kinds) ? device_kinds[kind] : "?";
}

const char *plan_target_kind_name(enum plan_target_kind kind)
{
	return kind < ARRAY_SIZE(target_kinds) ? target_kinds[kind] : "?";
}

int plan_set(char **field, const char *value)
{
	char *copy = strdup(value ? value : "");

	if (!copy)
		return fail(-ENOMEM, "plan");
	free(*field);
	*field = copy;
	return 0;
}

/* Every string of an object begins as "". */
static int set_empty(char **const fields[], size_t nr)
{
	int rc = 0;

	for (size_t i = 0; i < nr && rc == 0; i++)
		rc = plan_set(fields[i], "");
	return rc;
}

bool plan_is_machine_id(const char *text)
{
	return strlen(text) == 32 && strspn(text, "0123456789abcdef") == 32;
}

int plan_init(struct plan *out)
{
	*out = (struct plan){ .kernel = NULL };
	return set_empty((char **const[]){ &out->kernel, &out->hostname, &out->machine, &out->seed,
					   &out->watchdog, &out->seal_to },
			 6);
}

/* Room for one more of size bytes, zeroed, at the end of *array. */
static int grow(void *array, size_t *nr, size_t size, void **out)
{
	char **base = array;
	char *more;

	if (*nr >= PLAN_MAX_OBJECTS)
		return fail(-E2BIG, "plan: more than %d of one sort", PLAN_MAX_OBJECTS);
	more = realloc(*base, (*nr + 1) * size);
	if (!more)
		return fail(-ENOMEM, "plan");
	*base = more;
	*out = memset(more + *nr * size, 0, size);
	(*nr)++;
	return 0;
}

int plan_add_module(struct plan *p, const char *path, struct plan_module **out)
{
	void *new = NULL;
	int rc = grow(&p->modules, &p->nr_modules, sizeof(**out), &new);

	if (rc < 0)
		return rc;
	*out = new;
	rc = plan_set(&(*out)->path, path);
	return rc < 0 ? rc : plan_set(&(*out)->options, "");
}

int plan_add_device(struct plan *p, enum plan_device_kind kind, struct plan_device **out)
{
	void *new = NULL;
	struct plan_device *d;
	int rc = grow(&p->devices, &p->nr_devices, sizeof(**out), &new);

	if (rc < 0)
		return rc;
	*out = d = new;
	d->kind = kind;
	return set_empty((char **const[]){ &d->name, &d->id, &d->uuid, &d->metadata }, 4);
}

int plan_add_target(struct plan *p, enum plan_target_kind kind, struct plan_target **out)
{
	void *new = NULL;
	struct plan_target *t;
	int rc = grow(&p->targets, &p->nr_targets, sizeof(**out), &new);

	if (rc < 0)
		return rc;
	*out = t = new;
	t->kind = kind;
	return set_empty((char **const[]){ &t->source, &t->fstype, &t->options, &t->path, &t->shown,
					   &t->address },
			 6);
}

int plan_add_extent(struct plan_device *d, const struct plan_extent *e)
{
	void *new = NULL;
	int rc = grow(&d->extents, &d->nr_extents, sizeof(*e), &new);

	if (rc == 0)
		memcpy(new, e, sizeof(*e));
	return rc;
}

int plan_add_index(unsigned **array, size_t *nr, unsigned index)
{
	void *new = NULL;
	int rc = grow(array, nr, sizeof(index), &new);

	if (rc == 0)
		memcpy(new, &index, sizeof(index));
	return rc;
}

static void free_module(struct plan_module *m)
{
	free(m->path);
	free(m->options);
}

static void free_device(struct plan_device *d)
{
	free(d->name);
	free(d->id);
	free(d->uuid);
	free(d->metadata);
	free(d->extents);
	free(d->members);
}

static void free_target(struct plan_target *t)
{
	free(t->source);
	free(t->fstype);
	free(t->options);
	free(t->path);
	free(t->shown);
	free(t->address);
	free(t->devices);
}

void plan_free(struct plan *p)
{
	for (size_t i = 0; i < p->nr_modules; i++)
		free_module(&p->modules[i]);
	for (size_t i = 0; i < p->nr_devices; i++)
		free_device(&p->devices[i]);
	for (size_t i = 0; i < p->nr_targets; i++)
		free_target(&p->targets[i]);
	free(p->modules);
	free(p->devices);
	free(p->targets);
	free(p->kernel);
	free(p->hostname);
	free(p->machine);
	free(p->seed);
	free(p->watchdog);
	free(p->seal_to);
	*p = (struct plan){ .kernel = NULL };
}
