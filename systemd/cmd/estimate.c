/* SPDX-License-Identifier: GPL-2.0-or-later */
/* estimate.c - kdumpctl estimate: will the reservation and the disk be large enough? */
#include "systemd/ctl.h"

#include "base/err.h"
#include "systemd/crashkernel.h"
#include "systemd/files.h"
#include "systemd/kernel_state.h"
#include "systemd/lock.h"
#include "systemd/measure.h"
#include "systemd/place.h"
#include "systemd/service.h"
#include "systemd/tell.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MIB	     (UINT64_C(1) << 20)
#define WARNINGS_MAX 6

struct estimate {
	struct measure_memory memory;
	struct measure_dump dump;
	bool has_dump;
	char no_dump[400]; /* why there is none */
	bool has_free;
	uint64_t free;
	char target[400];
	char warning[WARNINGS_MAX][400];
	unsigned nr_warnings;
};

static void __attribute__((format(printf, 2, 3))) warn(struct estimate *e, const char *fmt, ...)
{
	va_list ap;

	if (e->nr_warnings == WARNINGS_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(e->warning[e->nr_warnings++], sizeof(e->warning[0]), fmt, ap);
	va_end(ap);
}

/* What the default would reserve on this machine. */
static uint64_t usual_size(const struct ctl *ctl)
{
	struct crashkernel_machine m;
	struct crashkernel c;
	char text[CRASHKERNEL_TEXT_MAX];

	kernel_state_machine(ctl->root, &m);
	if (crashkernel_default(&m, text) < 0 || crashkernel_parse(text, &c) < 0) {
		fail_clear();
		return 0;
	}
	return crashkernel_size(&c, crashkernel_ram_round(kernel_state_ram(ctl->root)));
}

static int memory(struct ctl *ctl, struct estimate *e)
{
	struct service_armed built;
	struct measure_image image;
	struct kernel_state s;
	int lock = lock_take(ctl->root), rc;

	if (lock < 0)
		return lock;
	rc = service_build(ctl, false, &built);
	lock_release(lock);
	if (rc == 0)
		rc = measure_image(ctl, built.image, &image);
	if (rc < 0)
		return rc;
	kernel_state_read(ctl->root, &s);
	measure_memory_sum(&image, kernel_state_image(ctl->root),
			   e->has_dump ? e->dump.anonymous : 0, usual_size(ctl), &e->memory);
	e->memory.reserved = s.crash_size;
	e->memory.cma = s.crash_cma;
	return 0;
}

static void space(struct ctl *ctl, struct estimate *e)
{
	struct place place;
	int rc = place_open(ctl, &ctl->config.targets[0], false, &place);

	snprintf(e->target, sizeof(e->target), "%s", place.words);
	if (rc == 0)
		rc = place_free(&place, &e->free);
	e->has_free = rc == 0;
	if (rc < 0 && rc != -EOPNOTSUPP)
		warn(e, "the target cannot be looked at now: %s", fail_text());
	fail_clear();
	place_close(&place);
}

static void judge(const struct ctl *ctl, struct estimate *e)
{
	const struct measure_memory *m = &e->memory;

	if (m->reserved == 0)
		warn(e, "no memory is reserved; run \"kdumpctl reset-crashkernel\" and reboot");
	else if (m->reserved < m->fixed && m->cma)
		warn(e,
		     "%" PRIu64 " MB are reserved besides CMA, but kernel, modules and image need "
		     "%" PRIu64 " MB of their own: a crash will probably not be saved",
		     m->reserved / MIB, m->fixed / MIB);
	else if (m->reserved + m->cma < m->need)
		warn(e,
		     "%" PRIu64 " MB are reserved, but this kernel and image need %" PRIu64
		     " MB: a crash will probably not be saved; set crashkernel=%" PRIu64 "M",
		     m->reserved / MIB, m->need / MIB, m->recommended / MIB);
	else if (m->reserved + m->cma < m->recommended)
		warn(e,
		     "%" PRIu64 " MB are reserved, %" PRIu64 " MB are recommended; it may do, "
		     "try it with \"kdumpctl test --crash\"",
		     m->reserved / MIB, m->recommended / MIB);
	if (!e->has_dump || !e->has_free)
		return;
	if (e->dump.written + ctl->config.min_free > e->free)
		warn(e, "a dump of now would take %" PRIu64 " MB, %s has %" PRIu64 " MB free%s",
		     e->dump.written / MIB, e->target, e->free / MIB,
		     ctl->config.min_free ? ", of which min_free are to stay" : "");
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

static void print(const struct estimate *e)
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
	if (e->has_dump)
		print_dump(&e->dump);
	else
		printf("Dump size:               not measured: %s\n", e->no_dump);
	if (e->has_free)
		printf("Free on the target:      %" PRIu64 "M (%s)\n", e->free / MIB, e->target);
	for (unsigned i = 0; i < e->nr_warnings; i++)
		printf("WARNING: %s\n", e->warning[i]);
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

static void print_json(const struct estimate *e)
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
		json_object_array_add(w, json_object_new_string(e->warning[i]));
	json_object_object_add(o, "warnings", w);
	ctl_print_json(o);
}

int cmd_estimate(struct ctl *ctl, int argc, char **argv)
{
	struct estimate e = { 0 };

	if (argc > 1)
		return ctl_usage("%s takes no arguments", argv[0]);
	if (ctl_load(ctl) < 0)
		return ctl_fail("estimate");
	e.has_dump = measure_dump(ctl, &e.dump) == 0;
	if (!e.has_dump)
		snprintf(e.no_dump, sizeof(e.no_dump), "%s", fail_text());
	fail_clear();
	if (memory(ctl, &e) < 0)
		return ctl_fail("estimate");
	space(ctl, &e);
	judge(ctl, &e);
	if (ctl->json)
		print_json(&e);
	else
		print(&e);
	return CTL_OK;
}
