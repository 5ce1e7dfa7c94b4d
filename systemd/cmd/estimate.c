/* SPDX-License-Identifier: GPL-2.0-or-later */
/* estimate.c - kdumpctl estimate: are the reservation and the disk large enough? */
#include "systemd/ctl.h"

#include "base/err.h"
#include "systemd/lock.h"
#include "systemd/check/outlook.h"
#include "systemd/load/kdump_load.h"
#include "base/printable.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>

#define MIB		(UINT64_C(1) << 20)

/* Building takes time, and so does measuring a large machine. */
#define MEASURE_SECONDS 120

static int memory(struct ctl *ctl, struct outlook *e)
{
	struct service_armed built;
	int lock = lock_take(ctl->root), rc;

	if (lock < 0)
		return lock;
	rc = service_build(ctl, false, &built);
	lock_release(lock);
	return rc < 0 ? rc : outlook_memory(ctl, built.image, e);
}

static void print_dump(const struct measure_dump *d)
{
	uint64_t page = d->page_size ? d->page_size : 4096;
	const struct {
		const char *name;
		uint64_t pages;
	} classes[] = {
		{ "zero", d->zero }, { "cache", d->cache }, { "private cache", d->cache_private },
		{ "user", d->user }, { "free", d->free },
	};

	printf("Memory in use:           %" PRIu64 "M of RAM seen\n", d->ram / MIB);
	for (unsigned i = 0; i < 5; i++)
		printf("  %-22s %" PRIu64 "M\n", classes[i].name, classes[i].pages * page / MIB);
	printf("Kept at level %-2u:        %" PRIu64 "M\n", d->level, d->kept / MIB);
	printf("Dump size:               %" PRIu64 "M%s\n", d->written / MIB,
	       d->no_ratio ? " (compression not measured)" : "");
}

static void print(const struct outlook *e)
{
	const struct measure_memory *m = &e->memory;

	printf("Reserved crashkernel:    %" PRIu64 "M\n", m->reserved / MIB);
	if (m->cma)
		printf("  and CMA:               %" PRIu64 "M\n", m->cma / MIB);
	printf("Recommended crashkernel: %" PRIu64 "M\n\n", m->recommended / MIB);
	printf("Kernel image size:       %" PRIu64 "M\n", m->kernel / MIB);
	printf("Kernel modules size:     %" PRIu64 "M\n", m->modules / MIB);
	printf("Initramfs size:          %" PRIu64 "M\n", m->image / MIB);
	printf("Runtime reservation:     %" PRIu64 "M\n", m->runtime / MIB);
	printf("Needed in all:           %" PRIu64 "M\n\n", m->need / MIB);
	/* Scripts look for this line; what it means for a crash follows below. */
	if (m->reserved + m->cma < m->recommended)
		printf("WARNING: Current crashkernel size is lower than recommended size %" PRIu64
		       "M.\n\n",
		       m->recommended / MIB);
	if (e->has_dump)
		print_dump(&e->dump);
	else
		print_safe(stdout, "Dump size:               not measured: %s", e->no_dump);
	if (e->has_free)
		print_safe(stdout, "Free on the target:      %" PRIu64 "M (%s)", e->free / MIB,
			   e->target);
	for (unsigned i = 0; i < e->nr_warnings; i++)
		print_safe(stdout, "WARNING: %s", e->warning[i].text);
}

static void add(struct json_object *o, const char *key, uint64_t v)
{
	json_object_object_add(o, key, json_object_new_int64((int64_t)v));
}

static struct json_object *memory_json(const struct measure_memory *m)
{
	struct json_object *o = json_object_new_object();

	add(o, "reserved", m->reserved);
	add(o, "reserved_cma", m->cma);
	add(o, "kernel", m->kernel);
	add(o, "modules", m->modules);
	add(o, "image", m->image);
	add(o, "runtime", m->runtime);
	add(o, "need", m->need);
	add(o, "recommended", m->recommended);
	return o;
}

static struct json_object *dump_json(const struct measure_dump *d)
{
	struct json_object *o = json_object_new_object(), *pages = json_object_new_object();

	add(pages, "zero", d->zero);
	add(pages, "cache", d->cache);
	add(pages, "cache_private", d->cache_private);
	add(pages, "user", d->user);
	add(pages, "free", d->free);
	add(pages, "unreadable", d->unreadable);
	add(o, "ram", d->ram);
	add(o, "kept", d->kept);
	add(o, "size", d->written);
	add(o, "level", d->level);
	add(o, "page_size", d->page_size);
	json_object_object_add(o, "pages", pages);
	json_object_object_add(o, "compression_measured", json_object_new_boolean(!d->no_ratio));
	json_object_object_add(o, "seconds", json_object_new_double(d->seconds));
	return o;
}

static void print_json(const struct outlook *e)
{
	struct json_object *o = json_object_new_object(), *w = json_object_new_array();

	json_object_object_add(o, "memory", memory_json(&e->memory));
	json_object_object_add(o, "dump", e->has_dump ? dump_json(&e->dump) : NULL);
	json_object_object_add(o, "dump_error",
			       e->has_dump ? NULL : json_object_new_string(e->no_dump));
	json_object_object_add(o, "target", json_object_new_string(e->target));
	json_object_object_add(o, "target_free",
			       e->has_free ? json_object_new_int64((int64_t)e->free) : NULL);
	for (unsigned i = 0; i < e->nr_warnings; i++)
		json_object_array_add(w, json_object_new_string(e->warning[i].text));
	json_object_object_add(o, "warnings", w);
	json_object_object_add(o, "probably_saved", json_object_new_boolean(!outlook_loses(e)));
	ctl_print_json(o);
}

int cmd_estimate(struct ctl *ctl, int argc, char **argv)
{
	struct outlook e = { 0 };

	if (argc > 1)
		return ctl_usage("%s takes no arguments", argv[0]);
	if (ctl_load(ctl) < 0)
		return ctl_fail("estimate");
	outlook_dump(ctl, MEASURE_SECONDS, &e);
	if (memory(ctl, &e) < 0)
		return ctl_fail("estimate");
	outlook_space(ctl, ACCESS_READ, &e);
	outlook_judge(&e);
	if (ctl->json)
		print_json(&e);
	else
		print(&e);
	return outlook_loses(&e) ? CTL_FAILED : CTL_OK;
}
