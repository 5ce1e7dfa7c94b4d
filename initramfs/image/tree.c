/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tree.c - what goes into the image, before it is written
 *
 * The image has one /usr and links /bin, /sbin, /lib and /lib64 into it,
 * independent of the layout of the production system: a file has one path only.
 */
#include "initramfs/image/tree.h"

#include "base/err.h"
#include "base/util.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const merged[] = { "/bin", "/sbin", "/lib", "/lib64", "/lib32" };

/* "/lib/modules" -> "/usr/lib/modules", to be freed. The links themselves stay. */
static char *merge_path(const char *path)
{
	char *out;

	for (size_t i = 0; i < ARRAY_SIZE(merged); i++) {
		size_t len = strlen(merged[i]);

		if (strncmp(path, merged[i], len) == 0 && path[len] == '/')
			return asprintf(&out, "/usr%s", path) < 0 ? NULL : out;
	}
	return strdup(path);
}

static struct tree_node *find(const struct tree *t, const char *path)
{
	for (size_t i = 0; i < t->nr; i++) {
		if (strcmp(t->nodes[i].path, path) == 0)
			return &t->nodes[i];
	}
	return NULL;
}

const struct tree_node *tree_find(const struct tree *t, const char *path)
{
	char *at = merge_path(path);
	const struct tree_node *n = at ? find(t, at) : NULL;

	free(at);
	return n;
}

static int make_space(struct tree *t)
{
	size_t max = t->max ? t->max * 2 : 64;
	struct tree_node *more;

	if (t->nr < t->max)
		return 0;
	more = realloc(t->nodes, max * sizeof(*more));
	if (!more)
		return fail(-ENOMEM, "image tree");
	t->nodes = more;
	t->max = max;
	return 0;
}

static int add(struct tree *t, const struct tree_node *node, struct tree_node **out);

/* The directories above path; the top is always there. */
static int add_parents(struct tree *t, const char *path)
{
	char *parent = strdup(path), *slash;
	int rc = 0;

	if (!parent)
		return fail(-ENOMEM, "image tree");
	slash = strrchr(parent, '/');
	if (slash && slash != parent) {
		*slash = '\0';
		if (!find(t, parent))
			rc = tree_add_dir(t, parent, 0755);
	}
	free(parent);
	return rc;
}

/* *out is NULL when something is there already. The node's path is merged here. */
static int add(struct tree *t, const struct tree_node *node, struct tree_node **out)
{
	char *path = merge_path(node->path);
	int rc;

	*out = NULL;
	if (!path)
		return fail(-ENOMEM, "%s", node->path);
	if (find(t, path)) {
		free(path);
		return 0;
	}
	rc = add_parents(t, path);
	if (rc == 0)
		rc = make_space(t);
	if (rc < 0) {
		free(path);
		return rc;
	}
	*out = &t->nodes[t->nr++];
	**out = *node;
	(*out)->path = path;
	return 0;
}

static int add_copy(struct tree *t, const struct tree_node *node, const void *data, size_t len)
{
	struct tree_node *n;
	int rc = add(t, node, &n);

	if (rc < 0 || !n)
		return rc;
	n->data = malloc(len + 1);
	if (!n->data)
		return fail(-ENOMEM, "%s", node->path);
	memcpy(n->data, data, len);
	n->data[len] = '\0';
	n->len = len;
	return 0;
}

static int add_source(struct tree *t, struct tree_node *node, const char *source)
{
	struct tree_node *n;
	struct stat sb;
	int rc;

	if (stat(source, &sb) < 0 || access(source, R_OK) < 0)
		return fail(-errno, "%s", source);
	if (!S_ISREG(sb.st_mode))
		return fail(-EINVAL, "%s is not a regular file", source);
	node->len = (size_t)sb.st_size;
	rc = add(t, node, &n);
	if (rc < 0 || !n)
		return rc;
	n->source = strdup(source);
	return n->source ? 0 : fail(-ENOMEM, "%s", source);
}

int tree_add_file(struct tree *t, enum tree_part part, const char *path, const char *source,
		  mode_t mode)
{
	struct tree_node node = { .path = (char *)path, .mode = S_IFREG | mode, .part = part };

	return add_source(t, &node, source);
}

int tree_add_made(struct tree *t, enum tree_part part, const char *path, const char *source,
		  enum tree_how how)
{
	struct tree_node node = { .path = (char *)path, .part = part, .how = how };

	node.mode = S_IFREG | (how == TREE_STRIP ? 0755 : 0644);
	return add_source(t, &node, source);
}

int tree_add_data(struct tree *t, enum tree_part part, const char *path, struct tree_data data,
		  mode_t mode)
{
	struct tree_node node = { .path = (char *)path, .mode = S_IFREG | mode, .part = part };

	return add_copy(t, &node, data.bytes, data.len);
}

int tree_add_link(struct tree *t, const char *path, const char *to)
{
	struct tree_node node = { .path = (char *)path, .mode = S_IFLNK | 0777, .part = PART_DIR };

	return add_copy(t, &node, to, strlen(to));
}

int tree_add_dir(struct tree *t, const char *path, mode_t mode)
{
	return tree_add_node(t, path, S_IFDIR | mode, 0);
}

int tree_add_node(struct tree *t, const char *path, mode_t mode, dev_t rdev)
{
	struct tree_node node = {
		.path = (char *)path, .mode = mode, .rdev = rdev, .part = PART_DIR
	};
	struct tree_node *n;

	return add(t, &node, &n);
}

/* "/a" before "/a/b" before "/a-c": a slash counts less than anything else. */
static int path_order(const void *a, const void *b)
{
	const unsigned char *x = (const void *)((const struct tree_node *)a)->path;
	const unsigned char *y = (const void *)((const struct tree_node *)b)->path;

	while (*x && *x == *y) {
		x++;
		y++;
	}
	return (*x == '/' ? 1 : *x) - (*y == '/' ? 1 : *y);
}

/* Links come before all that may lie behind one; the configuration never does. */
static int image_rank(const struct tree_node *n)
{
	static const int rank[] = {
		[PART_CONFIG] = 1,   [PART_DIR] = 2,	 [PART_INIT] = 3, [PART_MODULES] = 4,
		[PART_FIRMWARE] = 5, [PART_NETWORK] = 6, [PART_SSH] = 7,  [PART_PROGRAMS] = 8,
	};

	return S_ISDIR(n->mode) ? 0 : rank[n->part];
}

static int image_order(const void *a, const void *b)
{
	int x = image_rank(a), y = image_rank(b);

	return x != y ? x - y : path_order(a, b);
}

void tree_sort(struct tree *t)
{
	if (t->nr > 1)
		qsort(t->nodes, t->nr, sizeof(*t->nodes), image_order);
}

void tree_free(struct tree *t)
{
	for (size_t i = 0; i < t->nr; i++) {
		free(t->nodes[i].path);
		free(t->nodes[i].source);
		free(t->nodes[i].data);
	}
	free(t->nodes);
	*t = (struct tree){ .nr = 0 };
}
