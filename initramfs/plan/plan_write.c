/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan_write.c - plan to text */
#include "initramfs/plan/plan_fields.h"

#include "base/err.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_clean(const char *value)
{
	for (; *value; value++) {
		if (iscntrl((unsigned char)*value))
			return false;
	}
	return true;
}

static int write_line(FILE *f, const char *tab, const char *key, const char *value)
{
	if (!is_clean(value) || strlen(key) + strlen(value) + 4 > PLAN_MAX_LINE)
		return fail(-EINVAL, "plan: %s: value with a control character, or too long", key);
	if (isspace((unsigned char)value[0]) || !value[0])
		return fail(-EINVAL, "plan: %s: value is empty or begins with a blank", key);
	fprintf(f, "%s%s %s\n", tab, key, value);
	return 0;
}

static void write_extents(FILE *f, const struct plan_device *d)
{
	for (size_t i = 0; i < d->nr_extents; i++) {
		const struct plan_extent *e = &d->extents[i];

		fprintf(f, "\textent %ju %ju %u %ju\n", (uintmax_t)e->start, (uintmax_t)e->len,
			e->device, (uintmax_t)e->offset);
	}
}

static void write_indexes(FILE *f, const struct field *field, const char *base)
{
	const unsigned *array = *(unsigned *const *)(base + field->at);
	size_t nr = *(const size_t *)(base + field->nr);

	for (size_t i = 0; i < nr; i++)
		fprintf(f, "\t%s %u\n", field->key, array[i]);
}

static int write_field(FILE *f, const char *tab, const struct field *field, const void *object)
{
	const char *base = object, *at = base + field->at;

	switch (field->kind) {
	case FIELD_STRING:
		at = *(char *const *)at;
		return at && at[0] ? write_line(f, tab, field->key, at) : 0;
	case FIELD_PORT:
		if (*(const unsigned *)at)
			fprintf(f, "%s%s %u\n", tab, field->key, *(const unsigned *)at);
		return 0;
	case FIELD_FLAG:
		if (*(const bool *)at)
			fprintf(f, "%s%s\n", tab, field->key);
		return 0;
	case FIELD_INDEX:
		write_indexes(f, field, base);
		return 0;
	case FIELD_EXTENTS:
		write_extents(f, object);
		return 0;
	}
	return 0;
}

static int write_fields(FILE *f, const char *tab, const struct field *fields, const void *object)
{
	int rc = 0;

	for (; fields->key && rc == 0; fields++)
		rc = write_field(f, tab, fields, object);
	return rc;
}

static int write_devices(FILE *f, const struct plan *p)
{
	int rc = 0;

	for (size_t i = 0; i < p->nr_devices && rc == 0; i++) {
		const struct plan_device *d = &p->devices[i];
		char key[32];

		snprintf(key, sizeof(key), "device %s", plan_device_kind_name(d->kind));
		rc = write_line(f, "", key, d->name);
		if (rc == 0)
			rc = write_fields(f, "\t", device_fields, d);
	}
	return rc;
}

static int write_objects(FILE *f, const struct plan *p)
{
	int rc = write_fields(f, "", plan_fields, p);

	for (size_t i = 0; i < p->nr_modules && rc == 0; i++) {
		rc = write_line(f, "", "module", p->modules[i].path);
		if (rc == 0)
			rc = write_fields(f, "\t", module_fields, &p->modules[i]);
	}
	if (rc == 0)
		rc = write_devices(f, p);
	for (size_t i = 0; i < p->nr_targets && rc == 0; i++) {
		rc = write_line(f, "", "target", plan_target_kind_name(p->targets[i].kind));
		if (rc == 0)
			rc = write_fields(f, "\t", target_fields, &p->targets[i]);
	}
	return rc;
}

/* What the parser would refuse must not reach an image. */
static int check_readable(const char *text, size_t len)
{
	struct plan again;
	int rc = plan_parse(text, len, &again);

	plan_free(&again);
	return rc < 0 ? fail(rc, "plan as written") : 0;
}

int plan_write(const struct plan *p, char **out, size_t *out_len)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	int rc;

	if (!f)
		return fail(-ENOMEM, "plan");
	fprintf(f, PLAN_FIRST_LINE "\n");
	rc = write_objects(f, p);
	if (fclose(f) != 0 && rc == 0)
		rc = fail(-ENOMEM, "plan");
	if (rc == 0)
		rc = check_readable(text, len);
	if (rc < 0) {
		free(text);
		return rc;
	}
	*out = text;
	*out_len = len;
	return 0;
}
