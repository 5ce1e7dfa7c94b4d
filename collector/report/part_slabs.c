/* SPDX-License-Identifier: GPL-2.0-or-later */
/* part_slabs.c - the caches of kernel objects that take most memory */
#include "report/json_out.h"
#include "report/part.h"

#include "base/err.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define CACHES_MAX 4096
#define NODES_MAX  1024
#define SHOWN_TEXT 10
#define SHOWN_JSON 50
#define NAME_SIZE  64

struct cache {
	char name[NAME_SIZE];
	uint64_t slabs, objects, bytes;
	uint32_t size; /* of an object, with what is kept beside it */
};

struct slabs {
	struct report *r;
	struct btf_field list, name, size, oo;
	struct btf_field node; /* array; elements: a pointer at node_off, step bytes apart */
	uint32_t node_off, step;
	struct btf_field nr_slabs, objects;
	unsigned nr_nodes;
	struct cache *cache;
	unsigned nr;
	bool cut; /* the list of caches is damaged */
};

/* Until 6.x node[i] is a pointer; since then per_node[i] is a struct that has one. */
static int find_nodes(struct slabs *s, struct btf *b)
{
	struct btf_type array;
	struct btf_field in;
	uint64_t nr = 0;
	int64_t step;

	if (btf_member(b, "kmem_cache", "node", &s->node) < 0 &&
	    btf_member(b, "kmem_cache", "per_node", &s->node) < 0)
		return -ENOENT;
	if (btf_resolve(b, s->node.id, &array) < 0 || array.kind != BTF_ARRAY)
		return -ENOENT;
	step = btf_sizeof(b, array.type);
	if (step > 8 && btf_field(b, array.type, "node", &in) == 0)
		s->node_off = in.off;
	if (step < 8 || step > 4096)
		return -ENOENT;
	s->step = (uint32_t)step;
	if (kallsyms_read(s->r->syms, "nr_node_ids", 4, &nr) < 0 || nr == 0 || nr > NODES_MAX)
		nr = 1;
	s->nr_nodes = (unsigned)nr;
	return 0;
}

static int find_facts(struct slabs *s)
{
	struct btf *b = s->r->btf;

	if (btf_member(b, "kmem_cache", "list", &s->list) < 0 ||
	    btf_member(b, "kmem_cache", "name", &s->name) < 0 ||
	    btf_member(b, "kmem_cache", "size", &s->size) < 0 ||
	    btf_member(b, "kmem_cache", "oo.x", &s->oo) < 0 ||
	    btf_member(b, "kmem_cache_node", "nr_slabs.counter", &s->nr_slabs) < 0 ||
	    btf_member(b, "kmem_cache_node", "total_objects.counter", &s->objects) < 0 ||
	    find_nodes(s, b) < 0)
		return fail(-ENOENT, "this kernel does not count its slabs");
	return 0;
}

static uint64_t value(struct slabs *s, uint64_t va, const struct btf_field *f)
{
	uint64_t v = 0;

	return btf_read(s->r->mem, va, f, &v) < 0 ? 0 : v;
}

static void read_cache(struct slabs *s, uint64_t va, struct cache *c)
{
	uint64_t order = value(s, va, &s->oo) >> 16, page = 1ull << s->r->k->page_shift, node;

	*c = (struct cache){ .size = (uint32_t)value(s, va, &s->size) };
	if (kmem_string(s->r->mem, value(s, va, &s->name), c->name, sizeof(c->name)) == -EFAULT)
		snprintf(c->name, sizeof(c->name), "?");
	for (unsigned i = 0; i < s->nr_nodes; i++) {
		uint64_t at = va + s->node.off + (uint64_t)i * s->step + s->node_off;

		if (kmem_u64(s->r->mem, at, &node) < 0 || !(node >> 63))
			continue;
		c->slabs += value(s, node, &s->nr_slabs);
		c->objects += value(s, node, &s->objects);
	}
	/* A count that no memory can hold is damage. */
	if (order > 16 || c->slabs > UINT64_MAX / (page << order))
		c->slabs = c->objects = 0;
	else
		c->bytes = c->slabs * (page << order);
}

static bool is_sane(const struct slabs *s, uint64_t va, uint64_t back)
{
	uint64_t prev;

	return va >> 63 && va % 8 == 0 && kmem_u64(s->r->mem, va + 8, &prev) == 0 && prev == back;
}

/* Each link must lead back: a loop that misses the head cannot. */
static int read_list(struct slabs *s)
{
	uint64_t head, at, next;

	if (kallsyms_find(s->r->syms, "slab_caches", &head) < 0 ||
	    kmem_u64(s->r->mem, head, &at) < 0)
		return fail(-ENOENT, "the list of slab caches is not in this dump");
	for (uint64_t back = head; at != head; back = at, at = next) {
		s->cut = s->nr == CACHES_MAX || !is_sane(s, at, back) ||
			 kmem_u64(s->r->mem, at, &next) < 0;
		if (s->cut)
			break;
		read_cache(s, at - s->list.off, &s->cache[s->nr++]);
	}
	return 0;
}

static int by_bytes(const void *a, const void *b)
{
	const struct cache *x = a, *y = b;

	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? 1 : -1;
	return strcmp(x->name, y->name);
}

static int slabs_open(struct report *r, struct slabs *s)
{
	int rc = report_needs(r->btf, "types of slabs");

	*s = (struct slabs){ .r = r };
	if (rc == 0)
		rc = find_facts(s);
	if (rc == 0 && !(s->cache = calloc(CACHES_MAX, sizeof(*s->cache))))
		rc = fail(-ENOMEM, "slabs");
	if (rc == 0)
		rc = read_list(s);
	if (rc == 0)
		qsort(s->cache, s->nr, sizeof(*s->cache), by_bytes);
	return rc;
}

int part_slabs_text(struct report *r, FILE *f)
{
	struct slabs s;
	int rc = slabs_open(r, &s);

	if (rc == 0)
		fprintf(f, "  %u caches%s\n         SIZE    OBJECTS   EACH  NAME\n", s.nr,
			s.cut ? "; the list is damaged, there may be more" : "");
	for (unsigned i = 0; rc == 0 && i < s.nr && i < SHOWN_TEXT; i++) {
		char name[4 * NAME_SIZE + 8];

		report_escape(s.cache[i].name, name, sizeof(name));
		fprintf(f, "  %7" PRIu64 " KiB %10" PRIu64 " %6u  %s\n", s.cache[i].bytes >> 10,
			s.cache[i].objects, s.cache[i].size, name);
	}
	free(s.cache);
	return rc;
}

int part_slabs_json(struct report *r, FILE *f)
{
	struct slabs s;
	struct json j;
	int rc = slabs_open(r, &s);

	if (rc == 0) {
		json_begin(&j, f, '{');
		json_bool(&j, "cut", s.cut);
		json_unsigned(&j, "caches", s.nr);
		json_list(&j, "largest");
	}
	for (unsigned i = 0; rc == 0 && i < s.nr && i < SHOWN_JSON; i++) {
		json_object(&j, NULL);
		json_text(&j, "name", s.cache[i].name);
		json_unsigned(&j, "bytes", s.cache[i].bytes);
		json_unsigned(&j, "slabs", s.cache[i].slabs);
		json_unsigned(&j, "objects", s.cache[i].objects);
		json_unsigned(&j, "object_size", s.cache[i].size);
		json_end(&j);
	}
	if (rc == 0) {
		json_end(&j);
		json_end(&j);
	}
	free(s.cache);
	return rc;
}
