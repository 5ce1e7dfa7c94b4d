/* SPDX-License-Identifier: GPL-2.0-or-later */
/* made_image.c - a tree of the builder as a directory, and programs run with nothing else */
#include "made_image.h"

void here(struct machine *m, const char *conf, struct builder *out)
{
	machine_builder(m, conf, out);
	free(out->root);
	out->root = strdup("");
	CHECK(out->root != NULL);
}

void unfold(const struct tree *t, const char *dir)
{
	for (size_t i = 0; i < t->nr; i++) {
		const struct tree_node *n = &t->nodes[i];

		if (S_ISDIR(n->mode))
			machine_run("mkdir -p '%s%s'", dir, n->path);
		else if (S_ISLNK(n->mode))
			machine_run("ln -sfn '%s' '%s%s'", n->data, dir, n->path);
		else if (n->source)
			machine_run("cp '%s' '%s%s'; chmod %o '%s%s'", n->source, dir, n->path,
				    n->mode & 0777, dir, n->path);
	}
}

int run_in(const char *dir, const char *command)
{
	char line[1024];
	int status;

	machine_run(
		"for d in bin sbin lib lib64; do mkdir -p %s/usr/$d; ln -sfn usr/$d %s/$d; done",
		dir, dir);
	/* $ORIGIN needs /proc, and the image has it. */
	machine_run("mkdir -p %s/proc", dir);
	snprintf(line, sizeof(line),
		 "unshare -m sh -c 'mount -t proc proc %s/proc && chroot %s %s' >/dev/null 2>&1",
		 dir, dir, command);
	status = system(line);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
