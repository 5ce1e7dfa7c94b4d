/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scripts.c - a script's interpreter, and the modules that it imports */
#include "initramfs/image/program/scripts.h"

#include "initramfs/image/device/sysfs.h"

#include "base/err.h"
#include "base/run.h"
#include "base/util.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REMEDY	      "write it in sh, python3 or perl, or as a compiled program"
#define WORTH_WARNING (1 << 20) /* bytes */

/* An interpreter with a library of its own, without which it does not even start. */
struct language {
	const char *name; /* what the interpreter's name begins with */
	const char *options[4];
	const char *finder; /* NULL: none */
};

static const struct language languages[] = {
	{ "python", { "-I", "-c" }, script_python },
	{ "perl", { "-e" }, script_perl },
	{ "ruby", { NULL }, NULL },
	{ "tclsh", { NULL }, NULL },
	{ "expect", { NULL }, NULL },
};

struct script {
	struct builder *b;
	enum tree_part part;
	const char *path;   /* system path */
	const char *interp; /* as the system finds it */
};

static bool is_library(const char *path)
{
	const char *end = strrchr(path, '.');

	return (end && strcmp(end, ".so") == 0) || strstr(path, ".so.");
}

/* A module in the script's language, or one in machine code with its libraries. */
static int add_file(const struct script *s, const char *path)
{
	const char *logical;
	char *real = builder_real(s->b, path);
	int rc;

	if (!real)
		return fail(-errno, "%s", path);
	logical = real + strlen(s->b->root);
	rc = program_check_owner(s->b, path);
	if (rc == 0 && is_library(path)) {
		rc = program_add(s->b, s->part, path);
	} else if (rc == 0) {
		rc = tree_add_file(&s->b->tree, s->part, logical, real, 0644);
		if (rc == 0)
			rc = tree_add_link(&s->b->tree, path, logical);
	}
	free(real);
	return rc;
}

static int add_line(const struct script *s, const char *line)
{
	const char *what = strchr(line, ' ');

	if (what && strncmp(line, "file ", 5) == 0)
		return add_file(s, what + 1);
	if (what && strncmp(line, "dir ", 4) == 0)
		return tree_add_dir(&s->b->tree, what + 1, 0755);
	if (what && strncmp(line, "missing ", 8) == 0)
		return fail(-ENOENT,
			    "it imports %s, which %s does not find; install it, or do without it",
			    what + 1, s->interp);
	return fail(-ENOEXEC, "%s reported about its modules: %s", s->interp, line);
}

static int add_lines(const struct script *s, char *text)
{
	char *save = NULL;
	int rc = 0;

	for (char *line = strtok_r(text, "\n", &save); line && rc == 0;
	     line = strtok_r(NULL, "\n", &save))
		rc = add_line(s, line);
	return rc;
}

static int ask(const struct script *s, const struct language *l, char **out)
{
	const char *argv[8] = { s->interp };
	size_t n = 1;
	int rc;

	for (size_t i = 0; l->options[i]; i++)
		argv[n++] = l->options[i];
	argv[n++] = l->finder;
	argv[n] = s->path;
	rc = run_ask(argv, out);
	if (rc == 0)
		return 0;
	return fail(-ENOEXEC, "the modules that it imports cannot be found out; " REMEDY);
}

static uint64_t tree_bytes(const struct tree *t)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < t->nr; i++)
		sum += t->nodes[i].len;
	return sum;
}

static int add_modules(const struct script *s, const struct language *l)
{
	uint64_t before = tree_bytes(&s->b->tree), more;
	char *text = NULL;
	int rc;

	if (!l->finder)
		return fail(-EOPNOTSUPP, "what %s needs cannot be found out; " REMEDY, s->interp);
	if (s->b->root[0])
		return fail(-EOPNOTSUPP,
			    "%s knows what it imports, but that of another root is not run; build "
			    "the image inside it (chroot %s), or write it in sh",
			    s->interp, s->b->root);
	rc = ask(s, l, &text);
	if (rc == 0)
		rc = add_lines(s, text);
	free(text);
	more = tree_bytes(&s->b->tree) - before;
	if (rc < 0 || more < WORTH_WARNING)
		return rc;
	return builder_warn(s->b, "the modules of %s that %s imports take %.1f MB in the image",
			    sys_name(s->interp), s->path, (double)more / 1e6);
}

/* These interpreters have their own modules built in, but not those of third parties. */
static int warn_of_modules(const struct script *s)
{
	static const char *const alone[] = { "node", "php", "lua" };
	const char *name = sys_name(s->interp);

	for (size_t i = 0; i < ARRAY_SIZE(alone); i++) {
		if (strncmp(name, alone[i], strlen(alone[i])) == 0)
			return builder_warn(s->b,
					    "%s is run by %s: modules that it loads do not go into "
					    "the image by themselves",
					    s->path, name);
	}
	return 0;
}

static int add_language(const struct script *s)
{
	for (size_t i = 0; i < ARRAY_SIZE(languages); i++) {
		const struct language *l = &languages[i];

		if (strncmp(sys_name(s->interp), l->name, strlen(l->name)) == 0)
			return add_modules(s, l);
	}
	return warn_of_modules(s);
}

/* "-S X=1 python3 -u": what env(1) is to find. */
static const char *word_for_env(char **save)
{
	char *word;

	do
		word = strtok_r(NULL, " \t", save);
	while (word && (word[0] == '-' || strchr(word, '=')));
	return word;
}

static int add_interpreter(struct script *s, char *line, char **found)
{
	char *save = NULL;
	const char *word = strtok_r(line, " \t", &save);
	int rc;

	if (!word || word[0] != '/')
		return fail(-ENOEXEC, "its first line names no interpreter");
	rc = program_add(s->b, s->part, word);
	if (rc == 0 && strcmp(sys_name(word), "env") == 0) {
		word = word_for_env(&save);
		rc = word ? program_add_name(s->b, s->part, word)
			  : fail(-ENOEXEC, "its first line names no interpreter");
	}
	return rc < 0 ? fail(rc, "interpreter") : program_find(s->b, word, found);
}

int script_add_needs(struct builder *b, enum tree_part part, char *line, const char *path)
{
	struct script s = { .b = b, .part = part, .path = path };
	char *found = NULL;
	int rc = add_interpreter(&s, line, &found);

	if (rc == 0) {
		s.interp = found;
		rc = add_language(&s);
	}
	free(found);
	return rc < 0 ? fail(rc, "%s", path) : 0;
}
