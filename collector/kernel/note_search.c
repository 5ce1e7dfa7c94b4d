/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * note_search.c - look for a VMCOREINFO note at the start of each page
 *
 *     namesz 11   descsz   type 0   "VMCOREINFO\0", padded   "OSRELEASE=..."
 *     0           4        8        12                       24
 *
 * There may be more than one: of the capture kernel, or of an earlier boot. The caller decides.
 */
#include "kernel/note_search.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

#define PAGE	  ((uint64_t)4096) /* larger ones begin at a multiple of it, too */
#define CHUNK	  ((size_t)1 << 20)
#define TEXT_AT	  24u
#define TEXT_MAX  65536u
#define NOTES_MAX 1024u /* that are asked of; dumps of others may lie in memory, too */

static const char first_line[] = "OSRELEASE=";

struct search {
	struct view *v;
	bool (*is_it)(void *arg, struct blob text);
	void *arg;
	uint64_t found;
	unsigned asked;
};

static bool is_note(const char *p)
{
	static const uint32_t namesz = 11, type = 0;
	uint32_t descsz;

	memcpy(&descsz, p + 4, sizeof(descsz));
	return memcmp(p, &namesz, 4) == 0 && memcmp(p + 8, &type, 4) == 0 &&
	       memcmp(p + 12, "VMCOREINFO", 11) == 0 && descsz > sizeof(first_line) &&
	       descsz <= TEXT_MAX && memcmp(p + TEXT_AT, first_line, sizeof(first_line) - 1) == 0;
}

/* It may continue in the next page. Copied, because is_it() reads other memory by the same view. */
static bool ask(struct search *s, uint64_t pa, const char *p)
{
	const void *all;
	uint32_t len;
	bool yes;
	char *text;

	memcpy(&len, p + 4, sizeof(len));
	text = malloc(len);
	if (!text || view_map(s->v, pa, TEXT_AT + len, &all) < 0) {
		free(text);
		return false;
	}
	memcpy(text, (const char *)all + TEXT_AT, len);
	s->asked++;
	yes = s->is_it(s->arg, (struct blob){ text, len });
	free(text);
	if (yes)
		s->found = pa;
	return yes;
}

static bool is_over(const struct search *s)
{
	return s->found || s->asked == NOTES_MAX;
}

/* len contiguous bytes; -EFAULT or another error if they cannot be mapped in one piece. */
static int look(struct search *s, uint64_t pa, size_t len)
{
	const void *at;
	int rc = view_map(s->v, pa, len, &at);

	for (size_t off = 0;
	     rc == 0 && s->asked < NOTES_MAX && off + TEXT_AT + sizeof(first_line) <= len;
	     off += PAGE) {
		if (!is_note((const char *)at + off))
			continue;
		if (ask(s, pa + off, (const char *)at + off))
			return 0;
		/* The mapping is not valid any more. */
		rc = view_map(s->v, pa, len, &at);
	}
	return rc;
}

uint64_t note_search(struct source *src, struct view *v, bool (*is_it)(void *arg, struct blob text),
		     void *arg)
{
	struct search s = { .v = v, .is_it = is_it, .arg = arg };
	size_t max = source_map_max(src), chunk = max < CHUNK ? max : CHUNK;

	for (size_t i = 0; i < src->nr_data && !is_over(&s); i++) {
		uint64_t pa = (src->data[i].start + PAGE - 1) & ~(PAGE - 1), end = src->data[i].end;

		for (; pa < end && !is_over(&s); pa += chunk) {
			size_t len = end - pa < chunk ? (size_t)(end - pa) : chunk;

			if (look(&s, pa, len) == 0)
				continue;
			for (size_t off = 0; off < len && !is_over(&s); off += PAGE)
				(void)look(&s, pa + off, len - off < PAGE ? len - off : PAGE);
			fail_clear();
		}
	}
	(void)view_damaged(v);
	return s.found;
}
