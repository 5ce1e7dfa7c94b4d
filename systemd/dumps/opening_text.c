/* SPDX-License-Identifier: GPL-2.0-or-later */
/* opening_text.c - how to open a saved dump, for people and for programs */
#include "systemd/dumps/opening.h"
#include "base/printable.h"

#include "base/util.h"

#include <json-c/json.h>
#include <stdio.h>

static void print_commands(const struct opening *o)
{
	const char *label = "Open     ";

	if (!o->crash[0]) {
		print_safe(stdout, "%s %s", label, o->why);
		return;
	}
	for (unsigned i = 0; i < o->nr_steps; i++) {
		print_safe(stdout, "%s %s", label, o->step[i]);
		label = "         ";
	}
	print_safe(stdout, "%s %s", label, o->crash);
	print_safe(stdout, "          %s", o->drgn);
	if (o->caution[0])
		print_safe(stdout, "          (%s)", o->caution);
}

static void print_package(const struct opening *o, const char *label)
{
	const struct debug_package *p = &o->package;

	if (!p->name[0])
		print_safe(stdout, "%s the crashed kernel's vmlinux is not installed", label);
	else if (p->here)
		print_safe(stdout, "%s not installed: %s", label, p->install);
	else
		print_safe(stdout, "%s not installed; on %s: %s", label, p->distribution,
			   p->install);
	if (p->name[0] && p->source[0])
		print_safe(stdout, "          (%s)", p->source);
	if (o->debuginfod[0])
		print_safe(stdout, "          or: %s", o->debuginfod);
}

static void print_debug(const struct opening *o)
{
	const struct vmlinux *v = &o->vmlinux;
	const char *label = "Debug    ";

	switch (v->match) {
	case VMLINUX_SAME:
		print_safe(stdout, "%s %s is the crashed kernel's, by its build ID", label,
			   v->path);
		return;
	case VMLINUX_UNCHECKED:
		print_safe(stdout, "%s %s is of this release; %s has no build ID to compare", label,
			   v->path, o->build_id[0] ? "it" : "the dump");
		return;
	case VMLINUX_OTHER:
		print_safe(stdout, "%s %s is of another build: its build ID is %s, the dump's %s",
			   label, v->path, v->build_id, o->build_id);
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
		print_safe(stdout, "          crash is not installed: %s",
			   o->package.install_crash);
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
