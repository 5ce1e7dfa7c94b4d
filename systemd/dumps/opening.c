/* SPDX-License-Identifier: GPL-2.0-or-later */
/* opening.c - how to open a saved dump: the commands and what they need */
#include "systemd/dumps/opening.h"

#include "systemd/dumps/dump_list.h"
#include "systemd/files.h"
#include "base/printable.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Mount point in commands for targets that are not mounted. */
#define MOUNT_POINT "/mnt"

/* Quote one argument for a shell, only if needed: people read it too. */
static bool quote(const char *text, char *out, size_t max)
{
	size_t n = strlen(text);

	if (!is_printable(text))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!isalnum((unsigned char)text[i]) && !strchr("/._:,@%+-=", text[i]))
			return dumps_quote(text, out, max) == 0;
	}
	return snprintf(out, max, "%s", text) < (int)max;
}

/* Format a command with quoted arguments; false if one cannot be quoted. */
struct command {
	const char *program, *between, *behind;
	const char *word[2]; /* the second may be NULL */
};

static bool put_command(const struct command *c, char out[OPENING_LINE_MAX])
{
	char first[CTL_PATH_MAX], second[CTL_PATH_MAX] = "";

	return quote(c->word[0], first, sizeof(first)) &&
	       (!c->word[1] || quote(c->word[1], second, sizeof(second))) &&
	       snprintf(out, OPENING_LINE_MAX, "%s%s%s%s%s", c->program, first,
			c->between ? c->between : "", second,
			c->behind ? c->behind : "") < OPENING_LINE_MAX;
}

static bool add_step(struct opening *o, const struct command *c)
{
	if (o->nr_steps == OPENING_STEPS_MAX || !put_command(c, o->step[o->nr_steps]))
		return false;
	o->nr_steps++;
	return true;
}

/* Add the step that copies it from the server; path is then relative to the current directory. */
static bool fetch(struct opening *o, const struct dump *d, const struct target_access *p,
		  char path[CTL_PATH_MAX])
{
	char remote[CTL_PATH_MAX], key[CTL_PATH_MAX], program[CTL_PATH_MAX + 20] = "scp ";

	if (p->key && *p->key) {
		if (!quote(p->key, key, sizeof(key)))
			return false;
		snprintf(program, sizeof(program), "scp -i %s ", key);
	}
	snprintf(path, CTL_PATH_MAX, "%s", d->core);
	return snprintf(remote, sizeof(remote), "%s:%s/%s/%s", p->user_host, p->dir, d->name,
			d->core) < (int)sizeof(remote) &&
	       add_step(o, &(struct command){
				   .program = program, .word = { remote }, .behind = " ." });
}

/* Find the path of its core, and add the steps that make it readable. */
static bool reach(struct opening *o, const struct dump *d, const struct target_access *p,
		  char path[CTL_PATH_MAX])
{
	const char *dir = p->shown;
	char mounted[CTL_PATH_MAX], program[300];

	if (p->kind == ACCESS_SSH)
		return fetch(o, d, p, path);
	if (p->mounted) {
		if (snprintf(program, sizeof(program), "mount %s%s%s", p->fstype ? "-t " : "",
			     p->fstype ? p->fstype : "",
			     p->fstype ? " " : "") >= (int)sizeof(program) ||
		    !add_step(o, &(struct command){ .program = program,
						    .word = { p->source },
						    .behind = " " MOUNT_POINT }) ||
		    snprintf(mounted, sizeof(mounted), "%s%s", MOUNT_POINT,
			     p->dir + strlen(ACCESS_MOUNT)) >= (int)sizeof(mounted))
			return false;
		dir = mounted;
	}
	return snprintf(path, CTL_PATH_MAX, "%s/%s/%s", dir, d->name, d->core) < CTL_PATH_MAX;
}

/* Add the step that turns a stream (vmcore.flat) into a file (vmcore). */
static bool rearrange(struct opening *o, char path[CTL_PATH_MAX])
{
	char to[CTL_PATH_MAX];
	size_t n = strlen(path);
	bool named = n > 5 && strcmp(path + n - 5, ".flat") == 0;

	if (snprintf(to, sizeof(to), "%.*s%s", (int)(named ? n - 5 : n), path,
		     named ? "" : ".plain") >= (int)sizeof(to) ||
	    !add_step(o, &(struct command){ .program = "kdump-collect -R ",
					    .word = { to, path },
					    .between = " <" }))
		return false;
	snprintf(path, CTL_PATH_MAX, "%s", to);
	return true;
}

/* Add the step that decrypts it (vmcore.age) into a file beside it (vmcore). */
static bool decrypt(struct opening *o, const struct target_access *p, char path[CTL_PATH_MAX])
{
	char key[CTL_PATH_MAX], program[CTL_PATH_MAX + 60], to[CTL_PATH_MAX];
	const char *end = strstr(strrchr(path, '/') ? strrchr(path, '/') : path, ".age");

	if (!end || !quote(p->ids_file ? p->ids_file : "KEYFILE", key, sizeof(key)))
		return false;
	snprintf(program, sizeof(program), "kdump-collect --decrypt %s-i %s ",
		 end[4] ? "--salvage " : "", key);
	snprintf(to, sizeof(to), "%.*s", (int)(end - path), path);
	if (!add_step(o, &(struct command){
				 .program = program, .word = { path, to }, .between = " " }))
		return false;
	return snprintf(path, CTL_PATH_MAX, "%s%s", to, end[4] ? "-incomplete" : "") < CTL_PATH_MAX;
}

/* The file that crash and drgn read symbols from: an installed one, else the one to install. */
static bool choose_symbols(struct opening *o, char out[CTL_PATH_MAX])
{
	if (o->vmlinux.match >= VMLINUX_UNCHECKED)
		return quote(o->vmlinux.path, out, CTL_PATH_MAX);
	if (o->package.vmlinux[0])
		return quote(o->package.vmlinux, out, CTL_PATH_MAX);
	snprintf(out, CTL_PATH_MAX, "\"$(%s)\"", o->debuginfod);
	return o->debuginfod[0];
}

static bool put_programs(struct opening *o, const char *root, const char *release, const char *path)
{
	char symbols[CTL_PATH_MAX], program[CTL_PATH_MAX + VMLINUX_PATH_MAX + 20],
		behind[CTL_PATH_MAX + 8];
	char kernel[VMLINUX_PATH_MAX] = "";

	if (!choose_symbols(o, symbols)) {
		snprintf(o->why, sizeof(o->why),
			 "it names neither release nor build ID of the kernel");
		o->nr_steps = 0;
		return true;
	}
	if (vmlinux_is_split_off(symbols))
		vmlinux_kernel(root, release, kernel);
	snprintf(program, sizeof(program), "crash %s%s%s ", kernel, kernel[0] ? " " : "", symbols);
	snprintf(behind, sizeof(behind), " -s %s", symbols);
	return put_command(&(struct command){ .program = program, .word = { path } }, o->crash) &&
	       put_command(&(struct command){ .program = "drgn -c ",
					      .word = { path },
					      .behind = behind },
			   o->drgn);
}

/* The reason if no command is possible, whatever is installed. */
static const char *no_core(const struct dump *d, const struct target_access *p)
{
	if (p->kind == ACCESS_RAW)
		return "it is still on the device; \"kdumpctl start\" moves it into a directory, "
		       "then look again";
	if (!d->core[0])
		return "there is only the kernel log, no core";
	if (d->size == 0)
		return "the core is empty";
	if (dump_is_sealed(d->core) && !d->release[0])
		return "the core is encrypted: add --identity FILE, the private key; or, where the "
		       "key is: kdump-collect --decrypt -i FILE vmcore.age vmcore";
	return NULL;
}

static void put_caution(struct opening *o, const struct dump *d)
{
	const char *text = "";

	if (d->info.split)
		text = "one of several parts: pass all of them to crash";
	else if (d->state == DUMP_STATE_PARTIAL)
		text = "incomplete: commands that need a missing page fail";
	else if (d->info.format == CORE_UNKNOWN && !dump_is_sealed(d->core))
		text = "its format is unknown";
	snprintf(o->caution, sizeof(o->caution), "%s", text);
}

/* Decrypting makes a file of the stream inside. */
static bool make_plain(struct opening *o, const struct dump *d, const struct target_access *p,
		       char path[CTL_PATH_MAX])
{
	if (dump_is_sealed(d->core))
		return decrypt(o, p, path);
	return d->info.format != CORE_FLAT || rearrange(o, path);
}

static void put_commands(struct opening *o, const char *root, const struct dump *d,
			 const struct target_access *p)
{
	char path[CTL_PATH_MAX];

	put_caution(o, d);
	if (reach(o, d, p, path) && make_plain(o, d, p, path) &&
	    put_programs(o, root, d->release, path))
		return;
	o->crash[0] = o->drgn[0] = '\0';
	o->nr_steps = 0;
	snprintf(o->why, sizeof(o->why),
		 "its path is too long, or has control characters; rename the directory first");
}

void opening_find(const char *root, const struct dump *d, const struct target_access *p,
		  struct opening *out)
{
	const char *why = no_core(d, p);

	memset(out, 0, sizeof(*out));
	vmlinux_find(root, d->release, d->info.build_id, &out->vmlinux);
	debug_package_find(root, d->release, &out->package);
	snprintf(out->build_id, sizeof(out->build_id), "%s", d->info.build_id);
	if (out->build_id[0])
		snprintf(out->debuginfod, sizeof(out->debuginfod),
			 "DEBUGINFOD_URLS=%s debuginfod-find debuginfo %s", out->package.debuginfod,
			 out->build_id);
	out->has_crash = files_exist(root, "/usr/bin/crash") || files_exist(root, "/bin/crash");
	if (why)
		snprintf(out->why, sizeof(out->why), "%s", why);
	else
		put_commands(out, root, d, p);
}
