/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kmem.c - a direct-mapped cache of pages of kernel virtual memory */
#include "kernel/kmem.h"

#include "base/err.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NO_PAGE UINT64_MAX /* no page begins there */

struct kmem {
	const struct kernel *k;
	struct view *v;
	unsigned mask;	/* slots - 1 */
	uint64_t *page; /* va of what each slot holds */
	int *rc;	/* 0, or why it cannot be read: a bad sector is slow, and asked for once */
	char *bytes;
};

int kmem_open(const struct kernel *k, struct view *v, unsigned nr_pages, struct kmem **out)
{
	struct kmem *m = calloc(1, sizeof(*m));
	unsigned nr = 1;

	while (nr < nr_pages && nr < 1u << 16)
		nr *= 2;
	if (m) {
		m->k = k;
		m->v = v;
		m->mask = nr - 1;
		m->page = malloc(nr * sizeof(m->page[0]));
		m->rc = calloc(nr, sizeof(m->rc[0]));
		m->bytes = malloc((size_t)nr * KMEM_PAGE);
	}
	if (!m || !m->page || !m->rc || !m->bytes) {
		kmem_close(m);
		return -ENOMEM;
	}
	kmem_forget(m);
	*out = m;
	return 0;
}

void kmem_forget(struct kmem *m)
{
	for (unsigned i = 0; i <= m->mask; i++)
		m->page[i] = NO_PAGE;
}

void kmem_close(struct kmem *m)
{
	if (!m)
		return;
	free(m->page);
	free(m->rc);
	free(m->bytes);
	free(m);
}

const struct kernel *kmem_kernel(const struct kmem *m)
{
	return m->k;
}

static int page_pa(struct kmem *m, uint64_t page, uint64_t *pa)
{
	const struct kernel_image *image = &m->k->image;
	uint64_t left;
	int rc;

	if (page >= image->va && page - image->va < image->len) {
		*pa = page - image->va + image->pa;
		return 0;
	}
	if (!m->k->pgd_pa)
		return -EFAULT;
	rc = kernel_vtop(m->k, m->v, page, pa, &left);
	fail_clear();
	return rc;
}

bool kmem_mapped(struct kmem *m, uint64_t va)
{
	uint64_t pa;

	return page_pa(m, va & ~(uint64_t)(KMEM_PAGE - 1), &pa) == 0;
}

/* Copy a page, or the part of it that the core has. -EFAULT: it has no address; -EIO: no bytes. */
static int page_copy(struct kmem *m, uint64_t page, char *to)
{
	const void *from;
	uint64_t pa;
	int rc;

	if (page_pa(m, page, &pa) < 0)
		return -EFAULT;
	rc = view_map(m->v, pa, KMEM_PAGE, &from);
	if (rc == 0) {
		memcpy(to, from, KMEM_PAGE);
		rc = view_damaged(m->v) ? -EIO : 0;
	}
	fail_clear();
	return rc;
}

static int page_get(struct kmem *m, uint64_t page, const char **out)
{
	unsigned slot = (unsigned)(page / KMEM_PAGE) & m->mask;
	char *at = m->bytes + (size_t)slot * KMEM_PAGE;
	int rc = m->rc[slot];

	if (m->page[slot] != page) {
		rc = page_copy(m, page, at);
		/* What is not translated may be, once page tables are known. */
		m->page[slot] = rc == 0 || rc == -EIO ? page : NO_PAGE;
		m->rc[slot] = rc;
	}
	*out = at;
	return rc;
}

int kmem_read(struct kmem *m, uint64_t va, void *buf, size_t len)
{
	char *p = buf;

	if (va + len < va)
		return -EFAULT;
	while (len > 0) {
		size_t at = va % KMEM_PAGE, n = KMEM_PAGE - at;
		const char *page;
		int rc = page_get(m, va - at, &page);

		if (rc < 0)
			return rc;
		n = n < len ? n : len;
		memcpy(p, page + at, n);
		p += n;
		va += n;
		len -= n;
	}
	return 0;
}

/* n bytes of one page, at most. Zeros for what cannot be read. */
static bool copy_part(struct kmem *m, uint64_t va, char *to, size_t n)
{
	size_t at = va % KMEM_PAGE;
	char page[KMEM_PAGE];
	bool found;

	if (n == KMEM_PAGE) {
		found = page_copy(m, va, to) == 0;
	} else {
		found = page_copy(m, va - at, page) == 0;
		memcpy(to, page + at, found ? n : 0);
	}
	if (!found)
		memset(to, 0, n);
	return found;
}

size_t kmem_copy(struct kmem *m, uint64_t va, void *buf, size_t len)
{
	char *p = buf;
	size_t nr = 0;

	while (len > 0 && va + len > va) {
		size_t n = KMEM_PAGE - va % KMEM_PAGE;

		n = n < len ? n : len;
		nr += copy_part(m, va, p, n);
		p += n;
		va += n;
		len -= n;
	}
	memset(p, 0, len);
	return nr;
}

int kmem_string(struct kmem *m, uint64_t va, char *out, size_t size)
{
	size_t len = 0;

	while (len < size) {
		size_t at = va % KMEM_PAGE, n = KMEM_PAGE - at;
		const char *page, *nul;
		int rc = page_get(m, va - at, &page);

		if (rc < 0)
			return rc;
		n = n < size - len ? n : size - len;
		nul = memchr(page + at, '\0', n);
		n = nul ? (size_t)(nul - page) - at : n;
		memcpy(out + len, page + at, n);
		len += n;
		va += n;
		if (nul) {
			out[len] = '\0';
			return (int)len;
		}
	}
	if (size)
		out[size - 1] = '\0';
	return -ENAMETOOLONG;
}

int kmem_uint(struct kmem *m, uint64_t va, unsigned width, uint64_t *out)
{
	*out = 0;
	if (width != 1 && width != 2 && width != 4 && width != 8)
		return -EINVAL;
	return kmem_read(m, va, out, width); /* kernels and we are little-endian */
}
