/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify_dir_text.c - a line for each file of a directory: what was checked, and what could not be
 */
#include "verify_dir.h"

#include "base/log.h"

#include <stdio.h>
#include <string.h>

enum verify_recorded verify_recorded_as(const struct verify_dir *v, const char *name)
{
	for (unsigned i = 0; i < v->record.nr && v->has_record; i++)
		if (strcmp(v->record.file[i].name, name) == 0)
			return v->recorded[i];
	return VERIFY_NOT_RECORDED;
}

static const char *about_state(const struct verify_dir *v, unsigned i)
{
	switch (v->state[i]) {
	case VERIFY_WHOLE:
		return v->manifest.file[i].sum.kind == MANIFEST_WHOLE
			       ? "as it was written, by a checksum of all of it"
			       : "as it was written, by checksums of its page data";
	case VERIFY_SIZE_ONLY:
		return v->manifest.file[i].size == MANIFEST_UNKNOWN
			       ? "it is there; the capture took neither size nor checksum"
			       : "it has the size that was written; the capture took no checksum";
	case VERIFY_REARRANGED:
		return "a stream that was made a dump since, vmcore";
	case VERIFY_CHANGED:
		return "DAMAGED";
	case VERIFY_MISSING:
		return "MISSING";
	}
	return "";
}

static const char *about_record(enum verify_recorded recorded)
{
	return recorded == VERIFY_SAME	  ? "; its SHA-256 is that of the last check"
	       : recorded == VERIFY_OTHER ? "; it CHANGED since the last check"
					  : "";
}

/* Of the dump itself. */
static const char *about_walk(const struct verify_dir *v, const char *name)
{
	bool sealed = strcmp(name, v->sealed) == 0;

	if (strcmp(name, v->core) == 0)
		return v->dump.pages ? "; headers and pages by going through it"
				     : "; its headers by going through it";
	return sealed ? "; encrypted: what is in it was not looked at" : "";
}

static void print_listed(const char *dir, const struct verify_dir *v, unsigned i)
{
	const char *name = v->manifest.file[i].name;

	log_msg(LOG_COMMON, "%s/%s: %s%s%s", dir, name, about_state(v, i),
		about_record(verify_recorded_as(v, name)), about_walk(v, name));
}

static bool is_listed(const struct verify_dir *v, const char *name)
{
	for (unsigned i = 0; i < v->manifest.nr && v->has_manifest; i++)
		if (strcmp(v->manifest.file[i].name, name) == 0)
			return true;
	return false;
}

/* Files of the record alone: the capture did not write them, or there is no manifest. */
static void print_recorded(const char *dir, const struct verify_dir *v)
{
	for (unsigned i = 0; i < v->record.nr && v->has_record; i++) {
		const char *name = v->record.file[i].name;

		if (is_listed(v, name) || strcmp(name, MANIFEST_NAME) == 0)
			continue;
		log_msg(LOG_COMMON, "%s/%s: not in the manifest%s%s", dir, name,
			about_record(v->recorded[i]), about_walk(v, name));
	}
}

static void print_unlisted(const char *dir, const struct verify_dir *v)
{
	for (unsigned i = 0; i < v->nr_unlisted && i < VERIFY_UNLISTED; i++) {
		const char *walk = about_walk(v, v->unlisted[i]);

		log_msg(LOG_COMMON, "%s/%s: %s%s", dir, v->unlisted[i],
			*walk ? "no checksum of it is known"
			      : "NOT CHECKED: no checksum of it is known",
			walk);
	}
	if (v->nr_unlisted > VERIFY_UNLISTED)
		log_msg(LOG_COMMON, "%s: and %u more files that were NOT CHECKED", dir,
			v->nr_unlisted - VERIFY_UNLISTED);
}

void verify_dir_print_files(const char *dir, const struct verify_dir *v)
{
	for (unsigned i = 0; i < v->manifest.nr && v->has_manifest; i++)
		print_listed(dir, v, i);
	print_recorded(dir, v);
	print_unlisted(dir, v);
}
