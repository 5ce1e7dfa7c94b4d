/* SPDX-License-Identifier: GPL-2.0-or-later */
/* distro_programs.c - hooks, the collector and fence_kdump_send in an image built by dracut or
 * mkinitramfs */
#include "initramfs/image/distro/distro_plan.h"

#include "initramfs/image/program/programs.h"

#include "base/err.h"
#include "config/config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int name_if_there(struct builder *b, const char *path, struct strlist *out)
{
	char *real = builder_real(b, path);
	int rc = real ? strlist_add(out, path) : -ENOENT;

	free(real);
	return rc;
}

/*
 * By the names of this system: libraries lie in our own image where they need not lie
 * here, and /bin is a link to /usr/bin there.
 */
static int name_ours(struct builder *b, struct strlist *out)
{
	int rc = 0;

	for (size_t i = 0; i < b->tree.nr && rc == 0; i++) {
		const struct tree_node *n = &b->tree.nodes[i];

		if (n->part != PART_PROGRAMS && !S_ISLNK(n->mode))
			continue;
		rc = name_if_there(b, n->path, out);
		if (rc == -ENOENT && strncmp(n->path, "/usr/", 5) == 0)
			rc = name_if_there(b, n->path + 4, out);
		if (rc == -ENOENT)
			rc = 0;
	}
	return rc;
}

static int name_extra(struct builder *b, struct strlist *out)
{
	const char *const *extra = b->cfg->extra_bins;
	int rc = 0;

	for (size_t i = 0; extra[i] && rc == 0; i++) {
		char *path = NULL;

		rc = program_find(b, extra[i], &path);
		if (rc == 0)
			rc = name_if_there(b, path, out);
		if (rc == -ENOENT && path)
			rc = fail(rc, "%s", path);
		free(path);
	}
	return rc < 0 ? fail(rc, "extra_bins") : 0;
}

int distro_plan_programs(struct builder *b, struct distro_plan *out)
{
	int rc = programs_gather(b);

	if (rc == 0)
		rc = name_ours(b, &out->programs);
	return rc < 0 ? rc : name_extra(b, &out->programs);
}
