/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * eu_search.c - search trees of libelf, for a libelf.a that was shipped without them
 *
 * libelf.a of elfutils 0.192 (Debian 13) calls these functions of libeu, which no package has
 * (https://sourceware.org/bugzilla/show_bug.cgi?id=32293). Other versions hold them, or know
 * nothing of them: this file is linked after libelf, only for what is still undefined then.
 * Each tree is a pointer to the root that tsearch(3) has, and a lock where libelf was built
 * with --enable-thread-safety; our threads share no Elf, so the lock is left alone.
 */
#include <search.h>
#include <stddef.h>

struct eu_tree {
	void *root;
};

typedef int compare_fn(const void *, const void *);

void eu_search_tree_init(struct eu_tree *tree);
void eu_search_tree_fini(struct eu_tree *tree, void (*free_node)(void *));
void *eu_tsearch(const void *key, struct eu_tree *tree, compare_fn *compare);
void *eu_tfind(const void *key, struct eu_tree *tree, compare_fn *compare);
void *eu_tdelete(const void *key, struct eu_tree *tree, compare_fn *compare);

void eu_search_tree_init(struct eu_tree *tree)
{
	tree->root = NULL;
}

void eu_search_tree_fini(struct eu_tree *tree, void (*free_node)(void *))
{
	tdestroy(tree->root, free_node);
	tree->root = NULL;
}

void *eu_tsearch(const void *key, struct eu_tree *tree, compare_fn *compare)
{
	return tsearch(key, &tree->root, compare);
}

void *eu_tfind(const void *key, struct eu_tree *tree, compare_fn *compare)
{
	return tfind(key, &tree->root, compare);
}

void *eu_tdelete(const void *key, struct eu_tree *tree, compare_fn *compare)
{
	return tdelete(key, &tree->root, compare);
}
