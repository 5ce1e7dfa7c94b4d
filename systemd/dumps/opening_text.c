/* SPDX-License-Identifier: GPL-2.0-or-later */
/* opening_text.c - how to open a saved dump, for people and for programs */
#include "systemd/dumps/opening.h"

#include "base/util.h"

#include <json-c/json.h>
#include <stdio.h>

static void print_commands(const struct opening *o)
{
	const char *label = "Open     ";

	if (!o->crash[0]) {
		printf("%s %s\n", label, o->why);
		return;
	}
	for (unsigned i = 0; i < o->nr_steps; i++) {
		printf("%s %s\n", label, o->step[i]);
		label = "         ";
	}
	printf("%s %s\n          %s\n", label, o->crash, o->drgn);
	if (o->caution[0])
		printf("          (%s)\n", o->caution);
}

static void print_package(const struct opening *o, const char *label)
{
	const struct debug_package *p = &o->package;

	if (!p->name[0])
		printf("%s the crashed kernel's vmlinux is not installed\n", label);
	else if (p->here)
		printf("%s not installed: %s\n", label, p->install);
	else
		printf("%s not installed; on %s: %s\n", label, p->distribution, p->install);
	if (p->name[0] && p->source[0])
		printf("          (%s)\n", p->source);
	if (o->debuginfod[0])
		printf("          or: %s\n", o->debuginfod);
}

static void print_debug(const struct opening *o)
{
	const struct vmlinux *v = &o->vmlinux;
	const char *label = "Debug    ";

	switch (v->match) {
	case VMLINUX_SAME:
		printf("%s %s is the crashed kernel's, by its build ID\n", label, v->path);
		return;
	case VMLINUX_UNCHECKED:
		printf("%s %s is of this release; %s has no build ID to compare\n", label, v->path,
		       o->build_id[0] ? "it" : "the dump");
		return;
	case VMLINUX_OTHER:
		printf("%s %s is of another build: its build ID is %s, the dump's %s\n", label,
		       v->path, v->build_id, o->build_id);
		label = "         ";
		break;
	case VMLINUX_NONE:
		break;
	}
	print_package(o, label);
}

void opening_print(const struct opening *o)
{
	print_commands(o);
	if (!o->crash[0])
		return;
	print_debug(o);
	if (!o->has_crash && o->package.install_crash)
		printf("          crash is not installed: %s\n", o->package.install_crash);
}

static void add(struct json_object *o, const char *key, const char *text)
{
	json_object_object_add(o, key, text && text[0] ? json_object_new_string(text) : NULL);
}

struct json_object *opening_json(const struct opening *o)
{
	static const char *const matches[] = {
		[VMLINUX_NONE] = "none",
		[VMLINUX_OTHER] = "other",
		[VMLINUX_UNCHECKED] = "unchecked",
		[VMLINUX_SAME] = "same",
	};
	struct json_object *out = json_object_new_object(), *steps = json_object_new_array();

	for (unsigned i = 0; i < o->nr_steps; i++)
		json_object_array_add(steps, json_object_new_string(o->step[i]));
	json_object_object_add(out, "first", steps);
	add(out, "crash", o->crash);
	add(out, "drgn", o->drgn);
	add(out, "reason", o->why);
	add(out, "caution", o->caution);
	add(out, "build_id", o->build_id);
	add(out, "vmlinux", o->vmlinux.path);
	add(out, "vmlinux_match", matches[o->vmlinux.match]);
	add(out, "distribution", o->package.distribution);
	add(out, "debug_package", o->package.name);
	add(out, "install", o->package.install);
	add(out, "debuginfod", o->debuginfod);
	return out;
}
