/* SPDX-License-Identifier: GPL-2.0-or-later */
/* distro_put.c - data that an image built by dracut or initramfs-tools needs from us */
#include "systemd/distro/distro_image.h"

#include "base/err.h"
#include "initramfs/image/distro/distro_plan.h"
#include "initramfs/plan/plan.h"
#include "systemd/files.h"

#include <stdlib.h>
#include <string.h>

#define ETC_MAX (1u << 20)

static int put(const char *dir, const struct tree_node *n)
{
	return files_write(dir, n->path, n->mode & 07777, n->data);
}

/* Another dracut module may have written this file; append, do not replace. */
static int put_beside(const char *dir, const struct tree_node *n)
{
	char *old = NULL, *both = NULL;
	struct tree_node whole = *n;
	int rc = files_read(dir, n->path, ETC_MAX, &old);

	if (rc == -ENOENT)
		return put(dir, n);
	if (rc == 0 && strcmp(n->path, "/etc/hosts") == 0) {
		if (asprintf(&both, "%s\n%s", old, n->data) < 0)
			rc = fail(-ENOMEM, "%s", n->path);
		whole.data = both;
		if (rc == 0)
			rc = put(dir, &whole);
	}
	free(both);
	free(old);
	return rc;
}

static int put_all(const struct tree *inputs, const char *dir)
{
	int rc = 0;

	for (size_t i = 0; i < inputs->nr && rc == 0; i++) {
		const struct tree_node *n = &inputs->nodes[i];

		if (strcmp(n->path, PLAN_PATH) == 0)
			rc = put(dir, n);
		else if (n->part == PART_NETWORK)
			rc = put_beside(dir, n);
	}
	return rc;
}

static void name_all(const struct strlist *w, const char *what, FILE *f)
{
	for (size_t i = 0; i < w->nr; i++)
		fprintf(f, "%s %s\n", what, w->at[i]);
}

int distro_put(const struct image_request *req, const char *dir, FILE *f)
{
	struct distro_plan o;
	int rc = distro_plan_gather(req, NULL, &o);

	if (rc == 0 && dir)
		rc = put_all(&o.inputs, dir);
	if (rc == 0) {
		name_all(&o.programs, "program", f);
		name_all(&o.modules, "module", f);
	}
	distro_plan_free(&o);
	return rc;
}
