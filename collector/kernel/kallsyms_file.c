/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kallsyms_file.c - symbols of a vmlinux, in place of tables that the dump does not have
 *
 * The file must be of the build that crashed. Its addresses are those it was linked for; KASLR
 * moved all of the image by the same number of bytes.
 */
#include "kernel/kallsyms_impl.h"

#include "base/err.h"
#include "base/log.h"
#include "kernel/build_id.h"
#include "kernel/vmlinux_file.h"

#include <stdlib.h>
#include <string.h>

#define IMAGE_MIN (UINT64_C(1) << 63) /* below are offsets in per-CPU areas, which do not move */

static int add(void *arg, const struct vmlinux_symbol *sym)
{
	struct ksym_file *f = arg;

	if (f->nr == KSYM_MAX)
		return -E2BIG;
	if (f->nr == f->capacity) {
		uint32_t capacity = f->capacity ? 2 * f->capacity : 4096;
		struct vmlinux_symbol *more = realloc(f->sym, capacity * sizeof(*more));

		if (!more)
			return -ENOMEM;
		f->sym = more;
		f->capacity = capacity;
	}
	f->sym[f->nr++] = *sym;
	return 0;
}

/* By address, then in the order of the file: names lie in that order, too. */
static int compare(const void *a, const void *b)
{
	const struct vmlinux_symbol *x = a, *y = b;

	if (x->va != y->va)
		return x->va < y->va ? -1 : 1;
	return x->name < y->name ? -1 : x->name > y->name;
}

static uint64_t address_in(const struct ksym_file *f, const char *name)
{
	for (uint32_t i = 0; i < f->nr; i++)
		if (strcmp(f->sym[i].name, name) == 0)
			return f->sym[i].va;
	return 0;
}

/* How far KASLR moved the image. */
static uint64_t moved_by(const struct ksym_file *f, const struct kernel *k)
{
	uint64_t stext = address_in(f, "_stext"), text = address_in(f, "_text");

	if (known(k->layout.sym__stext) && stext)
		return (uint64_t)k->layout.sym__stext - stext;
	if (k->image.len && text)
		return k->image.va - text;
	return (uint64_t)known_or(k->layout.kernel_offset, 0);
}

static void move(struct ksym_file *f, uint64_t by)
{
	for (uint32_t i = 0; i < f->nr; i++)
		if (f->sym[i].va >= IMAGE_MIN)
			f->sym[i].va += by;
}

/* That of the dump: told, or read where the file says that its notes are. */
static bool dump_build_id(struct kmem *m, const struct ksym_file *f, char out[BUILD_ID_SIZE])
{
	uint64_t start = address_in(f, "__start_notes"), stop = address_in(f, "__stop_notes");
	const struct kernel *k = kmem_kernel(m);
	bool found = false;
	char *notes;

	if (vmcoreinfo_text(k->src->vmcoreinfo, "BUILD-ID", out, BUILD_ID_SIZE))
		return true;
	if (!start || stop <= start || stop - start > BUILD_NOTES_MAX)
		return false;
	notes = malloc(stop - start);
	if (notes && kmem_read(m, start, notes, stop - start) == 0)
		found = notes_build_id(notes, stop - start, out);
	free(notes);
	return found;
}

static int load(struct kmem *m, struct ksym_file *f, const char *path)
{
	char build_id[BUILD_ID_SIZE];
	int rc = vmlinux_open(path, &f->elf);

	if (rc == 0)
		rc = vmlinux_symbols(f->elf, add, f);
	if (rc < 0)
		return rc;
	move(f, moved_by(f, kmem_kernel(m)));
	if (!dump_build_id(m, f, build_id))
		return fail(-EINVAL, "%s: the dump does not say which build it is of", path);
	rc = vmlinux_check(f->elf, build_id);
	if (rc == 0)
		qsort(f->sym, f->nr, sizeof(f->sym[0]), compare);
	return rc;
}

int ksym_file_open(struct kmem *m, const char *path, struct ksym_file **out)
{
	struct ksym_file *f = calloc(1, sizeof(*f));
	int rc = f ? load(m, f, path) : -ENOMEM;

	if (rc < 0) {
		ksym_file_close(f);
		return rc;
	}
	log_msg(LOG_DEBUG, "the dump has no tables of symbols that can be read: %u are those of %s",
		f->nr, path);
	*out = f;
	return 0;
}

void ksym_file_close(struct ksym_file *f)
{
	if (!f)
		return;
	vmlinux_close(f->elf);
	free(f->sym);
	free(f);
}

static void file_name(const struct ksym_file *f, uint32_t i, struct ksym *out)
{
	strncpy(out->name, f->sym[i].name, sizeof(out->name) - 1);
	out->name[sizeof(out->name) - 1] = '\0';
	out->type = f->sym[i].type;
}

int ksym_name(struct kallsyms *s, uint32_t i, struct ksym *out)
{
	uint64_t at;
	int rc;

	if (s->file && i < s->file->nr) {
		file_name(s->file, i, out);
		return 0;
	}
	at = s->file ? 0 : ksym_record_at(s, i);
	rc = at ? ksym_record(s->mem, s->tokens, at, out) : -ENOENT;
	return rc < 0 ? rc : 0;
}
