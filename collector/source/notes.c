/* SPDX-License-Identifier: GPL-2.0-or-later */
/* notes.c - find notes among the ELF notes of a core, by name and type */
#include "source/notes.h"

#include "base/err.h"

#include <elf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define VMCOREINFO_NAME "VMCOREINFO"
#define ERASEINFO_NAME	"ERASEINFO"

static uint64_t pad4(uint64_t n)
{
	return (n + 3) & ~(uint64_t)3;
}

static bool name_is(const char *name, size_t namesz, const char *want)
{
	size_t len = strlen(want);

	/* With and without the NUL that should end it. */
	return (namesz == len || namesz == len + 1) && memcmp(name, want, len) == 0;
}

struct note {
	Elf64_Word type, namesz;
	const char *name;
	struct blob desc;
	uint64_t end; /* of the note, in the text */
};

/*
 *     namesz  descsz  type  name, padded to 4  desc, padded to 4
 *     0       4       8     12
 *
 * The note at off; false: there is no whole one.
 */
static bool note_at(struct blob notes, uint64_t off, struct note *out)
{
	const char *p = notes.data;
	uint64_t name = off + sizeof(Elf64_Nhdr), desc, end;
	Elf64_Nhdr h;

	if (notes.len - off < sizeof(h))
		return false;
	memcpy(&h, p + off, sizeof(h));
	desc = name + pad4(h.n_namesz);
	end = desc + pad4(h.n_descsz);
	if (desc + h.n_descsz > notes.len)
		return false;
	/* The last note may come without its padding. */
	*out = (struct note){ h.n_type,
			      h.n_namesz,
			      p + name,
			      { p + desc, h.n_descsz },
			      end < notes.len ? end : notes.len };
	return true;
}

static bool is_prstatus(const struct note *n)
{
	return n->type == NT_PRSTATUS && name_is(n->name, n->namesz, "CORE");
}

void notes_scan(struct blob notes, struct notes_found *out)
{
	struct note n;

	*out = (struct notes_found){ 0 };
	for (uint64_t off = 0; note_at(notes, off, &n); off = n.end) {
		if (n.namesz == 0 && n.desc.len == 0)
			continue;
		out->len = n.end;
		if (name_is(n.name, n.namesz, VMCOREINFO_NAME) && !out->vmcoreinfo.len)
			out->vmcoreinfo = n.desc;
		else if (name_is(n.name, n.namesz, ERASEINFO_NAME) && !out->eraseinfo.len)
			out->eraseinfo = n.desc;
		else if (is_prstatus(&n))
			out->nr_cpus++;
	}
}

struct blob notes_prstatus(struct blob notes, unsigned nr)
{
	struct note n;

	for (uint64_t off = 0; note_at(notes, off, &n); off = n.end) {
		if (is_prstatus(&n) && nr-- == 0)
			return n.desc;
	}
	return (struct blob){ NULL, 0 };
}

/* Copy whole notes of other names; returns their length. */
static size_t copy_notes_but(struct blob notes, const char *name, char *out)
{
	const char *p = notes.data;
	uint64_t off = 0, end;
	size_t len = 0;
	Elf64_Nhdr h;

	for (; notes.len - off >= sizeof(h); off = end) {
		memcpy(&h, p + off, sizeof(h));
		end = off + sizeof(h) + pad4(h.n_namesz) + pad4(h.n_descsz);
		if (end > notes.len)
			break;
		if (name_is(p + off + sizeof(h), h.n_namesz, name))
			continue;
		memcpy(out + len, p + off, (size_t)(end - off));
		len += (size_t)(end - off);
	}
	return len;
}

/* Copy notes, and put text behind them under this name. */
static int add_text(struct blob notes, const char *name, struct blob text, struct blob *out)
{
	const size_t namesz = strlen(name) + 1;
	const Elf64_Nhdr h = { (Elf64_Word)namesz, (Elf64_Word)text.len, 0 };
	size_t desc = sizeof(h) + (size_t)pad4(namesz);
	size_t len = desc + (size_t)pad4(text.len), at = 0;
	char *buf = calloc(1, notes.len + len);

	if (!buf)
		return fail(-ENOMEM, "%zu bytes of notes", notes.len + len);
	if (notes.len > 0)
		at = copy_notes_but(notes, name, buf);
	memcpy(buf + at, &h, sizeof(h));
	memcpy(buf + at + sizeof(h), name, namesz);
	memcpy(buf + at + desc, text.data, text.len);
	*out = (struct blob){ buf, at + len };
	return 0;
}

int notes_add_vmcoreinfo(struct blob notes, struct blob text, struct blob *out)
{
	return add_text(notes, VMCOREINFO_NAME, text, out);
}

int notes_add_eraseinfo(struct blob notes, struct blob text, struct blob *out)
{
	return add_text(notes, ERASEINFO_NAME, text, out);
}

/* sizeof(struct elf_prstatus); 0: not known, any will do. */
static size_t prstatus_size(unsigned machine)
{
	return machine == EM_X86_64 ? 336 : machine == EM_AARCH64 ? 392 : 0;
}

uint16_t notes_machine(struct blob notes)
{
	static const uint16_t known[] = { EM_X86_64, EM_AARCH64 };
	struct blob cpu = notes_prstatus(notes, 0);

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (cpu.len == prstatus_size(known[i]))
			return known[i];
	return EM_NONE;
}

static bool is_bad_cpu(const struct note *n, unsigned machine)
{
	size_t size = prstatus_size(machine);

	return is_prstatus(n) && size && n->desc.len != size;
}

int notes_drop_bad_cpus(struct blob notes, unsigned machine, struct blob *out)
{
	const char *p = notes.data;
	struct note n;
	size_t len = 0;
	char *buf;
	int nr = 0;

	for (uint64_t off = 0; note_at(notes, off, &n); off = n.end)
		nr += is_bad_cpu(&n, machine);
	if (nr == 0)
		return 0;
	buf = malloc(notes.len);
	if (!buf)
		return fail(-ENOMEM, "%zu bytes of notes", notes.len);
	for (uint64_t off = 0; note_at(notes, off, &n); off = n.end) {
		if (is_bad_cpu(&n, machine))
			continue;
		memcpy(buf + len, p + off, (size_t)(n.end - off));
		len += (size_t)(n.end - off);
	}
	*out = (struct blob){ buf, len };
	return nr;
}
