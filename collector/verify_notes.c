/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify_notes.c - the notes and vmcoreinfo of a dump: inside the file, and of the right form */
#include "verify_impl.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

#define NOTE_BYTES ((size_t)16 << 20)

/* A piece that the header names: inside the file? Its text, to be freed, or NULL. */
static char *read_piece(struct verify *v, const char *what, const struct kdump_piece *p)
{
	char *text;

	if (p->len == 0)
		return NULL;
	text = p->len <= NOTE_BYTES ? malloc(p->len + 1) : NULL;
	if (text && infile_read(&v->in, text, p->len, p->off) == 0) {
		text[p->len] = '\0';
		return text;
	}
	fail_clear();
	verify_fault(v, POSITION_NOTES, "%s (%ju bytes at %ju) cannot be read", what,
		     (uintmax_t)p->len, (uintmax_t)p->off);
	free(text);
	return NULL;
}

/* ELF notes: { name size, size, type } name, data, each a multiple of 4. */
static bool notes_are_sound(const char *p, uint64_t len)
{
	while (len >= 12) {
		uint32_t head[3];
		uint64_t need;

		memcpy(head, p, sizeof(head));
		need = 12 + (((uint64_t)head[0] + 3) & ~3ull) + (((uint64_t)head[1] + 3) & ~3ull);
		if (head[0] == 0 && head[1] == 0 && head[2] == 0)
			return true; /* the rest is not used */
		if (need > len)
			return false;
		p += need;
		len -= need;
	}
	return true;
}

void verify_notes(struct verify *v)
{
	char *notes = read_piece(v, "the notes", &v->head.notes);
	char *info = read_piece(v, "vmcoreinfo", &v->head.vmcoreinfo);

	if (notes && !notes_are_sound(notes, v->head.notes.len))
		verify_fault(v, POSITION_NOTES, "the notes are damaged");
	if (info && !strstr(info, "OSRELEASE="))
		verify_fault(v, POSITION_NOTES, "vmcoreinfo is damaged: it names no release");
	free(notes);
	free(info);
}
