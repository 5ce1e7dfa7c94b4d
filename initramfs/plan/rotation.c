/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rotation.c - which old dumps are removed: one policy for all targets */
#include "initramfs/plan/rotation.h"

#include "base/text.h"
#include "base/util.h"
#include "initramfs/plan/dump_name.h"
#include "initramfs/plan/plan.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/*
 * The key as status.c writes it. In a string of that file the quotes are escaped, so no text in it
 * can look like the key.
 */
static const char id_key[] = ",\"machine_id\":\"";

bool rotation_is_ours(const char *file)
{
	static const char *const begins[] = { "vmcore", "kdump-", "kexec-dmesg" };

	/* A file that was not finished has a dot in front. */
	file += *file == '.';
	for (size_t i = 0; i < ARRAY_SIZE(begins); i++) {
		if (strncmp(file, begins[i], strlen(begins[i])) == 0)
			return true;
	}
	return false;
}

enum rotation_owner rotation_owner(const struct rotation *r, const char *status)
{
	const char *id = status ? strstr(status, id_key) : NULL;
	size_t len;

	if (!id || !r->machine || !plan_is_machine_id(r->machine))
		return ROTATION_UNKNOWN;
	id += sizeof(id_key) - 1;
	len = strlen(r->machine);
	return strncmp(id, r->machine, len) == 0 && id[len] == '"' ? ROTATION_MINE : ROTATION_OTHER;
}

static bool grow(struct rotation *r)
{
	size_t size = r->size ? 2 * r->size : 16;
	struct rotation_dump *more;

	if (r->nr < r->size)
		return true;
	more = realloc(r->dumps, size * sizeof(*more));
	if (!more)
		return false; /* this one is not removed then */
	r->dumps = more;
	r->size = size;
	return true;
}

void rotation_add(struct rotation *r, const struct rotation_found *found)
{
	struct rotation_dump *d;
	const char *stamp;

	if (strlen(found->name) >= sizeof(d->name) || !dump_name_has_date(found->name, &stamp))
		return;
	if (r->current && strcmp(found->name, r->current) == 0) {
		r->newer = found->complete;
		return;
	}
	if (found->owner == ROTATION_UNKNOWN)
		r->unknown++;
	if (found->owner == ROTATION_MIXED)
		r->mixed++;
	if (found->owner != ROTATION_MINE || !grow(r))
		return;
	d = &r->dumps[r->nr++];
	*d = (struct rotation_dump){
		.stamp = (size_t)(stamp - found->name),
		.changed = found->changed,
		.complete = found->complete,
	};
	strcpy(d->name, found->name);
}

/* Oldest first. The address of this machine may have changed, so only the date counts. */
static int by_age(const void *a, const void *b)
{
	const struct rotation_dump *x = a, *y = b;
	int order = strverscmp(x->name + x->stamp, y->name + y->stamp);

	return order ? order : strcmp(x->name, y->name);
}

/* The clock may have been wrong when a dump was named, so the last changed one stays as well. */
static void spare_newest(struct rotation *r)
{
	struct rotation_dump *newest = NULL, *latest = NULL;

	for (size_t i = 0; i < r->nr; i++) {
		struct rotation_dump *d = &r->dumps[i];

		if (!d->complete)
			continue;
		newest = d;
		if (!latest || d->changed >= latest->changed)
			latest = d;
	}
	if (newest)
		newest->spare = latest->spare = true;
}

/* How many of the oldest exceed the number to keep. */
static size_t past_keep(const struct rotation *r, unsigned keep)
{
	unsigned complete = 0;
	size_t i = r->nr;

	if (keep == ROTATION_KEEP_ALL)
		return 0;
	while (i > 0 && complete < keep)
		complete += r->dumps[--i].complete;
	return i;
}

void rotation_log(void (*log)(const char *line), const char *fmt, ...)
{
	char line[256];
	va_list ap;

	va_start(ap, fmt);
	text_set_va(line, sizeof(line), fmt, ap);
	va_end(ap);
	log(line);
}

static void report_kept(const struct rotation *r, const struct rotation_ops *ops)
{
	if (r->mixed > 0)
		rotation_log(ops->log,
			     "%u old dumps are kept: there are other files in their directories; "
			     "remove them by hand",
			     r->mixed);
	if (r->unknown > 0)
		rotation_log(ops->log, "%u old dumps are kept: %s", r->unknown,
			     r->machine && *r->machine
				     ? "no machine ID says whose they are; remove them by hand"
				     : "this machine has no ID (/etc/machine-id)");
}

int rotation_run(struct rotation *r, unsigned keep, uint64_t need, const struct rotation_ops *ops)
{
	size_t limit;
	int removed = 0;

	if (r->nr > 0)
		qsort(r->dumps, r->nr, sizeof(*r->dumps), by_age);
	spare_newest(r);
	limit = past_keep(r, keep);
	for (size_t i = 0; i < r->nr; i++) {
		const struct rotation_dump *d = &r->dumps[i];
		int rc;

		if (d->spare && !r->newer)
			continue;
		if (i >= limit && (d->spare || need == 0 || !ops->full(ops->arg, need)))
			continue;
		rc = ops->remove(ops->arg, d->name);
		if (rc < 0)
			return rc;
		removed += rc;
	}
	if (keep != ROTATION_KEEP_ALL || (need > 0 && ops->full(ops->arg, need)))
		report_kept(r, ops);
	return removed;
}

void rotation_free(struct rotation *r)
{
	free(r->dumps);
	r->dumps = NULL;
	r->nr = r->size = 0;
}
